#!/usr/bin/env bash
# The kernels for AArch64 on a machine that has another processor: cross-compiles them, what they stand on and their tests,
# and runs the tests under an emulator, as a processor with the dot product instructions and as one without.
# usage: tests/neon.sh
# Ends with 1 where a test fails, with 2 where something is missing. What the tests are linked with (Qt for AArch64) is
# fetched from the distribution into build/neon once; nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly kBuild=$PWD/build/neon kRoot=$PWD/build/neon/root
readonly kCompiler=aarch64-linux-gnu-g++ kLibraries=usr/lib/aarch64-linux-gnu
readonly kEngine=(engine/kernels/{activation_buffer,dispatch,int8_peak,neon,neon_dot,scalar}.cpp
    engine/base/{cpu_features,exact_math,printable}.cpp engine/gguf/tensor_type.cpp engine/quant/dequantize.cpp
    engine/model/kv_cache.cpp
    tests/support/random_tensor.cpp)
readonly kTests=(tests/engine/kernels/test_*.cpp tests/engine/base/test_{exact_math,half}.cpp)

missing=()
command -v $kCompiler >/dev/null || missing+=("$kCompiler (package g++-aarch64-linux-gnu)")
command -v qemu-aarch64 >/dev/null || missing+=("qemu-aarch64 (package qemu-user)")
command -v qmake6 >/dev/null || missing+=("qmake6 with the headers of Qt (package qt6-base-dev)")
command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
    [[ -e $kRoot/$kLibraries/libQt6Test.so.6 ]] || missing+=("apt, or Qt for AArch64 in $kRoot")
if ((${#missing[@]})); then
    printf 'missing: %s\n' "${missing[@]}" >&2
    exit 2
fi

# Qt's libraries with all that they need, by the package manager's own knowledge but in folders of ours.
fetchLibraries() {
    local apt=$kBuild/apt
    mkdir -p "$apt"/{state/lists/partial,cache/archives/partial} "$kRoot"
    : >"$apt/status"
    local options=(-qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::State=$apt/state"
        -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User= -o Debug::NoLocking=1)
    apt-get "${options[@]}" update
    apt-get "${options[@]}" install --download-only --yes --no-install-recommends libqt6test6
    for package in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$package" "$kRoot"; done
}
if [[ ! -e $kRoot/$kLibraries/libQt6Test.so.6 ]]; then
    fetchLibraries || { echo "missing: Qt for AArch64; the package manager does not give it" >&2 && exit 2; }
fi

# Headers that are the same for every processor, without those of this machine's C library.
mkdir -p "$kBuild"/{include,objects,moc}
ln -sfn /usr/include/{fmt,tl,nlohmann} "$kBuild/include/"
readonly kHeaders=$(qmake6 -query QT_INSTALL_HEADERS) kMoc=$(qmake6 -query QT_HOST_LIBEXECS)/moc
options=(-std=c++20 -O2 -fPIC -ffp-contract=off -Wall -Wextra -Wconversion -Wshadow -Wold-style-cast -Werror
    -Wno-restrict -Wno-maybe-uninitialized -DFMT_HEADER_ONLY -DQT_NO_KEYWORDS -Iengine -Iengine/include -Itests
    -isystem "$kBuild/include" -isystem "$kHeaders" -isystem "$kHeaders/QtCore" -isystem "$kHeaders/QtTest")
ccache=$(command -v ccache || true)

# Calls FUNCTION with each of the others, as many at a time as there are processors; false if one failed.
inParallel() {
    local function=$1 running=0 failed=0 each
    for each in "${@:2}"; do
        "$function" "$each" &
        if ((++running >= $(nproc))); then
            wait -n || failed=1
            running=$((running - 1))
        fi
    done
    for (( ; running > 0; running--)); do wait -n || failed=1; done
    return $failed
}

compile() {  # SOURCE
    local name
    name=$(basename "$1" .cpp)
    if [[ $name == test_* ]]; then "$kMoc" "$1" -o "$kBuild/moc/$name.moc" || return 1; fi
    $ccache $kCompiler "${options[@]}" -I"$kBuild/moc" -c "$1" -o "$kBuild/objects/$name.o"
}
inParallel compile "${kEngine[@]}" "${kTests[@]}"

objects=() runs=()
for source in "${kEngine[@]}"; do objects+=("$kBuild/objects/$(basename "$source" .cpp).o"); done
for source in "${kTests[@]}"; do
    name=$(basename "$source" .cpp)
    $kCompiler "$kBuild/objects/$name.o" "${objects[@]}" -o "$kBuild/$name" -Wl,--allow-shlib-undefined \
        "$kRoot/$kLibraries"/libQt6{Test,Core}.so.6
    runs+=("max $name" "cortex-a53 $name")
done
run() {  # PROCESSOR and TEST in one word
    local output status=0
    output=$(qemu-aarch64 -cpu "${1% *}" -L "$kRoot" "$kBuild/${1#* }" -silent 2>&1) || status=1
    printf '== %s\n%s\n' "$1" "$output"
    return $status
}
export QTEST_FUNCTION_TIMEOUT=3600000  # ms; emulation is slow
inParallel run "${runs[@]}"
