#!/usr/bin/env bash
# Fuzzes each program for a while, from the seeds: first with the sanitizers, then as a release in little memory.
# usage: tests/fuzz/smoke.sh [seconds] [program ...]     60 seconds each; gguf, tokenizer, jinja and safetensors
# A crash, a leak, more than a second for one input, or too much memory fails; the input stays in build/*/fuzz/found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly kSeconds=${1:-60}
if [[ $kSeconds == -h || $kSeconds == --help ]]; then
    sed -n '2,4s/^# //p' tests/fuzz/smoke.sh
    exit 0
fi
shift || true
command -v clang++ >/dev/null || { echo "fuzzing needs Clang with its runtime (clang, libclang-rt-dev)" >&2 && exit 1; }
programs=("${@:-}")
[[ -n ${programs[0]} ]] || programs=(gguf tokenizer jinja safetensors)
readonly kLongest=4096  # bytes of an input
readonly kMebibytes=64   # of a release: inputs are too small to add to it

# $1: preset, $2: MiB of resident memory, and the programs
fuzz() {
    cmake --preset "$1" >/dev/null
    nice cmake --build --preset "$1"
    local program
    for program in "${programs[@]}"; do
        local corpus=build/$1/fuzz/corpus-$program
        mkdir -p "$corpus" "build/$1/fuzz/found"
        echo "fuzz_$program ($1), $kSeconds seconds"
        "build/$1/fuzz/fuzz_$program" -max_total_time="$kSeconds" -timeout=1 -rss_limit_mb="$2" -max_len=$kLongest \
            -artifact_prefix="build/$1/fuzz/found/$program-" -print_final_stats=1 -verbosity=0 \
            "$corpus" "tests/fuzz/seeds/$program"
    done
}

fuzz fuzz 2048  # the sanitizers' own memory is most of it
fuzz fuzz-release $kMebibytes
