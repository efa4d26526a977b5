#!/usr/bin/env bash
# Makes the Debian package, from a fresh clone too, and prints its path.
# usage: packaging/package.sh          tests/package.sh tries what it made
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly kFolder=$PWD/build/package
packaging/install-dependencies.sh --package >&2
cmake --preset release -B "$kFolder" -DMONOCHORD_TESTS=OFF >&2
cmake --build "$kFolder" >&2
rm -f "$kFolder"/monochord_*.deb
cpack --config "$kFolder/CPackConfig.cmake" -B "$kFolder" >&2
rm -rf "$kFolder/_CPack_Packages"
printf '%s\n' "$kFolder"/monochord_*.deb
