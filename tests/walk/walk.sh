#!/usr/bin/env bash
# Walks through the real window as a person would, with mouse and keyboard on a display of its own, and keeps a picture of
# each station. The pictures are for people to look at; nothing is compared.
# usage: tests/walk/walk.sh [preset, default dev] [folder for the pictures, default build/<preset>/walk]
# Needs Xvfb, openbox, xdotool, xclip, ImageMagick and dbus-run-session.
set -euo pipefail

kRoot=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
readonly kRoot
readonly kBuild=$kRoot/build/${1:-dev}
readonly kPictures=${2:-$kBuild/walk}
readonly kStarter=${MONOCHORD_MODELS:-${XDG_DATA_HOME:-$HOME/.local/share}/monochord/models}/SmolLM2-135M-Instruct.Q4_1.gguf

say() { printf '%s\n' "$*" >&2; }
die() { say "$*" && exit 1; }
for tool in Xvfb openbox xdotool xclip import convert dbus-run-session; do
    command -v $tool >/dev/null || die "walk.sh needs $tool"
done
[[ -r $kStarter ]] || die "walk.sh needs the starter model: packaging/fetch-model.sh"
# The desktop's own settings and services stay out of the pictures.
if [[ -z ${MONOCHORD_WALK_BUS:-} ]]; then
    exec env MONOCHORD_WALK_BUS=1 dbus-run-session -- "$0" "$@"
fi

