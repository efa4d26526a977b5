#!/usr/bin/env bash
# How much of the engine the tests run: lines and functions of each folder, and the public functions that no test runs.
# usage: tests/coverage.sh [--report]      --report: no building and testing, only the report of the last run
# Ends with 1 where a test fails or a public function is not run. Needs GCC with gcov.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly kBuild=build/coverage

if [[ ${1:-} != --report ]]; then
    cmake --preset coverage
    cmake --build --preset coverage --target engine_tests
    find $kBuild -name '*.gcda' -delete
    QT_QPA_PLATFORM=offscreen ctest --preset coverage -L engine --parallel "$(nproc)" || failed=1
fi
python3 tests/coverage.py $kBuild
exit ${failed:-0}
