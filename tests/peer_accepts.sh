#!/usr/bin/env bash
# Compares what llama.cpp does with our conversion of each reference checkpoint with what it does with llama.cpp's own.
# usage: tests/peer_accepts.sh FOLDER      (holds llama-completion; $BUILD: build/release; $REFERENCE: ../shared/reference)
# Both files have to go on with a text in the same tokens, always taking the likeliest one. Ends with 1 where one does not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly kPeer=${1:?usage: tests/peer_accepts.sh FOLDER}/llama-completion kBuild=${BUILD:-build/release}
readonly kReference=${REFERENCE:-../shared/reference}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The tokens as the program saves them with its state, since its output loses its end when the program is quick: "ggsn",
# u32 version, u32 count, i32 each.
continuation() {  # MODEL: the ids of the prompt and of what comes after it
    rm -f "$folder/state"
    timeout 120 "$kPeer" -m "$1" -f "$folder/prompt" -n 25 --temp 0 -no-cnv --no-warmup --ignore-eos -t 1 \
        --prompt-cache "$folder/state" --prompt-cache-all </dev/null >"$folder/log" 2>&1 || { tail -n 3 "$folder/log" >&2 && return 1; }
    od -An -v -td4 -j12 -N"$((4 * $(od -An -td4 -j8 -N4 "$folder/state")))" "$folder/state"
}

failed=0 passed=0
for checkpoint in "$kReference"/checkpoints/*; do
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["prompt_text"], end="")' "$checkpoint/reference.json" \
        >"$folder/prompt"
    type=f32
    [[ -e $checkpoint/model-f32.gguf ]] || type=f16
    if "$kBuild/bin/monochord-cli" convert "$checkpoint/hf" "$folder/ours.gguf" --type "$type" &&
        continuation "$folder/ours.gguf" >"$folder/ours" && continuation "$checkpoint/model-$type.gguf" >"$folder/theirs" &&
        [[ $(wc -w <"$folder/ours") -gt 24 ]] && cmp "$folder/ours" "$folder/theirs"; then
        passed=$((passed + 1))
    else
        echo "WRONG: $checkpoint"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[[ $passed -gt 0 && $failed -eq 0 ]]
