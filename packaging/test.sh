#!/usr/bin/env bash
# Builds everything, warnings being errors, and runs all tests.
# usage: packaging/test.sh [preset]     dev (the default), release, asan or tsan: see CMakePresets.json
#        packaging/test.sh fuzz         a minute of fuzzing for each target instead (needs Clang)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly kPreset=${1:-dev}
if [[ $kPreset == -h || $kPreset == --help ]]; then
    sed -n '2,4s/^# //p' packaging/test.sh
    exit 0
fi

packaging/install-dependencies.sh >&2
if [[ $kPreset == fuzz ]]; then
    exec tests/fuzz/smoke.sh 60
fi
model=$(packaging/fetch-model.sh)
# Tests of the real model fail instead of being skipped, and look where it was fetched to.
export MONOCHORD_REQUIRE_MODELS=1 MONOCHORD_MODELS=${model%/*} QT_QPA_PLATFORM=offscreen
export UBSAN_OPTIONS=print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}

cmake --preset "$kPreset" -DMONOCHORD_WERROR=ON -DMONOCHORD_TESTS=ON
cmake --build --preset "$kPreset"
ctest --preset "$kPreset" --parallel "$(nproc)" --output-on-failure
