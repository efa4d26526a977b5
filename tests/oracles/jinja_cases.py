#!/usr/bin/env python3
"""Writes tests/data/templates/jinja.json: templates, and what Python's jinja2 makes of them in the environment that
Hugging Face's transformers renders chat templates in. An error of any kind is null.

Left out, because no chat template is known to need it: autoescape and the Markup type (escape gives a plain text), the
globals cycler, joiner and lipsum, the filters pprint, random and urlize, HTML's long list of entities in striptags,
numbers beyond 64 bits, complex and byte values, blocks that a child template could replace, addresses in memory, wordwrap's
breaks at hyphens, and that a set block finds the name which it assigns undefined until then.

usage: jinja_cases.py [--check]      needs jinja2 3.1; --check: compares the files of tests/data/templates instead
"""
import copy
import datetime
import itertools
import json
import pathlib
import sys

from jinja2 import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = pathlib.Path(__file__).parent.parent / "data" / "templates"
NOW = "2025-07-06T02:04:05"

VARIABLES = {
    "messages": [
        {"role": "user", "content": "Hi  there"},
        {"role": "assistant", "content": "ho\nline <b> 'q' \"d\" é中", "tool_calls": [{"name": "f", "arguments": {"x": 1}}]},
    ],
    "bos_token": "<s>", "tools": None, "i": 7, "neg": -3, "z": 0, "fl": 2.5, "tiny": 1e-7, "huge": 1e22, "yes": True, "no": False,
    "s": "Hello, World", "e": "", "u": "Ünï ß ǆ😀", "num": "42", "m": "a\nb\r\n\n c\td", "html": "<p a=\"1\">x &amp; y</p> <!-- c --> z",
    "url": "see https://a.b/c?d=e&f and www.x.org, me@x.org", "long": "the quick brown-fox jumps over thelazydogs and  runs",
    "l": [3, 1, 2], "mixed": [1, "a", None, 2.5, True], "w": ["b", "A", "c", "B", "a"], "nested": [[1, 2], [3], []], "el": [],
    "d": {"b": 1, "a": [1, {"c": "é"}], "Z": "z"}, "ed": {}, "recs": [
        {"n": "x", "v": 2, "g": "A", "o": {"p": 3}}, {"n": "y", "v": 1, "g": "b", "o": {"p": 1}}, {"n": "z", "v": 2, "g": "a", "o": {"p": 2}}],
}

INPUTS = ["s", "e", "u", "m", "num", "i", "neg", "fl", "yes", "none", "nope", "l", "mixed", "w", "el", "d", "recs", "nested"]
FILTERS = """abs capitalize center dictsort e escape filesizeformat filesizeformat(true) first float float(1.5) forceescape
    indent indent(2,true) indent('..',blank=true) int int(5) int(base=16) items|list join join('-') join(attribute='n') last length list lower
    map('upper')|list map(attribute='n')|list map('string')|join max min max(attribute='v') reject('string')|list reverse|list
    round round(1) round(-1,'floor') round(2,'ceil') safe select('defined')|list selectattr('n')|list slice(2)|list batch(2,'-')|list
    sort sort(reverse=true) sort(attribute='n') sort(case_sensitive=true) string striptags sum sum(start=1) title tojson tojson(indent=1) trim trim('Hd')
    truncate(5) truncate(6,true,'~',0) unique|list upper urlencode wordcount wordwrap(6) xmlattr xmlattr(false)
    replace('l','L') replace('','.',2) format default('x') default('x',true) attr('n') groupby('v') groupby('g')|map('first')|list count
    string|length""".split()
TESTS = """boolean callable defined divisibleby(2) eq(7) equalto(7) escaped even false filter float ge(3) gt(3) greaterthan(3) in('Hello') in(l)
    integer iterable le(3) lessthan(3) lower lt(3) mapping ne(7) none number odd sameas(i) sequence string test true undefined upper""".split()
METHODS = """upper() lower() title() capitalize() casefold() swapcase() strip() lstrip('H') rstrip('d') split() split('l') split('l',1) rsplit('l',1)
    split(none,1) splitlines() splitlines(true) find('l') rfind('l') index('l') rindex('l') count('l') find('l',4,9) startswith('H') endswith(('d','x')) replace('l','L')
    replace('l','L',1) join(['a','b']) join(w) format(1) isalnum() isalpha() isascii() isdecimal() isdigit() isidentifier() islower() isnumeric()
    isprintable() isspace() istitle() isupper() center(14,'*') ljust(14,'*') rjust(14) zfill(14) removeprefix('He') removesuffix('ld') partition('l')
    rpartition('l') expandtabs() expandtabs(4) keys()|list values()|list items()|list get('a') get('q',1) copy() append(1) pop() insert(0,1)
    sort() reverse() extend([1]) remove(1) clear() update({}) setdefault('a',1) popitem() index(1) count(1) is_integer() __len__() __class__ __add__(1)""".split()
