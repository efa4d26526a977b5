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
for tool in Xvfb openbox xdotool xclip import convert dbus-run-session; do
    command -v $tool >/dev/null || { say "walk.sh needs $tool"; exit 1; }
done
[[ -r $kStarter ]] || { say "walk.sh needs the starter model: packaging/fetch-model.sh"; exit 1; }
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
    Xvfb "$DISPLAY" -screen 0 2100x1400x24 -nolisten tcp >/dev/null 2>&1 &
    display=$!
    for _ in {1..50}; do xdotool getdisplaygeometry >/dev/null 2>&1 && break; sleep 0.1; done
    openbox >/dev/null 2>&1 &
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
    wait "$application" 2>/dev/null || { say "the window ended with status $?"; exit 1; }
    application=
}

shot() {
    import -window "$window" "$work/shot.png"
    convert "$work/shot.png" -strip -dither None -colors 250 "PNG8:$kPictures/$1.png"
    say "$1"
}
