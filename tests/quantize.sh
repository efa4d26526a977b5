#!/usr/bin/env bash
# Compares what `monochord-cli quantize` makes of models with what llama-quantize makes of them.
# usage: tests/quantize.sh LLAMA_QUANTIZE MODEL.gguf [MODEL.gguf …]      (F16 or F32; $BUILD: build/dev; $TYPES: all)
# A file must be the same bytes where the types are Q4_0 to Q8_0 or floats, and the same types and keys with a squared error that
# is not larger otherwise. Times are those of two threads. Ends with 1 where something differs that should not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly kTheirs=${1:?usage: tests/quantize.sh LLAMA_QUANTIZE MODEL.gguf …} kBuild=${BUILD:-build/dev}
shift
readonly kTypes=(${TYPES:-F32 F16 BF16 Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K IQ4_NL
    IQ4_XS})
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

failed=0
wrong() {
    echo "WRONG: $1"
    failed=1
}

directory() {  # of a file: names and types of its tensors
    "$kBuild/tests/compare_quantized" --directory "$1"
}

seconds() {  # of a command whose output is not wanted
    local start=$EPOCHREALTIME
    "$@" >"$folder/log" 2>&1 || { cat "$folder/log" >&2 && return 1; }
    awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $start }"
}

for model in "$@"; do
    for type in "${kTypes[@]}"; do
        theirs=$(seconds "$kTheirs" --allow-requantize "$model" "$folder/theirs.gguf" "$type" 2) || { wrong "$model $type" && continue; }
        ours=$(seconds "$kBuild/bin/monochord-cli" quantize "$model" "$folder/ours.gguf" "$type" -t 2) || { wrong "$model $type" && continue; }
        same=no
        if cmp -s "$folder/ours.gguf" "$folder/theirs.gguf"; then same=yes; fi
        echo "== $model $type: the same bytes: $same; $ours s, llama-quantize $theirs s"
        if [[ $same == yes ]]; then continue; fi
        diff <(directory "$folder/ours.gguf") <(directory "$folder/theirs.gguf") || wrong "tensor types of $model $type"
        "$kBuild/tests/compare_quantized" "$model" "$folder/theirs.gguf" "$folder/ours.gguf" || wrong "errors of $model $type"
    done
done
exit $failed