work=$(mktemp -d)
display=
application=
cleanup() {
    [[ -z $application ]] || kill "$application" 2>/dev/null || true
    [[ -z $display ]] || kill "$display" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
mkdir -p "$kPictures" "$work/home" "$work/files"

# --- a person's hands ---

startDisplay() {
    local number=90
    while [[ -e /tmp/.X$number-lock ]]; do ((number += 1)); done
    export DISPLAY=:$number
    Xvfb "$DISPLAY" -screen 0 2300x1400x24 -nolisten tcp >/dev/null 2>&1 &
    display=$!
    for _ in {1..50}; do xdotool getdisplaygeometry >/dev/null 2>&1 && break; sleep 0.1; done
    openbox >/dev/null 2>&1 &
    # A window that comes before its manager stays unmapped.
    sleep 1.5
}

# start THEME WIDTH HEIGHT [arguments]: the window at the upper left, in a home of its own that stays between starts.
start() {
    local theme=$1 width=$2 height=$3
    shift 3
    mkdir -p "$work/home/config/monochord"
    sed -i '/^theme=/d' "$work/home/config/monochord/monochord.ini" 2>/dev/null || true
    if grep -qs '^\[window\]' "$work/home/config/monochord/monochord.ini"; then
        sed -i "s/^\[window\]/[window]\ntheme=$theme/" "$work/home/config/monochord/monochord.ini"
    else
        printf '[window]\ntheme=%s\n' "$theme" >>"$work/home/config/monochord/monochord.ini"
    fi
    env HOME="$work/home" XDG_CONFIG_HOME="$work/home/config" XDG_DATA_HOME="$work/home/data" \
        XDG_CACHE_HOME="$work/home/cache" LANGUAGE="${LANGUAGE:-en}" LC_ALL=C.UTF-8 QT_QPA_PLATFORM=xcb \
        "$kBuild/bin/monochord" "$@" &
    application=$!
    window=$(xdotool search --sync --onlyvisible --pid $application --class monochord | tail -n1)
    xdotool windowsize --sync "$window" "$width" "$height" 2>/dev/null || true
    xdotool windowmove "$window" 0 0
    xdotool windowactivate --sync "$window"
    sleep 0.7
}

quit() {
    xdotool key --clearmodifiers ctrl+q
    wait "$application" 2>/dev/null || die "the window ended with status $?"
    application=
}

shot() {
    import -window "$window" "$work/shot.png"
    convert "$work/shot.png" -strip -dither None -colors 250 "PNG8:$kPictures/$1.png"
    say "$1"
}

# --- stations ---

# at X Y: a place in the window, in pixels of the design; X < 0 counts from the right, Y < 0 from below.
at() {
    local x=$1 y=$2
    ((x >= 0)) || x=$((width + x))
    ((y >= 0)) || y=$((height + y))
    xdotool mousemove $((x * scale / 100)) $((y * scale / 100))
    sleep 0.15
}
key() { xdotool key --clearmodifiers "$@"; sleep 0.15; }
type() { xdotool type --delay 8 --clearmodifiers -- "$1"; }
paste() { xclip -selection clipboard -in "$1"; key ctrl+a ctrl+v; sleep 0.3; }

# A file held above the middle of the window until letGo.
dragOver() {
    "$kBuild/tests/drag_source" "$1" &
    source=$!
    local id
    id=$(xdotool search --sync --onlyvisible --name '^drag source$')
    xdotool windowmove --sync "$id" 2150 300 mousemove 2190 330
    sleep 0.3
    xdotool mousedown 1
    xdotool mousemove 2180 360
    sleep 0.3
    for x in 700 650 600 550 500; do at $x 300; done
    sleep 0.5
}
letGo() {
    xdotool mouseup 1
    sleep 0.2
    kill "$source" 2>/dev/null || true
    wait "$source" 2>/dev/null || true
}

# Lets go of the file and gives the window hardly any time, so that its progress can be seen.
slowly() {
    xdotool mouseup 1
    local _
    for _ in {1..6}; do
        kill -STOP $application
        sleep 0.03
        kill -CONT $application
        sleep 0.003
    done
    kill -STOP $application
    shot "$1"
    kill -CONT $application
}

cat >"$work/files/reply.md" <<'TEXT'
Binary search looks at the **middle** of a sorted list and throws half of it away each time.

```python
def find(items, wanted):
    low, high = 0, len(items)
    while low < high:
        mid = (low + high) // 2
        if items[mid] < wanted: low = mid + 1
        else: high = mid
    return low
```

| Entries       | Steps at most | Linear search |
|---------------|--------------:|--------------:|
| 1,000         |            10 |         1,000 |
| 1,000,000     |            20 |     1,000,000 |
| 1,000,000,000 |            30 | 1,000,000,000 |

1. The list must be *sorted*.
2. Each step costs one comparison, `items[mid] < wanted`.

> What is halved twenty times is a millionth of what it was.
TEXT
head -c 3000000 "$kStarter" >"$work/files/half-a-model.gguf"

# walk NAME THEME WIDTH HEIGHT SCALE: all stations, from an empty home on.
walk() {
    local name=$1 theme=$2
    width=$3 height=$4 scale=$5
    rm -rf "$work/home"
    mkdir -p "$work/home/data/monochord/models"
    ln -s "$kStarter" "$work/home/data/monochord/models/"
    export QT_SCALE_FACTOR
    QT_SCALE_FACTOR=$(awk -v s="$scale" 'BEGIN { print s / 100 }')
    start "$theme" $((width * scale / 100)) $((height * scale / 100))
    shot "first-start-$name"

    dragOver "$work/files/half-a-model.gguf"
    letGo
    shot "error-$name"
    key Escape
    dragOver "$kStarter"
    shot "overlay-$name"
    slowly "loading-$name"
    letGo
    sleep 1.5

    # The same seed, the same story.
    at -50 305
    xdotool click 1
    type 6
    key Return
    at 500 -100
    xdotool click 1
    type "Write a long story about a lighthouse keeper and her piano."
    key Return
    sleep 0.6
    # The temperature, while the reply comes.
    at -140 106
    xdotool mousedown 1
    for x in -130 -125 -120; do at $x 106; done
    shot "streaming-$name"
    xdotool mouseup 1
    at 500 300
    key Escape
    sleep 0.5
    shot "stopped-$name"
    key ctrl+m
    sleep 0.7
    shot "library-$name"
    key Escape

    key ctrl+n
    type "Show me binary search in Python, and say why it is fast."
    key Return
    sleep 0.2
    key Escape
    sleep 0.6
    # From the composer back over Replay, Branch, Continue and Regenerate to Edit.
    key shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab space
    sleep 0.3
    paste "$work/files/reply.md"
    shot "editing-$name"
    key Return
    sleep 1
    shot "table-and-code-$name"
    at 450 100
    xdotool click --repeat 10 --delay 60 4
    xdotool mousedown 1
    for y in 120 160 200 240 280; do at 600 $y; done
    xdotool mouseup 1
    shot "selection-$name"
    key ctrl+c
    [[ $(xclip -selection clipboard -out) == *'Binary search looks at the middle'* ]] || die "the selection was not copied"

    # Delete the other chat, bring it back, look at the menu, and come back another day.
    at 100 169
    xdotool click 1
    sleep 0.5
    key Delete
    shot "deleted-$name"
    key ctrl+z
    sleep 0.5
    quit
    start "$theme" $((width * scale / 100)) $((height * scale / 100))
    sleep 1
    shot "restarted-$name"
    quit
}

# What a folder of Hugging Face becomes, from dropping it to the chat; needs the shared reference data.
# models NAME THEME WIDTH HEIGHT [LANGUAGE]
models() {
    local name=$1 theme=$2
    width=$3 height=$4 scale=100
    local LANGUAGE=${5:-en}
    export LANGUAGE QT_SCALE_FACTOR=1
    rm -rf "$work/home" "$work/files/Lighthouse-Keeper"
    mkdir -p "$work/home/data/monochord/models"
    ln -s "$kStarter" "$work/home/data/monochord/models/"
    cp -r "$kCheckpoint" "$work/files/Lighthouse-Keeper"
    chmod -R u+w "$work/files/Lighthouse-Keeper"
    printf -- '---\nlicense: apache-2.0\n---\n' >"$work/files/Lighthouse-Keeper/README.md"
    start "$theme" "$width" "$height"
    dragOver "$work/files/Lighthouse-Keeper"
    shot "overlay-folder-$name"
    letGo
    sleep 0.7
    shot "convert-$name"
    # The type below the one that is recommended; back to the list with the keyboard.
    key Down Tab Tab
    key space
    sleep 1.5
    shot "converted-$name"
    key ctrl+m
    sleep 0.7
    shot "library-converted-$name"
    quit
    start "$theme" "$width" "$height" "$work/files"
    rm "$work/files/Lighthouse-Keeper/tokenizer.json"
    quit
}

startDisplay
readonly kCheckpoint=$kRoot/../shared/reference/checkpoints/llama-wide/hf
if [[ -r $kCheckpoint/config.json ]]; then
    models light light 1360 860
    models dark dark 1360 860
    models small light 900 600
    models german light 1000 700 de
fi
walk light light 1360 860 100
walk dark dark 1360 860 100
walk small light 900 600 100
walk scaled dark 1360 860 150
