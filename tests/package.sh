#!/usr/bin/env bash
# Installs the package into a fresh Debian 12 of its own, uses it there as a person would, removes it, and looks for
# what it left behind.
# usage: tests/package.sh [monochord_….deb, default the one in build/package]
# Needs root, debootstrap and Debian's mirror: $MIRROR, default http://deb.debian.org/debian.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
deb=$(realpath "${1:-$(echo build/package/monochord_*.deb)}")
readonly deb kHome=/home/visitor kModel=tests/data/llama/gqa-mixed.gguf
say() { printf '%s\n' "$*" >&2; }
die() { say "tests/package.sh: $*" && exit 1; }
((EUID == 0)) || die "only root can install into a root of its own"
[[ -r $deb ]] || die "there is no package: packaging/package.sh makes one"
# What is mounted and started here ends with this script.
if [[ -z ${MONOCHORD_UNSHARED:-} ]]; then
    exec env MONOCHORD_UNSHARED=1 unshare --mount --pid --fork --kill-child "$0" "$deb"
fi

root=$(mktemp -d)
readonly root
chmod 755 "$root"  # it is the visitor’s too
trap 'umount "$root/proc" 2>/dev/null; rm -rf --one-file-system "$root"' EXIT

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
asVisitor() {
    chroot --userspec=visitor:visitor "$root" env -i PATH=/usr/bin:/bin HOME=$kHome XDG_RUNTIME_DIR=$kHome/run \
        LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen "$@"
}
# waitFor SECONDS COMMAND…
waitFor() {
    local tries=$(($1 * 10))
    shift
    until "$@"; do ((tries-- > 0)) || return 1; sleep 0.1; done
}
apt() { inside apt-get -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >/dev/null; }
# Everything but the visitor's own, and what apt notes whenever it runs.
files() {
    (cd "$root" && find . -path ./proc -prune -o -path ./home -prune -o -path ./tmp -prune -o -path ./var/cache -prune \
        -o -path ./var/log -prune -o -path ./var/lib/apt -prune -o -path './var/lib/dpkg/*-old' -prune -o -print | sort)
}

prepare() {
    say "making a Debian 12"
    debootstrap --variant=minbase bookworm "$root" "${MIRROR:-http://deb.debian.org/debian}" >"$root.log" 2>&1 ||
        die "debootstrap failed: $(tail -n3 "$root.log")"
    rm "$root.log"
    mount -t proc proc "$root/proc"
    inside useradd -m visitor
    asVisitor mkdir -m 700 $kHome/run
    cp "$kModel" "$root$kHome/model.gguf"
    cp "$deb" "$root/tmp/monochord.deb"
    say "installing what it depends on, and what a desktop has"
    apt install desktop-file-utils shared-mime-info hicolor-icon-theme
    apt satisfy "$(dpkg-deb -f "$deb" Depends)"
}

use() {
    asVisitor monochord-cli --version
    asVisitor monochord --version
    asVisitor monochord-cli generate $kHome/model.gguf --raw --prompt Hello -n 4 >/dev/null || die "no reply"
    grep -qx '.*:application/x-gguf:\*\.gguf' "$root/usr/share/mime/globs2" || die "the type of .gguf is not known"
    grep -q '^application/x-gguf=monochord.desktop' "$root/usr/share/applications/mimeinfo.cache" ||
        die "a double-click on a .gguf opens something else"

    say "opening the window"
    asVisitor monochord &
    local first=$! open settings=$root$kHome/.config/monochord/monochord.ini
    waitFor 20 test -s "$root$kHome/.local/share/monochord/chats.sqlite" || die "the window did not open"
    say "opening a file"
    open=$(sed -n "s|^Exec=\(.*\)%f|\1$kHome/model.gguf|p" "$root/usr/share/applications/monochord.desktop")
    # shellcheck disable=SC2086 # the words of Exec
    asVisitor $open &
    local second=$!
    waitFor 20 grep -qs "^path=$kHome/model.gguf" "$settings" || die "the file was not loaded"
    kill $first $second 2>/dev/null || true
    wait $first $second || true
}

prepare
files >"$root/tmp/before"
say "installing the package"
apt install /tmp/monochord.deb
use
say "removing it"
apt purge monochord
files >"$root/tmp/after"
diff "$root/tmp/before" "$root/tmp/after" || die "the package left these (>) or took them (<)"
say "nothing is left"
