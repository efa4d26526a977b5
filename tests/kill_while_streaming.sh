#!/bin/sh
# Kills a program with SIGKILL at random moments while it streams replies into its chats, starts it again on the same
# database, and so on; after each kill looks whether everything it had promised is there.
# usage: kill_while_streaming.sh [kills=50] [seed]
#   VICTIM   command that streams into the database named by its last argument and prints promises (victim.cpp says how)
#   CHECKER  command that is given database and promises; both default to build/dev/tests/store_kill_victim
set -u
kills=${1:-50}
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
program=$(dirname "$0")/../build/dev/tests/store_kill_victim
victim=${VICTIM:-$program}
checker=${CHECKER:-$program --check}

folder=$(mktemp -d)
child=
trap '[ -z "$child" ] || kill -9 "$child" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
echo "seed $seed"

# Seconds between 0.05 and 3.05, one a line. Not awk's rand(): one awk's is no good with large seeds, and each has its own.
awk -v seed="$seed" -v kills="$kills" 'BEGIN {
    x = seed % 2147483646 + 1
    for (i = -10; i < kills; ++i) {
        x = x * 16807 % 2147483647
        if (i >= 0) printf "%.3f\n", 0.05 + 3 * x / 2147483647
    }
}' > "$folder/moments"

bad=0 done=0
while read -r moment; do
    # shellcheck disable=SC2086  # both are commands with arguments
    $victim "$folder/chats.sqlite" >> "$folder/promises" &
    child=$!
    sleep "$moment"
    if ! kill -9 "$child"; then
        echo "kill $done: the program had ended by itself"
        bad=$((bad + 1))
    fi
    wait "$child" 2>/dev/null
    child=
    echo >> "$folder/promises"  # ends the line that the kill may have cut
    # shellcheck disable=SC2086
    if ! $checker "$folder/chats.sqlite" "$folder/promises" > "$folder/answer"; then
        echo "kill $done, after $moment s:"
        cat "$folder/answer"
        bad=$((bad + 1))
    fi
    done=$((done + 1))
done < "$folder/moments"

cat "$folder/answer"
echo "$done kills, $bad bad"
[ "$bad" -eq 0 ] && [ "$done" -eq "$kills" ]
