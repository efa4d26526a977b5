#!/usr/bin/env bash
# Takes the starter model apart into a folder as Hugging Face has it, converts that, and compares: all weights and the
# vocabulary with the file that it came from, and greedy replies with those of the float reference.
# usage: tests/rebuild_smollm2.sh [MODEL.gguf]      ($PYTHON: one with numpy and gguf; $BUILD: build/release;
# $REFERENCE: ../shared/reference). Takes 1.1 GB beside the model for a while ($TMPDIR). Ends with 1 where something differs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly kModel=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/monochord/models/SmolLM2-135M-Instruct.Q4_1.gguf}
readonly kCli=${BUILD:-build/release}/bin/monochord-cli kPython=${PYTHON:-python3}
readonly kReference=${REFERENCE:-../shared/reference}/real_models/smollm2.json
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$kPython" tests/oracles/rebuild_hf.py unpack "$kModel" "$folder/hf"
"$kCli" convert "$folder/hf" "$folder/converted.gguf" --type f32
"$kPython" tests/oracles/rebuild_hf.py compare "$kModel" "$folder/converted.gguf"
"$kPython" tests/oracles/rebuild_hf.py greedy "$kCli" "$folder/converted.gguf" "$kReference"
