#!/bin/sh
# Kills a program with SIGKILL at random moments while it streams replies into its chats, starts it again on the same
# database, and so on; after each kill looks whether everything it had promised is there.
# usage: kill_while_streaming.sh [--window] [kills=50] [seed]
#   --window  kills the whole application, driven like a person would and answering with the starter model
#             (window_kill_victim), after 0.5 to 8.5 seconds; without a display it needs QT_QPA_PLATFORM=offscreen.
#             Else a program that only fills the chat store (store_kill_victim), after 0.05 to 3.05 seconds.
#   VICTIM    command that streams into the database named by its last argument and prints promises (promises.h says
#             how); it never ends by itself
#   CHECKER   command that is given database and promises, says what is wrong, and ends with 0 where nothing is; both
#             default to the programs in build/dev/tests
# ends with 77 where the starter model is missing and MONOCHORD_REQUIRE_MODELS is not set
set -u
name=store_kill_victim least=0.05 span=3
if [ "${1-}" = --window ]; then
    name=window_kill_victim least=0.5 span=8
    shift
fi
kills=${1:-50}
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
program=$(dirname "$0")/../build/dev/tests/$name
victim=${VICTIM:-$program}
checker=${CHECKER:-$program --check}

folder=$(mktemp -d)
child=
trap '[ -z "$child" ] || kill -9 "$child" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
echo "seed $seed"

# Seconds, one a line. Not awk's rand(): one awk's is no good with large seeds, and each has its own.
awk -v seed="$seed" -v kills="$kills" -v least="$least" -v span="$span" 'BEGIN {
    x = seed % 2147483646 + 1
    for (i = -10; i < kills; ++i) {
        x = x * 16807 % 2147483647
        if (i >= 0) printf "%.3f\n", least + span * x / 2147483647
    }
}' > "$folder/moments"

bad=0 done=0 cut=0 begun=0
while read -r moment; do
    # shellcheck disable=SC2086  # both are commands with arguments
    $victim "$folder/chats.sqlite" >> "$folder/promises" &
    child=$!
    sleep "$moment"
    kill -9 "$child" 2>/dev/null
    wait "$child" 2>/dev/null
    status=$?
    [ "$status" -eq 77 ] && exit 77
    if [ "$status" -ne 137 ]; then
        echo "kill $done: the program had ended by itself, with $status"
        bad=$((bad + 1))
    fi
    child=
    echo >> "$folder/promises"  # ends the line that the kill may have cut
    # shellcheck disable=SC2086
    if ! $checker "$folder/chats.sqlite" "$folder/promises" > "$folder/answer"; then
        echo "kill $done, after $moment s:"
        cat "$folder/answer"
        bad=$((bad + 1))
    fi
    grep -q '^cut: a reply' "$folder/answer" && begun=$((begun + 1))
    grep -q '^cut: a reply of [1-9]' "$folder/answer" && cut=$((cut + 1))
    done=$((done + 1))
done < "$folder/moments"

grep -v '^cut:' "$folder/answer"
echo "$begun kills found a reply running, $cut of them with text of it on disk"
echo "$done kills, $bad bad"
[ "$bad" -eq 0 ] && [ "$done" -eq "$kills" ]
