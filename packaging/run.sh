#!/usr/bin/env bash
# Builds Monochord if need be, fetches the starter model if it is missing, and opens the chat: the window, or the terminal
# where there is no display.
set -euo pipefail

kRoot=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly kRoot
readonly kPreset=release
readonly kBin=$kRoot/build/$kPreset/bin

say() { printf '%s\n' "$*" >&2; }

usage() {
    cat <<'TEXT'
usage: packaging/run.sh [--model FILE.gguf]
       packaging/run.sh --terminal [--model FILE.gguf] [options of monochord-cli chat]
       packaging/run.sh --prompt TEXT [--model FILE.gguf] [options of monochord-cli generate]

Builds Monochord if need be and opens its window; the chat in the terminal where there is no display, or where options
for it are given. With --prompt it prints the reply to TEXT and ends.

  --model FILE.gguf   talk to this model instead of the last one or the starter model
  --terminal          chat in the terminal
  -p, --prompt TEXT   one reply on standard output; everything else goes to standard error
  -h, --help          this help

Other options go to the terminal's chat, for example --temp 0, --seed 1, -n 100 (tokens), -t 4 (threads).
TEXT
}

# Reads the build's output: one line that is written over on a terminal, plain lines elsewhere, nothing when there was
# nothing to do. What a failing command says always stays.
showProgress() {
    local line columns=80 open=0
    [[ ! -t 2 ]] || columns=$(tput cols 2>/dev/null) || columns=80
    while IFS= read -r line; do
        case $line in
            *'Re-checking globbed directories'* | 'ninja: no work to do.') ;;
            '['[0-9]*'/'*)
                if [[ -t 2 ]]; then
                    printf '\r\033[K%s' "${line:0:columns-1}" >&2
                    open=1
                else
                    say "$line"
                fi
                ;;
            *)
                ((!open)) || say
                open=0
                say "$line"
                ;;
        esac
    done
    ((!open)) || printf '\r\033[K' >&2
}

# Only the program that is started: neither tests nor their warnings stand between a user and the chat.
build() {
    cd "$kRoot"
    local folder=build/$kPreset log
    # A build folder that came along when the repository was copied or moved starts anew.
    if [[ ! -e $folder/build.ninja || CMakePresets.json -nt $folder/build.ninja ]] ||
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$kRoot" "$folder/CMakeCache.txt"; then
        say "Preparing the build…"
        if ! log=$(cmake --fresh --preset "$kPreset" 2>&1); then
            say "$log"
            return 1
        fi
        say "Building Monochord (the first time takes a few minutes)…"
    fi
    cmake --build --preset "$kPreset" --target monochord-cli monochord 2>&1 | showProgress
}

main() {
    local model='' prompt='' havePrompt=0 terminal=0 options=()
    while (($#)); do
        case $1 in
            -h | --help) usage && exit 0 ;;
            --terminal) terminal=1 ;;
            --model | --prompt | -p)
                if (($# < 2)); then
                    say "packaging/run.sh: $1 needs a value (--help says more)"
                    exit 1
                fi
                if [[ $1 == --model ]]; then model=$2; else prompt=$2 havePrompt=1; fi
                shift
                ;;
            --model=*) model=${1#*=} ;;
            --prompt=*) prompt=${1#*=} havePrompt=1 ;;
            *) options+=("$1") ;;
        esac
        shift
    done
    if [[ -n $model && ! -r $model ]]; then
        say "packaging/run.sh: there is no readable model file $model"
        exit 1
    fi
    [[ $model != -* ]] || model=./$model

    # Standard input belongs to the chat.
    "$kRoot/packaging/install-dependencies.sh" </dev/null >&2
    if ! (build </dev/null); then
        say "Monochord could not be built; the reason is above."
        exit 1
    fi
    [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]] || terminal=1
    ((!${#options[@]})) || terminal=1

    if ((!havePrompt && !terminal)); then
        [[ -z $model ]] || exec "$kBin/monochord" "$model"
        # The window opens without a model too, and says how to come by one.
        model=$("$kRoot/packaging/fetch-model.sh" </dev/null) || exec "$kBin/monochord"
        exec "$kBin/monochord" --first-model "$model"
    fi
    [[ -n $model ]] || model=$("$kRoot/packaging/fetch-model.sh" </dev/null)
    if ((havePrompt)); then
        exec "$kBin/monochord-cli" generate "$model" --prompt "$prompt" ${options[@]+"${options[@]}"}
    fi
    exec "$kBin/monochord-cli" chat "$model" ${options[@]+"${options[@]}"}
}

main "$@"