OPERANDS = ["i", "neg", "fl", "yes", "none", "nope", "s", "e", "l", "(1,2)", "d", "'%s'"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or"]
SLICES = [f"({value})[{a}:{b}:{c}]" for value in ("s", "l", "(1,2,3,4)", "range(9)|list", "u") for a, b, c in
          itertools.product(("", "0", "-2", "9", "none"), ("", "1", "-1", "-99"), ("", "2", "-1", "-2"))]
SLICES += ["s[::0]", "l[::0]", "s[1.5:]", "l['a':]", "d[1:]", "i[1:]", "nope[1:]", "s[true:]", "s[:yes]", "l[:][0]", "s[1:2:3:4]"]

# One a line.
STATEMENTS = (pathlib.Path(__file__).parent / "jinja_statements.txt").read_text().splitlines()

# Line breaks matter here.
LINES = [
    "{% filter indent(2) | trim %} a\nb{% endfilter %}", "{% generation %}\n  a\n{% endgeneration %}\n",
    "  {% if yes %}\n    a\n  {% endif %}\nb\n", "  {%+ if yes %}\n    a\n  {%+ endif +%}\nb", "a   {% if yes %}b{% endif %}   c\n",
    "a\n   {%- set x = 1 +%}\nb\n\n", "{% if yes %}\n\na\n\n{% endif %}\n\nb", "{{ s }}\n\n{{ s }}\n\n\n", "\t{% if yes %}\t\na{% endif %}\n",
    "{%- if yes %}a{% endif -%}\n\na", "{% if yes -%}\n   b\n{%- endif %}\n", "{{ 'a' }}  {# x #}  {{ 'b' }}\n  {# x #}\na\n  {#+ x #}\na",
    "{% set x = \"a\nb\" %}{{ x }}", "{{ 'a' }}{% if yes %}\n{{ 'b' }}{% endif %}\n", "{{ 'a\nb' }}", "{{ \"\\\n\" }}", "a\r\nb\r{{ 'c\r\nd' }}\n\r",
    "{% if yes %}\r\na\r\n{% endif %}\r\n", "{% if yes %}\ra{% endif %}", "\u2028{% if yes %}\u2028a{% endif %}", "\xa0 {% if yes %}a{% endif %}", "x \n \t{%- raw %}\n a{% endraw %}\n b",
    "  {% raw %}\n a\n  {% endraw %}\n b", "{{ s\n|\nupper }}", "{% set\nx\n=\n1\n%}\n{{ x }}", "{#\n a\n#}\n\nb", "{{- s -}}\n  a  \n{{- s -}}\n", "a\n\n{%- for x in l %}\n{{ x }}\n{%- endfor %}\n\nb",
    "{% for x in l %}\n  {{ x }}\n{% endfor %}\n", "{% for x in l -%}\n  {{ x }}\n{%- endfor -%}\n", "  {{ s }}\n  {%- if yes %} a {%+ endif %}\n", "", "\n", "\n\n", " ", "{{ '' }}\n", "{# a #}\n", "{% set a = 1 %}\n\n",
    "{% macro f() %}\n a\n{% endmacro %}\n[{{ f() }}]", "{% set x %}\n a\n{% endset %}\n[{{ x }}]", "{% call f() %}\n", "{{ 1\n", "{% if yes %}\n\n{{ 1 1 }}", "{{ [\n1,\n2,\n] }}", "{%\nif yes\n-%}\n a{%endif%}",
]


class Generation(Extension):
    """{% generation %} … {% endgeneration %} marks what is trained on; to a reader it is not there."""

    tags = {"generation"}

    def parse(self, parser):
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def environment():
    def raise_exception(message):
        raise TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda form: datetime.datetime.fromisoformat(NOW).strftime(form)
    return env


def rendered(env, source, variables):
    """The text; None for an error. (Some filters of jinja2 change the lists that they are given.)"""
    try:
        text = env.from_string(source).render(**copy.deepcopy(variables))
        text.encode()
        return text
    except Exception:
        return None


def sources():
    yield from (f"{{{{ {value}|{name} }}}}" for value in INPUTS for name in FILTERS)
    yield from (f"{{{{ {value} is {name} }}}}" for value in INPUTS for name in TESTS)
    yield from (f"{{{{ {value}.{name} }}}}" for value in ("s", "e", "u", "m", "num", "l", "d", "i", "fl", "none") for name in METHODS)
    yield from (f"{{{{ {a} {operator} {b} }}}}" for a in OPERANDS for operator in OPERATORS for b in OPERANDS
                if (a, operator, b) != ("neg", "**", "fl"))
    yield from (f"{{{{ {slice} }}}}" for slice in SLICES)
    yield from STATEMENTS
    yield from LINES


def check(env):
    """Compares jinja2 with the cases of the other files."""
    wrong = 0
    data = json.loads((FOLDER / "expressions.json").read_text())
    for source, expected in data["cases"]:
        if rendered(env, source, data["variables"]) != expected:
            print("expressions.json:", source)
            wrong += 1
    return wrong


def main():
    env = environment()
    if sys.argv[1:] == ["--check"]:
        return check(env)
    cases = list(dict.fromkeys(sources()))
    lines = [json.dumps([source, rendered(env, source, VARIABLES)], ensure_ascii=False) for source in cases]
    head = json.dumps({"now": NOW, "variables": VARIABLES}, ensure_ascii=False)[:-1]
    (FOLDER / "jinja.json").write_text(head + ',\n"cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(len(lines), "cases")


if __name__ == "__main__":
    sys.exit(main())
