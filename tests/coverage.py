#!/usr/bin/env python3
"""Adds up what gcov counted. usage: coverage.py BUILD      see coverage.sh"""
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ROOT / "engine" / "include" / "monochord"


def counted(notes):
    """What gcov says about an object's counters: a file of the project, from its root, with lines and functions."""
    options = ["--json-format", "--stdout", "--demangled-names", "--relative-only", "--source-prefix", ROOT]
    output = subprocess.run(["gcov", *options, notes.resolve()], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    result = []
    for line in output.splitlines():
        data = json.loads(line)
        for file in data["files"]:
            path = pathlib.Path(os.path.normpath(os.path.join(data["current_working_directory"], file["file"])))
            if path.is_relative_to(ROOT):
                result.append((str(path.relative_to(ROOT)), file))
    return result


def add_up(build):
    """Runs of each line and of each function, by file of the engine. A function counts once, however many types it is
    made for."""
    lines, functions = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    notes = sorted(pathlib.Path(build).rglob("*.gcda"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for files in pool.map(counted, notes):
            for path, file in files:
                if not path.startswith("engine/"):
                    continue
                for line in file["lines"]:
                    lines[path][line["line_number"]] += line["count"]
                for function in file["functions"]:
                    functions[path][function["start_line"], function["demangled_name"]] += function["execution_count"]
    return lines, functions


def without(text, opening, closing):
    """The text without what stands between brackets, brackets included."""
    result, depth = [], 0
    for c in text:
        depth += (c == opening) - (c == closing and depth > 0)
        if depth == 0 and c != closing:
            result.append(c)
    return "".join(result)


def declared(header):
    """Qualified names of the public functions that a header of ours declares."""
    text = re.sub(r"//[^\n]*|^#[^\n]*", "", header.read_text(), flags=re.M)
    text = re.sub(r'"(\\.|[^"\\])*"|->| [<>]=? ', "", text)
    text = without(text, "<", ">")
    scopes, public, names, statement = [], [True], set(), ""
    for piece in re.split(r"([;{}]|\b(?:public|private|protected):)", text):
        if piece in ("public:", "private:", "protected:"):
            public[-1] = piece == "public:"
            statement = ""
        elif piece in (";", "{"):
            head = re.search(r"(?:namespace|class|struct|enum class)\s+(\w+)[^(;]*$", statement)
            function = re.search(r"([~\w]+|operator\W+)\s*\(", statement)
            if function and all(public) and not re.search(r"=\s*(default|delete)|^\s*(using|friend)\b", statement):
                names.add("::".join([scope for scope in scopes if scope] + [function[1]]))
            if piece == "{":
                scopes.append(head[1] if head and not function else "")
                public.append(bool(head) and not function and not statement.lstrip().startswith("class"))
            statement = ""
        elif piece == "}":
            scopes.pop()
            public.pop()
            statement = ""
        else:
            statement += piece
    return names


def bare(name):
    """monochord::A::f of "monochord::A::f(int) const", and of its variants such as [abi:cxx11]."""
    name = without(name.replace("(anonymous namespace)", "-"), "<", ">")
    return re.sub(r"\[.*", "", name.split("(")[0]).split()[-1]


def share(counter):
    return sum(count > 0 for count in counter.values()), len(counter)


def main():
    lines, functions = add_up(sys.argv[1])
    folders = collections.defaultdict(lambda: [0, 0, 0, 0])
    for path in sorted(lines):
        row = folders["/".join(path.split("/")[:2])]
        for i, number in enumerate(share(lines[path]) + share(functions[path])):
            row[i] += number
    print(f"{'folder':<20}{'lines':>18}{'functions':>18}")
    for folder, (run, all_lines, called, all_functions) in sorted(folders.items()):
        print(f"{folder:<20}{run:>6} of {all_lines:>5} {100 * run / max(1, all_lines):4.0f}%"
              f"{called:>6} of {all_functions:>4} {100 * called / max(1, all_functions):4.0f}%")

    runs = collections.defaultdict(collections.Counter)  # of each overload
    for of_file in functions.values():
        for (_, name), count in of_file.items():
            if "{lambda" not in name:
                runs[bare(name)][name] += count
    public = sorted(set().union(*(declared(header) for header in HEADERS.glob("*.h"))))
    never = [name for name in public if not runs[name]]
    never += [overload for name in public for overload, count in runs[name].items() if count == 0]
    print(f"{len(public)} public functions, {len(never)} of them run by no test")
    for name in never:
        print("  not run:", name)
    return 1 if never or not public else 0


if __name__ == "__main__":
    sys.exit(main())
