#!/usr/bin/env bash
# Installs what building Monochord needs: with apt on Debian and Ubuntu (through sudo when not root), and does nothing
# when all is there. Elsewhere it says what to install.
# usage: packaging/install-dependencies.sh [--package]     also what packaging/package.sh needs
set -euo pipefail

# A package and, where a tool from another source does as well, the command that shows it.
kRequired=(
    g++:g++ cmake:cmake ninja-build:ninja python3:python3 python3-pip:
    qt6-base-dev: qt6-tools-dev: qt6-l10n-tools: libqt6sql6-sqlite: libmd4c-dev:
    libtbb-dev: libicu-dev: libfmt-dev: libexpected-dev: nlohmann-json3-dev: libcli11-dev:
)
[[ ${1:-} != --package ]] || kRequired+=(dpkg-dev:dpkg-shlibdeps file:file librsvg2-bin:rsvg-convert)
readonly kRequired
# These make building faster, or the window nicer: its font, a place to show it on a desktop without X, and Qt's own words
# (file dialog, names of keys) in the user's language. They come along with the others, but their lack alone asks nobody
# for a password.
readonly kOptional=(ccache mold fonts-inter qt6-wayland qt6-translations-l10n)

say() { printf '%s\n' "$*" >&2; }

haveCommand() {
    case $1 in
        python3-pip) python3 -m pip --version >/dev/null 2>&1 ;;
        *) [[ -n $2 ]] && command -v "$2" >/dev/null ;;
    esac
}

hasHeader() {
    printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" | "$compiler" -std=c++20 -x c++ -fsyntax-only - 2>/dev/null
}

# Where there is no apt: one line for each thing that is not there.
missingElsewhere() {
    local compiler
    command -v cmake >/dev/null || say "  CMake 3.25 or newer"
    command -v ninja >/dev/null || say "  Ninja"
    python3 -m pip --version >/dev/null 2>&1 || say "  Python 3 with pip"
    command -v qmake6 >/dev/null || command -v qmake-qt6 >/dev/null || command -v qtpaths6 >/dev/null ||
        say "  Qt 6.4 or newer (Base with the SQLite driver, Test and Linguist tools), with headers"
    compiler=$(command -v g++ || command -v clang++ || command -v c++) ||
        { say "  a C++20 compiler (GCC 12 or newer)" && compiler=false; }
    hasHeader tbb/version.h || hasHeader oneapi/tbb/version.h || say "  oneTBB, with headers"
    hasHeader unicode/uversion.h || say "  ICU 72 or newer, with headers"
    hasHeader fmt/core.h || say "  fmt, with headers"
    hasHeader tl/expected.hpp || say "  tl-expected"
    hasHeader nlohmann/json.hpp || say "  nlohmann-json"
    hasHeader CLI/CLI.hpp || say "  CLI11"
    hasHeader md4c.h || say "  md4c"
}

checkElsewhere() {
    local missing
    missing=$(missingElsewhere 2>&1)
    [[ -n $missing ]] || return 0
    say "This system has no apt, so please install what Monochord is built with yourself. Not found:
$missing
ccache and mold make building faster and are used where they are there."
    exit 1
}

missingPackages() {
    local installed entry
    # Fails where one package is unknown to dpkg, and still lists the others.
    installed=$(dpkg-query -W -f='${Package}=${db:Status-Status}\n' "${kRequired[@]%%:*}" 2>/dev/null) || true
    for entry in "${kRequired[@]}"; do
        grep -qxF "${entry%%:*}=installed" <<<"$installed" || haveCommand "${entry%%:*}" "${entry#*:}" ||
            printf '%s\n' "${entry%%:*}"
    done
}

main() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        checkElsewhere
        return
    fi
    local packages=() asRoot=()
    mapfile -t packages < <(missingPackages)
    ((${#packages[@]})) || return 0
    packages+=("${kOptional[@]}")

    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            say "Missing to build Monochord: ${packages[*]}"
            say "There is no sudo here. Please run as root: apt-get install --no-install-recommends ${packages[*]}"
            exit 1
        fi
        asRoot=(sudo)
    fi
    say "Installing what Monochord is built with: ${packages[*]}"
    local apt=(${asRoot[@]+"${asRoot[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    # A list that can't be read, say of another vendor, need not keep these packages from being found.
    "${apt[@]}" update >&2 || say "Not all package lists could be refreshed; trying with those that are here."
    if ! "${apt[@]}" -y install --no-install-recommends "${packages[@]}" </dev/null >&2; then
        say "The packages could not be installed; apt says why above. Monochord needs Debian 12, Ubuntu 24.04 or newer."
        exit 1
    fi
}

main "$@"
