#!/usr/bin/env python3
"""Writes tests/data/templates/jinja.json: templates, and what Python's jinja2 makes of them in the environment that
Hugging Face's transformers renders chat templates in. An error of any kind is null.

Left out, because no chat template is known to need it: autoescape and the Markup type (escape gives a plain text), the
globals cycler, joiner and lipsum, the filters pprint, random and urlize, HTML's long list of entities in striptags,
numbers beyond 64 bits, complex and byte values, blocks that a child template could replace, and addresses in memory.

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

STATEMENTS = r"""
{% set x %}a{% endset %}{{ x }}
{% set x | upper %}a{{ s }}{% endset %}{{ x }}
{% set x | replace('a', 'b') | indent(2, true) %}a{% endset %}{{ x }}
{% set a, b = l[:2] %}{{ a }}{{ b }}
{% set (a, b) = (1, 2) %}{{ a }}{{ b }}
{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}
{% set a.b = 1 %}
{% set ns = namespace(d) %}{{ ns.b }}
{% set ns = namespace(a=1, b=[]) %}{% set ns.a, ns.c = 2, 3 %}{{ ns.a }}{{ ns.c }}
{% set ns = namespace(a=1) %}{% set ns.a %}x{{ i }}{% endset %}{{ ns.a }}
{% set ns = namespace(a=1) %}{% for x in l %}{% if x == 1 %}{% set ns.a = x + 9 %}{% endif %}{% endfor %}{{ ns.a }}
{% set ns = namespace(a=1) %}{{ ns }}
{% set ns = namespace(a=1) %}{{ ns.a is defined }}{{ ns.q is defined }}{{ ns['a'] }}
{% set ns = namespace() %}{% macro f() %}{% set ns.x = 1 %}{% endmacro %}{{ f() }}{{ ns.x }}
{% set none = 1 %}
{% set x = 1 %}{% set x = x + 1 %}{{ x }}
{% set x = nope %}{{ x is defined }}
{% set x = 'a' if false %}{{ x is defined }}
{% filter upper %}a{% set q = 1 %}{% endfilter %}{{ q }}
{% filter nope %}a{% endfilter %}
{% filter join(',') %}abc{% endfilter %}
{% filter tojson %}a"b{% endfilter %}
{% call f() %}a{% endcall %}
{% macro f(a, b=2) %}{{ caller(a, b) }}|{{ caller(b, a) }}{% endmacro %}{% call(x, y) f(1) %}<{{ x }}-{{ y }}>{% endcall %}
{% macro f() %}{{ caller() }}{% endmacro %}{% call(x) f() %}{{ x is defined }}{% endcall %}
{% macro f() %}{{ caller(1, 2) }}{% endmacro %}{% call(x) f() %}{{ x }}{% endcall %}
{% macro f() %}{{ caller(x=3) }}{% endmacro %}{% call(x=1) f() %}{{ x }}{% endcall %}
{% macro f() %}{{ caller() }}{% endmacro %}{% macro g() %}{% call f() %}[{{ caller() }}]{% endcall %}{% endmacro %}{% call g() %}in{% endcall %}
{% macro f() %}{{ varargs|length }}{{ kwargs|length }}{% endmacro %}{{ f(1, 2, a=3) }}{{ f(*l, **d) }}
{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, b=4) }}
{% macro f(a, b) %}{{ a }}{{ b }}{{ b is undefined }}{% endmacro %}{{ f(1) }}
{% macro f(a, b=a) %}{{ b }}{% endmacro %}{{ f(5) }}
{% macro f(a=nope) %}{{ a is undefined }}{% endmacro %}{{ f() }}
{% macro f(a) %}{{ f.name }}{% endmacro %}{{ f() }}
{% macro f(x) %}{{ x }}{% if x %}{{ f(x - 1) }}{% endif %}{% endmacro %}{{ f(3) }}{{ f }}
{% macro f() %}a{% endmacro %}{{ f() | upper }}{{ f() ~ 1 }}{{ f() + 'b' }}{{ f() * 2 }}{{ f() is string }}{{ f()|length }}
{% macro f() %}<b>{% endmacro %}{{ f()|e }}{{ (f() ~ '<')|e }}{{ [f()] }}{{ f()|tojson }}
{% macro f() %}{% set x = 2 %}{{ x }}{% endmacro %}{% set x = 1 %}{{ f() }}{{ x }}
{% macro f() %}{% break %}{% endmacro %}
{% macro f(a, a) %}{% endmacro %}{{ f(1, 2) }}
{% macro f(1) %}{% endmacro %}
{% macro %}{% endmacro %}
{% macro f() %}{{ loop is defined }}{% endmacro %}{% for x in l %}{{ f() }}{% endfor %}
{% for x in l recursive %}{{ x }}{% if x == 3 %}({{ loop([9, 8]) }}){% endif %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}
{% for x in nested recursive %}{% if x is number %}{{ x }}{% else %}[{{ loop(x) }}]{% endif %}{% endfor %}
{% for x in l %}{{ loop.cycle('a', 'b') }}{{ loop.cycle(*w) }}{% endfor %}
{% for x in l %}{{ loop.cycle() }}{% endfor %}
{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }}{{ loop.changed(x, 1) }}{% endfor %}
{% for x in l %}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.previtem is defined }}{{ loop.nextitem|default('-') }};{% endfor %}
{% for x in l %}{{ loop.previtem.foo }}{% endfor %}
{% for x in l %}{{ loop.index }}{{ loop.revindex }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{% endfor %}
{% for x in l if loop.index %}{{ x }}{% endfor %}
{% for x in l if x > 1 %}{{ loop.index }}{{ loop.length }}{% else %}n{% endfor %}
{% for x in l if x > 5 %}{{ x }}{% else %}n{% endfor %}
{% for x in l %}{% if loop.last %}{% break %}{% endif %}{{ x }}{% else %}n{% endfor %}
{% for x in l %}{% for y in w %}{% if y == 'A' %}{% continue %}{% endif %}{% if y == 'c' %}{% break %}{% endif %}{{ x }}{{ y }}{{ loop.index }}{% endfor %}{% endfor %}
{% for x in l %}{% set y = x %}{% endfor %}{{ y }}
{% for x in l %}{{ x }}{% endfor %}{{ x }}
{% set x = 9 %}{% for x in l %}{{ x }}{% endfor %}{{ x }}
{% for k, v in d.items() %}{{ k }}{{ v }}{% endfor %}
{% for k, v in d|dictsort %}{{ k }}{{ v }}{% endfor %}
{% for k, v in d %}{{ k }}{% endfor %}
{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}
{% for x in i %}{% endfor %}
{% for x in u %}{{ x }}.{% endfor %}
{% for x in yes %}{% endfor %}
{% for x in nope %}a{% else %}b{% endfor %}
{% for x in nope.q %}a{% endfor %}
{% for x in messages[1].tool_calls %}{{ x.arguments|tojson }}{% endfor %}
{% for x in messages[::-1] %}{{ x.role }}{% endfor %}
{% for x in messages|reverse %}{{ x.role }}{{ loop.length }}{% endfor %}
{% for x in l|map('string') %}{{ x }}{{ loop.length }}{{ loop.last }}{% endfor %}
{% for loop in l %}{{ loop }}{% endfor %}
{% for x in l %}{{ loop }}{% endfor %}
{% for x in range(2) %}{% for y in range(2) %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}
{% for x.y in l %}{% endfor %}
{% for x in l %}
{% for x l %}{% endfor %}
{% endfor %}
{% if yes %}a
{% if %}a{% endif %}
{% if yes %}a{% else %}b{% else %}c{% endif %}
{% if no %}a{% elif no %}b{% elif yes %}c{% else %}d{% endif %}
{% if nope %}a{% endif %}b
{% if nope.x %}a{% endif %}b
{% if l and d and not e %}a{% endif %}
{% if 'x' in nope %}a{% endif %}
{% if i == 7 and (fl > 2 or nope.x) %}a{% endif %}
{% if i > 5 > 3 %}a{% endif %}{% if 1 < i < 5 %}b{% endif %}
{% if not i %}a{% elif not not i %}b{% endif %}
{% if i is not none and s is string %}a{% endif %}
{% if x is defined and x.y %}a{% else %}b{% endif %}
{% with %}a{% endwith %}
{% with a=1, b=a %}{{ a }}{{ b is defined }}{% endwith %}{{ a is defined }}
{% with a, b = 1, 2 %}{{ a }}{% endwith %}
{% with a=1 %}{% set a=2 %}{{ a }}{% endwith %}
{% include 'x' %}
{% include 'x' ignore missing %}
{% import 'x' as y %}
{% from 'x' import y %}
{% extends 'x' %}
{% do l %}
{% trans %}a{% endtrans %}
{% debug %}
{% block a %}x{% block b %}y{% endblock %}{% endblock %}
{% block a %}{% set q = 1 %}{{ q }}{{ s }}{% endblock %}{{ q }}
{% block a %}x{% endblock b %}
{% set q = 1 %}{% block a %}{{ q }}{% endblock %}
{% for x in l %}{% block a scoped %}{{ x }}{% endblock %}{% endfor %}
{% generation %}a{% endgeneration %}b
{% generation %}{% set g = 1 %}{{ g }}{% endgeneration %}{{ g }}
{% for x in l %}{% generation %}{{ x }}{% endgeneration %}{% endfor %}
{% raw %}{{ x }}{% if %}{% endraw %}
{% raw -%}  a  {%- endraw %} b
{%- raw %} a {% endraw -%} b
{% raw %}a
{# a #}b{#- c -#} d
{# {{ x }} {% if %} #}a
{# a
{# a #} #}
{{ '{#' }}{{ '#}' }}
a{{- ' b ' -}}  c
a {%- if yes -%} b {%- endif -%} c
{% print s %}
{{ 1 is float[l] }}
{{ 1 is float(1) }}
{{ l|select('string', 1)|list }}
{{ s|upper(1) }}
{{ l|list(1) }}
{{ l|first(1) }}
{{ s|length(1) }}
{{ s|e(1) }}
{{ l|reverse(1) }}
{{ d|items(1) }}
{{ s|string(1) }}
{{ s|title(x=1) }}
{{ s|capitalize(1) }}
{{ i|abs(1) }}
{{ s|wordcount(1) }}
{{ s|safe(1) }}
{{ s.isdigit(1) }}
{{ s.capitalize(1) }}
{{ s.title(1) }}
{{ s.casefold(1) }}
{{ d.copy(1) }}
{{ d.keys(1) }}
{{ fl.is_integer(1) }}
{{ s|select|list|length }}
{{ s|striptags(1) }}
{{ s|urlencode(1) }}
{{ (l|truncate(9))|list }}{{ d|truncate }}
{% print(s, i) %}
{% if yes %}{{ s }}{%endif%}{%if no%}{%endif%}
{{ cycler() }}
{{ dict(a=1, **{'b': 2}) }}
{{ dict(d, a=2) }}
{{ dict([['a', 1]]) }}{{ dict() }}
{{ dict(1) }}
{{ range(3) }}{{ range(1, 7, 2)|list }}{{ range(-1)|list }}
{{ range(0, 5, 0) }}
{{ range(1.5) }}
{{ range(100001)|length }}
{{ range(5)|sum }}{{ range(3) == range(3) }}{{ 2 in range(3) }}{{ range(3)|tojson }}
{{ raise_exception('x') }}
{{ raise_exception() }}
{% if no %}{{ raise_exception('x') }}{% endif %}ok
{{ strftime_now('%Y-%m-%d') }}{{ strftime_now('') }}
{{ strftime_now() }}
{{ strftime_now(1) }}
{{ range is defined }}{{ dict is callable }}{{ namespace is defined }}
{{ nope }}{{ nope|default('x') }}{{ nope ~ 'a' }}{{ [nope] }}{{ nope == nope }}{{ nope == none }}{{ nope != 1 }}
{{ nope.x }}
{{ nope['x'] }}
{{ nope() }}
{{ nope + 1 }}
{{ nope < 1 }}
{{ -nope }}
{{ nope|length }}{{ nope|list }}{{ nope|join }}{{ nope|upper }}
{{ nope|int }}{{ nope|float }}{{ nope|string }}{{ nope|tojson if false }}
{{ nope|tojson }}
{{ d.nope.x }}
{{ d.nope|default('q') }}{{ d['nope']|default('q') }}{{ l[9]|default('q') }}{{ s.nope|default('q') }}
{{ d.b.c.d }}
{{ {}.x }}{{ ().x }}{{ 1.x }}
{{ {}['x'] is undefined }}{{ [][0] is undefined }}
{{ 'a' if no }}{{ ('a' if no) is undefined }}|{{ 'a' if no else }}
{{ 'a' if yes else 'b' if no else 'c' }}{{ ('a' if no else 'b') if no else 'c' }}
{{ ('a' if no) ~ 'b' }}{{ ('a' if no) + 'b' }}
{{ (i if yes else s) + 1 }}{{ i if yes else s + 1 }}{{ 'x' ~ i if no else 'y' }}
{{ i + fl * 2 - 1 // 2 % 3 }}{{ -i ** 2 }}{{ (-i) ** 2 }}{{ 2 ** -1 }}{{ 2 ** 3 ** 0 }}{{ -2 ** -2 }}
{{ 1 + 2 ~ 3 * 4 }}{{ 'a' ~ 'b' * 2 }}{{ 1 ~ 2 + 3 ~ 4 }}{{ 'a' ~ -1 }}{{ 1 ~ 2 == '12' }}
{{ not i == 7 }}{{ not (i == 7) and yes }}{{ not yes or yes }}{{ yes and not no }}
{{ 1 < 2 == 2 }}{{ 1 == 1 in [1] }}{{ 1 < 3 > 2 != 5 }}{{ 1 in [1] == true }}{{ not 1 in [2] }}
{{ i is divisibleby 7 and yes }}{{ i is odd == true }}{{ i is not even }}{{ not i is even }}
{{ i is divisibleby(7) is true }}{{ s is string and l is iterable }}
{{ -i|abs }}{{ (-i)|abs }}{{ 1 + i|float }}{{ i|string ~ 'a'|upper }}{{ 'a' ~ 'b'|upper ~ 'c' }}
{{ i|float|string|length }}{{ l|sort|join(',')|upper }}{{ l|map('float')|map('string')|join(' ') }}
{{ 5 is in [5] }}{{ 5 is in([5]) }}{{ 'a' is eq 'a' }}{{ 5 is gt 3 }}{{ 3 is sameas 3 }}
{{ 5 is in }}
{{ 5 is not }}
{{ 5 is not not odd }}
{{ 5 is 5 }}
{{ i is nosuchtest }}
{{ i|nosuchfilter }}
{{ i if yes else i|nosuchfilter }}
{{ 1.0 }}{{ 1.50 }}{{ 1e3 }}{{ 1e16 }}{{ 1e-4 }}{{ 1e-5 }}{{ 123456789012345678 }}{{ 1.1 + 2.2 }}{{ 1e400 }}{{ -1e400 }}{{ 1e400 - 1e400 }}
{{ 3 / 2 }}{{ 4 / 2 }}{{ 3 // 2 }}{{ -3 // 2 }}{{ 3 // -2.0 }}{{ 3 % -2 }}{{ -3.5 % 2 }}{{ 2.0 ** 3 }}{{ 10 ** 15 }}{{ 10 ** 16.0 }}
{{ 7 | round(2) }}{{ 2.5 | round }}{{ 0.125 | round(2) }}{{ 1234.5 | round(-2) }}{{ 1.005 | round(2) }}{{ 2.5 | round | int }}
{{ 1_000_000 }}{{ 0xff }}{{ 0b11 }}{{ 0o17 }}{{ 0XFF }}{{ 1_0.5_0 }}{{ 1E5 }}{{ 1e+5 }}
{{ 00 }}
{{ 007 }}
{{ 1_ }}
{{ 'a\nb\tc\\d\'e\"f\x41\u00e9\U0001F600\101\0' }}
{{ "a'b" ~ 'a"b' }}{{ ["a'b", 'a"b', 'a\'"b', 'a\\b', '\x00\x1f\x7f\x80\xa0\xad', '\u2028\ufeff\ud7ff', '😀'] }}
{{ '\N{DASH}' }}
{{ '\u00' }}
{{ '\q\8' }}{{ 'a' 'b' "c" }}
{{ [1, [2, (3,), (), {}], {'a': none, 1: true, (1, 2): 'x'}, 1.0, -0.0, 1e100] }}
{{ {'a': 1, 'a': 2} }}{{ {1: 'a', 1.0: 'b', true: 'c'} }}
{{ {[1]: 2} }}
{{ {'a' 1} }}
{{ [1, 2 }}
{{ (1, 2 }}
{{ }}
{{ 1,2 }}{{ (1) }}{{ (1,) }}{{ 1, }}
{{ {**d} }}
{{ [*l] }}
{{ [x for x in l] }}
{{ lambda x: x }}
{{ s := 1 }}
{{ s.upper() is string }}{{ s['upper']() }}{{ d['items'] is callable }}{{ d.items is callable }}
{{ l.append(1) }}
{{ d.update(a=1) }}
{{ l.__class__ }}
{{ ''.__class__.__mro__ }}
{{ s.__len__() }}
{{ f.__code__ }}{% macro f() %}{% endmacro %}
{{ fl.is_integer() }}
{{ '%s %d %5.1f|%-5s|%05d %x %o %e %g %c %r %%' | format('a', 7, 3.14159, 'b', 42, 255, 8, 12345.678, 0.0001, 'z', 'q') }}
{{ '%s' | format }}
{{ '%(a)s %(b)d' | format(a='x', b=2) }}
{{ '%(a)s' % {'a': 1} }}{{ '%s %s' % ('a', 'b') }}{{ '%s' % (1,) }}{{ '%s' % [1, 2] }}{{ 'a' % () }}
{{ '%d' % 'a' }}
{{ '%s %s' % 'a' }}
{{ '%s' % ('a', 'b') }}
{{ '%' % 1 }}
{{ '%.2f' % 1.005 }}{{ '%+d' % 5 }}{{ '% d' % 5 }}{{ '%#x' % 255 }}{{ '%i' % 3.9 }}{{ '%s' % none }}{{ '%5s|%-5s|' % ('a', 'b') }}
{{ '{} {}'.format(1, 'a') }}{{ '{1} {0}'.format('a', 'b') }}{{ '{a}'.format(a=1) }}{{ '{:>5}|{:<5}|{:^5}|{:*^7}'.format('a', 'b', 'c', 'd') }}
{{ '{:05d} {:x} {:,} {:.2f} {:e} {:%} {:+}'.format(42, 255, 1234567, 3.14159, 1500.0, 0.25, 5) }}
{{ '{0[0]} {0[a]}'.format({'a': 1, 0: 2}) }}{{ '{!r} {!s}'.format('a', 'b') }}{{ '{{}}'.format() }}
{{ '{}'.format() }}
{{ d|tojson(indent=4, sort_keys=true) }}{{ d|tojson(separators=(',', ':')) }}{{ u|tojson(ensure_ascii=true) }}{{ u|tojson }}
{{ d|tojson(indent='\t') }}{{ l|tojson(indent=0) }}{{ el|tojson(indent=2) }}{{ '</script>&\'"<'|tojson }}{{ '\x00\n\x7f\u2028'|tojson }}
{{ {1: 2, none: 3, true: 4, 2.5: 5}|tojson }}{{ (1, 2)|tojson }}{{ 1e22|tojson }}{{ (1e400)|tojson }}{{ none|tojson }}{{ 1.0|tojson }}
{{ {(1, 2): 1}|tojson }}
{{ d|tojson(4) }}
{{ d|tojson(ensure_ascii=false, indent=2) }}
{{ range|tojson }}
{{ d.items()|tojson }}
{{ d.keys()|list|tojson }}{{ d.items()|list|tojson }}{{ l|map('string')|list|tojson }}
{{ l|map('string')|tojson }}
{{ recs|map(attribute='o.p')|list }}{{ recs|sort(attribute='o.p')|map(attribute='n')|join }}{{ recs|selectattr('o.p', 'gt', 1)|map(attribute='n')|list }}
{{ recs|map(attribute='q', default='-')|list }}{{ recs|map('attr', 'n')|list }}{{ recs|map(attribute='q')|list }}
{{ recs|map('nosuch')|list }}
{{ recs|map()|list }}
{{ recs|map(attribute='n', foo=1)|list }}
{{ recs|selectattr('n', 'in', ['x', 'z'])|map(attribute='n')|list }}{{ recs|rejectattr('v', 'equalto', 2)|list|length }}{{ recs|selectattr('q', 'defined')|list }}
{{ recs|selectattr('q', 'undefined')|list|length }}{{ recs|selectattr('n', 'nosuch')|list }}
{{ l|select('gt', 1)|list }}{{ l|select('odd')|list }}{{ l|reject('divisibleby', 2)|list }}{{ mixed|select('string')|list }}{{ w|select('in', 'abc')|list }}{{ l|select|list }}
{{ l|select('nosuch')|list }}
{{ recs|groupby('v') }}{% for k, g in recs|groupby('v') %}{{ k }}:{{ g|map(attribute='n')|join }};{% endfor %}
{% for g in recs|groupby('o.p') %}{{ g.grouper }}{{ g.list|length }}{% endfor %}{{ recs|groupby('q', default='-')|length }}
{{ recs|sort(attribute='v,n')|map(attribute='n')|join }}{{ recs|sort(attribute='v', reverse=true)|map(attribute='n')|join }}{{ recs|sum(attribute='v') }}{{ recs|sum('o.p', 10) }}
{{ recs|max(attribute='v') }}{{ recs|min(attribute='o.p') }}{{ w|max }}{{ w|min }}{{ w|max(case_sensitive=true) }}{{ el|max is undefined }}
{{ w|unique|list }}{{ w|unique(true)|list }}{{ recs|unique(attribute='v')|map(attribute='n')|list }}{{ [1, 1.0, true, 'a', 'A']|unique|list }}
{{ l|batch(2)|list }}{{ l|batch(2, 'x')|list }}{{ range(7)|slice(3)|list }}{{ range(7)|slice(3, 'x')|map('list')|list }}{{ el|batch(2)|list }}{{ el|slice(2)|list }}
{{ l|slice(0)|list }}
{{ d|dictsort }}{{ d|dictsort(true) }}{{ {'b': 1, 'A': 2}|dictsort(false, 'value') }}{{ {'b': 1, 'A': 2}|dictsort(reverse=true) }}
{{ d|dictsort(by='x') }}
{{ d|items|list }}{{ nope|items|list }}{{ ed|items|list }}
{{ s|center(20) }}|{{ s|center(21) }}|{{ 'ab'|center(5) }}|{{ s|center(3) }}
{{ m|indent }}|{{ m|indent(2) }}|{{ m|indent(2, true) }}|{{ m|indent(2, true, true) }}|{{ m|indent('> ') }}|{{ m|indent(width=1, first=true) }}
{{ long|truncate(20) }}|{{ long|truncate(20, true) }}|{{ long|truncate(20, false, '!') }}|{{ long|truncate(20, true, '', 0) }}|{{ long|truncate(48) }}|{{ long|truncate(300) }}
{{ s|truncate(2) }}
{{ long|wordwrap(10) }}|{{ long|wordwrap(10, false) }}|{{ long|wordwrap(10, true, '~') }}|{{ long|wordwrap(5, break_on_hyphens=false) }}|{{ m|wordwrap(3) }}
{{ long|wordcount }}{{ e|wordcount }}{{ u|wordcount }}{{ 'a-b c_d'|wordcount }}
{{ long|title }}{{ u|title }}{{ "it's a-b (c) <d> 1e_f"|title }}{{ u|capitalize }}{{ u|upper }}{{ u|lower }}
{{ html|striptags }}|{{ '<a>b</a>  c\n d'|striptags }}|{{ 'a < b > c'|striptags }}|{{ '&lt;x&gt; &#65; &#x41; &nope;'|striptags }}
{{ html|e }}{{ html|forceescape }}{{ html|safe }}{{ (html|safe) ~ '<' }}{{ html is escaped }}{{ '<'|e }}
{{ s|urlencode }}|{{ 'a b&c=d/é?~-_.'|urlencode }}|{{ {'a b': 'c&d', 'e': 1}|urlencode }}|{{ [['a', 'b c'], ('d', none)]|urlencode }}|{{ i|urlencode }}|{{ e|urlencode }}
{{ {'a': 1, 'b': none, 'c': nope, 'd': '<"x">', 'e': true}|xmlattr }}|{{ {'a': 1}|xmlattr(false) }}|{{ ed|xmlattr }}|
{{ {'a b': 1}|xmlattr }}
{{ {'a=': 1}|xmlattr }}
{{ {'a>': 1}|xmlattr }}
{{ 0|filesizeformat }}|{{ 1|filesizeformat }}|{{ 999|filesizeformat }}|{{ 1000|filesizeformat }}|{{ 13000|filesizeformat }}|{{ 4100000|filesizeformat }}|{{ 1024|filesizeformat(true) }}|{{ 1e25|filesizeformat }}|{{ '1500'|filesizeformat }}|{{ 1.5|filesizeformat }}|{{ 1000000000000000000|filesizeformat(binary=true) }}
{{ 'x'|int }}{{ '12'|int }}{{ '12.7'|int }}{{ '1e3'|int }}{{ ' 5 '|int }}{{ '0x1f'|int(0, 16) }}{{ '0b11'|int(0, 2) }}{{ 'ff'|int(base=16) }}{{ none|int(9) }}{{ 'x'|int('d') }}{{ l|int }}{{ '1_0'|int }}{{ -2.7|int }}
{{ 'x'|float }}{{ '1.5'|float }}{{ ' 1e3 '|float }}{{ 'inf'|float }}{{ 'nan'|float }}{{ '1_0.5'|float }}{{ none|float(2.5) }}{{ i|float }}{{ yes|float }}
{{ [1, 2, 3]|first }}{{ s|first }}{{ d|first }}{{ el|first is undefined }}{{ l|last }}{{ s|last }}{{ range(3)|last }}
{{ l|map('string')|first }}{{ l|map('string')|last }}
{{ i|first }}
{{ l|join(', ') }}{{ mixed|join('|') }}{{ d|join('-') }}{{ recs|join('/', 'n') }}{{ s|join('.') }}{{ el|join(',') }}{{ [[1], {'a': 2}]|join(',') }}
{{ l|reverse|list }}{{ s|reverse }}{{ d|reverse|list }}{{ range(3)|reverse|list }}
{{ i|reverse }}
{{ 'a,b;c'.replace(',', ';').split(';') }}{{ ' a '.strip() ~ '|' ~ ' a '.lstrip() ~ '|' ~ ' a '.rstrip() }}{{ 'xxaxx'.strip('x') }}{{ 'abc'.strip(none) }}
{{ s.split(none) }}{{ s.split(' ', -1) }}{{ ''.split() }}{{ ''.split(',') }}{{ 'a  b'.split(' ') }}{{ s.split('o', 1)[-1] }}{{ m.split('\n') }}{{ m.splitlines() }}
{{ s.split('') }}
{{ s.split(1) }}
{{ s.nosuch() }}
{{ s.upper(1) }}
{{ s.startswith('He', 0, 3) }}{{ s.startswith(('x', 'H')) }}{{ s.endswith('') }}{{ s.startswith('') }}
{{ s.startswith(1) }}
{{ s.startswith(['H']) }}
{{ s.find('zz') }}{{ s.find('') }}{{ s.rfind('') }}{{ s.count('') }}{{ s.find('o', -5) }}{{ u.find('ß') }}{{ u|length }}{{ u[::-1] }}{{ u[4] }}
{{ s.index('zz') }}
{{ s[0] }}{{ s[-1] }}{{ s[99] is undefined }}{{ l[-1] }}{{ l[true] }}{{ d['b'] }}{{ d.b }}{{ recs[0].o.p }}{{ recs[-1]['n'] }}{{ l.0 }}{{ nested.0.1 }}
{{ l[1.0] is undefined }}{{ l['0'] is undefined }}{{ s['0'] is undefined }}{{ d[none] is undefined }}{{ d[l] is undefined }}
{{ s[l] }}
{{ l == [3, 1, 2] }}{{ (1, 2) == [1, 2] }}{{ d == d }}{{ 1 == '1' }}{{ 1 == true }}{{ 'a' < 'B' }}{{ [1, 2] < [1, 3] }}{{ (1, 2) <= (1, 2) }}{{ none == false }}{{ {'a': 1, 'b': 2} == {'b': 2, 'a': 1} }}
{{ l < s }}
{{ d < d }}
{{ none < none }}
{{ 'a' in d }}{{ 'q' not in d }}{{ 1 in l }}{{ '1' in l }}{{ 'He' in s }}{{ '' in s }}{{ none in mixed }}{{ true in [1] }}{{ 'x' in {'x': none} }}
{{ 1 in s }}
{{ 1 in 1 }}
{{ l in d }}
{{ messages[0]['role'] == 'user' and messages[0].content|trim != '' }}{{ messages|selectattr('role', 'equalto', 'user')|list|length }}{{ messages[1].tool_calls[0].arguments.x }}
{% for m in messages %}{{ '<|' ~ m.role ~ '|>' }}{{ m['content'] | trim }}{% if not loop.last %}{{ '\n' }}{% endif %}{% endfor %}
{% for m in messages if m.role != 'system' %}{{ loop.index0 % 2 == 0 }}{{ (m.role == 'user') != (loop.index0 % 2 == 0) }}{% endfor %}
{%- set ns = namespace(last='') -%}{%- for m in messages -%}{%- if m.role == 'user' -%}{%- set ns.last = m.content -%}{%- endif -%}{%- endfor -%}{{ ns.last }}
{{ (messages|last).content.split('\n')|map('trim')|reject('equalto', '')|join('~') }}{{ messages[-1].content.split("<b>")[0].rstrip('\n').split(' ')[-1].lstrip('\n') }}
{%- macro render(x, level=0) -%}{%- if x is mapping -%}{%- for k, v in x|dictsort -%}{{ '\n' + '  ' * level + k + ': ' }}{{ render(v, level + 1) }}{%- endfor -%}{%- elif x is string -%}{{ x|tojson }}{%- elif x is iterable -%}{%- for v in x -%}{{ '\n' + '  ' * level + '- ' }}{{ render(v, level + 1) }}{%- endfor -%}{%- else -%}{{ x }}{%- endif -%}{%- endmacro -%}{{ render(recs) }}{{ render(d) }}
{{ ('a' if i > 3 else 'b') ~ ('c' if not i else 'd') }}{{ [i, s]|map('string')|join(': ') }}{{ 'yes' if 'b' in d and d.b is number else 'no' }}
{% if messages[0]['role'] == 'system' %}a{% elif tools is not none and tools|length > 0 %}b{% else %}c{% endif %}{{ tools is none }}{{ (tools or [])|length }}{{ documents is defined and documents }}
"""

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
    yield from STATEMENTS.strip("\n").split("\n")
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
