"""Writes cases.json: small templates and what jinja2 makes of them, set up as transformers does.

Run with: python3 generate.py   (needs jinja2 3.1.6)
"""
import json
from pathlib import Path

import jinja2
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

VARIABLES = {
    "s": "Hello, World", "u": "é日😀x", "empty": "", "n": 7, "neg": -7, "f": 2.5, "big": 123456789012345678901234567890,
    "yes": True, "no": False, "nothing": None, "xs": [3, 1, 2], "words": ["b", "A", "c", "a"], "mixed": [1, "1", 1.0, True, None],
    "d": {"b": 1, "a": {"x": [1, 2, {"y": None}]}, "items": "entry", "é": "ü"},
    "people": [{"name": "Bo", "age": 3, "city": "X"}, {"name": "al", "age": 1, "city": "Y"}, {"name": "Cy", "age": 2, "city": "x"}],
    "text": "  one\n two three\n\nfour  ", "lt": "<", "tree": [{"v": 1, "c": [{"v": 2, "c": []}, {"v": 3, "c": [{"v": 4, "c": []}]}]}],
}

EXPRESSIONS = r"""
1 + 2 * 3 ** 2 ** 1 - 4
2 ** -1
7 // 2, -7 // 2, 7 // -2, 7.5 // 2
7 % 3, -7 % 3, 7 % -3, -7.5 % 2
7 / 2, 6 / 3
1 / 0
1 // 0
1 % 0.0
n / 2 * 3
-n | abs
-n ** 2
(-7) | abs
not n == 7
not n in xs
1 < 2 < 3, 1 < 3 < 2
1 ~ 2 + 3
'a' ~ 1 ~ none ~ 2.0 ~ [1] ~ true
'a' + 'b' 'c'
'a' + 1
1 + 'a'
[1] + [2], (1,) + (2,)
[1] + (2,)
'ab' * 3, 3 * 'ab', [1, 2] * 2, 'a' * -1
big * big + 1
big / 3
0.1 + 0.2, 1e16, 1e15, 123456789.125, 1e-5, 0.0001, 1.5e300 * 1e10, 1e22, -0.0
1e308 * 10, -1e308 * 10
1_000 + 0x1f + 0o17 + 0b11, 1_0.5
true == 1, 1 == 1.0, '1' == 1, none == false, [1, 2] == [1.0, 2], (1,) == [1]
{'a': 1} == {'a': 1.0}
missing == missing2, missing == none
'a' < 'B', 'a' > 'B', [1, 2] < [1, 3], (1, 'a') < (1, 'b')
1 < 'a'
none < 1
'😀' < '\uffff'
2 in xs, 5 not in xs, 'lo' in s, 'a' in d, '' in s
1 in s
1 in 5
'x' in missing
yes and 'v', no and 'v', no or 'v', '' or [] or 0
n if yes, n if no, n if no else 'e'
1 if false else 2 if false else 3
missing, missing is defined, missing.x is defined
missing.x.y
missing.x
missing['x']
missing()
missing + 1
missing ~ 'a'
missing < 1
-missing
missing | length, missing | list, missing | upper, missing | trim, missing | join(',')
missing | int
missing | default('d'), empty | default('d'), empty | default('d', true), nothing | default('d'), nothing | d('x', boolean=True)
d.a.x[2].y, d.a.x[2].z, d.a['x'][-1]
d.nope.deeper
nothing.x, nothing.x is defined, nothing['x'] is defined
nothing.x.y
n.x, n.x is defined
xs.x.y
d.items is callable, d['items'], d.b
d.items() | list
d.keys() | list, d.values() | list | length
d.get('b'), d.get('zz'), d.get('zz', 5)
d.items() | length
d.pop('b')
xs.append(4)
xs.sort()
xs.index(1), xs.count(3)
xs.index(9)
xs[0], xs[-1], xs[9] is defined, xs[1:], xs[:-1], xs[::-1], xs[::2], xs[5:], xs[-2:], xs[2:0:-1]
xs['0'] is defined, xs[true], xs[1.0] is defined
xs[9].y
s[0], s[-1], s[1:4], s[::-1], u[0], u[2], u[::-1], u[1:3], s[99] is defined
xs[::0]
xs.0, xs.2
u | length, s | length, d | length, xs | length, (1, 2) | length
5 | length
nothing | length
d, xs, words, mixed, (1,), (), {}, [], ('a', "it's", 'q"', '\'"')
'a\nb\t\\' , ['a\nb\t\\\r', 'é\x07\u200b😀\xa0']
range(3), range(1, 4) | list, range(5, 0, -2) | list, range(0) | list
range(200000)
range(1, 5, 0)
s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), u.upper()
text.strip(), text.lstrip() | length, text.rstrip() | length, s.strip('Hd'), 'xxaxx'.lstrip('x'), 'xxaxx'.rstrip('x')
text.split(), 'a,b,,c'.split(','), 'a,b,c'.split(',', 1), 'a,b,c'.rsplit(',', 1), ''.split(), ''.split(','), ' a  b '.split(' ')
' a b c '.split(None, 1), ' a b c '.rsplit(None, 1), 'a b'.split(maxsplit=0)
s.split('')
text.splitlines(), 'a\r\nb\rc\n'.splitlines(), 'a\nb'.splitlines(true)
s.startswith('He'), s.endswith(('x', 'ld')), s.startswith(''), s.startswith('e')
s.startswith(1)
s.replace('l', 'L'), s.replace('l', 'L', 1), 'ab'.replace('', '-'), 'é😀'.replace('', '-'), 'aaa'.replace('a', 'b', 2)
s.find('o'), s.rfind('o'), s.find('zz'), u.find('x'), s.count('l'), s.count('')
s.index('zz')
'-'.join(['a', 'b']), ''.join([])
'-'.join([1, 2])
'12'.isdigit(), ''.isdigit(), 'a1'.isalnum(), 'ab'.isalpha(), ' '.isspace(), 'AB'.isupper(), 'ab1'.islower(), 'A'.islower()
'a=b=c'.partition('='), 'a=b=c'.rpartition('='), 'abc'.partition('='), 'abc'.rpartition('=')
'abc'.removeprefix('a'), 'abc'.removesuffix('c'), 'abc'.removeprefix('x')
'5'.zfill(3), '-5'.zfill(4), 'ab'.center(5), 'ab'.center(6, '*'), 'abc'.center(6, '*'), 'ab'.ljust(4) ~ '|', 'ab'.rjust(4, '.')
'a\tb'.expandtabs(4)
'{} {1}'.format(1, 2)
'{} and {}'.format('a', [1]), '{0}{1}{0}'.format('x', 'y'), '{a} {b:.2f}'.format(a=1, b=2.345), '{{}}'.format(), '{:>5}|{:<5}|{:5d}'.format('ab', 'cd', 42), '{:,}'.format(1234567), '{:05d}'.format(42)
'%s is %d, %.2f %5s|%-5s|%05d %x %%' % ('a', 3.9, 2.675, 'r', 'l', 42, 255)
'%s' % 5, '%r' % 'a', '%(a)s-%(b)d' % {'a': 'x', 'b': 2}
'%s %s' % 1
'%s' % (1, 2)
'%d' % 'a'
s.nope is defined
s.nope()
s | upper | lower | title | capitalize
"it's a-b (c)" | title, "it's" .title()
text | trim, 'xax' | trim('x')
'abc' | replace('b', 'X'), 'aaa' | replace('a', 'b', 2)
words | join, words | join('-'), xs | join(', '), people | join(',', attribute='name'), mixed | join('|')
words | first, words | last, [] | first, 'abc' | first, 'abc' | last, [] | last is defined
xs | sort, words | sort, words | sort(case_sensitive=true), xs | sort(reverse=true), people | sort(attribute='age') | map(attribute='name') | list
people | sort(attribute='city,name') | map(attribute='name') | list
mixed | sort
xs | sum, people | sum(attribute='age'), [] | sum, [[1], [2]] | sum(start=[])
xs | min, xs | max, words | min, words | max(case_sensitive=true), people | max(attribute='age'), [] | min is defined
xs | reverse | list, 'abc' | reverse, u | reverse
xs | unique | list, [1, 1.0, 'a', 'A', 2] | unique | list, words | unique(case_sensitive=true) | list, people | unique(attribute='city') | map(attribute='city') | list
d | dictsort(by='value')
{'b': 1, 'A': 3, 'a': 2} | dictsort, {'b': 1, 'a': 2} | dictsort(by='value', reverse=true), {'b': 1, 'A': 3} | dictsort(true)
d | items | list | length, missing | items | list
xs | map('string') | list, words | map('upper') | join, people | map(attribute='zip', default='-') | list, xs | map('float') | list
people | map(attribute='a.b') | list
xs | select('odd') | list, xs | reject('odd') | list, mixed | select | list, xs | select('gt', 1) | list, xs | select('in', [1, 3]) | list
people | selectattr('age', 'gt', 1) | map(attribute='name') | list, people | rejectattr('age', 'equalto', 1) | list | length, people | selectattr('zip', 'defined') | list, people | selectattr('name') | list | length
people | selectattr('age', '>', 1) | list | length
xs | select('nope') | list
xs | map('nope') | list
people | groupby('city') | map('first') | list, people | groupby('age') | length
people | groupby('city', case_sensitive=true) | map('list') | list
xs | batch(2) | list, xs | batch(2, 0) | list, xs | slice(2) | list, xs | slice(2, 0) | list, [1,2,3,4,5] | slice(3, 'x') | list
2.5 | round, 3.5 | round, 2.675 | round(2), 7 | round, 42.55 | round(1, 'floor'), 42.55 | round(1, 'ceil'), 1234 | round(-2), -2.5 | round
'3' | int, '3.7' | int, 'x' | int, 'x' | int(5), 3.9 | int, -3.9 | int, '0x1f' | int(0, 16), ' 7 ' | int, none | int, true | int, '1e3' | int, '1f' | int(base=16), '١' | int
'3.5' | float, 'x' | float, 'x' | float(1.5), 3 | float, none | float, '1e3' | float, '.5' | float
'a' | abs
-2.5 | abs, true | abs
'x' | string, 5 | string, none | string, [1] | string, 1.0 | string
xs | string | length
'<a href="x">\'&</a>' | escape
'<b>' | safe
text | indent, 'a\nb\n\nc' | indent(2), 'a\nb\n\nc' | indent(2, true), 'a\nb\n\nc' | indent(2, blank=true), 'a\nb' | indent('> ', first=true), '' | indent
'foo bar baz qux' | truncate(9), 'foo bar baz qux' | truncate(9, true), 'foo bar baz qux' | truncate(11), 'foo bar baz qux' | truncate(11, False, '...', 0)
'foo bar-baz, q_x' | wordcount, '' | wordcount
'ab' | center(6) ~ '|'
'%s-%s' | format(1, 'b')
'a b/c?d=é~*' | urlencode
'<p>a  <b>b</b>\n c</p>' | striptags
d | attr('b') is defined, s | attr('upper') is callable
xs | list, 'abc' | list, d | list, (1, 2) | list
5 | list
nothing | list
[1, none, true, 1.0, 'é"\n\u2028<>&\'/\x7f', {'a': [], 'b': {}}, (1, 2), 1e20, 1e-7] | tojson
d | tojson, d | tojson(indent=2), [] | tojson(indent=2), {'a': []} | tojson(indent=4), [[1], [2]] | tojson(indent=0), d | tojson(ensure_ascii=true), u | tojson(ensure_ascii=True)
d | tojson(separators=(',', ':')), {'b': 1, 'a': 2} | tojson(sort_keys=true), [1, 2] | tojson(indent='\t')
{1: 2, none: 3, 1.5: 5} | tojson
missing | tojson
xs | map('string') | tojson
range(2) | tojson
s | nope
s is nope
n is odd, n is even, 4 is even, n is divisibleby 7, n is divisibleby(2), n is not divisibleby 2
n is integer, f is integer, f is float, yes is integer, yes is boolean, n is number, yes is number, s is string, nothing is none, nothing is string
d is mapping, xs is mapping, xs is iterable, s is iterable, n is iterable, missing is iterable, xs is sequence, d is sequence, n is sequence, missing is sequence
yes is true, 1 is true, no is false, 0 is false, yes is sameas true, 1 is sameas true, nothing is sameas none
n is eq 7, n is equalto 7, n is ne 7, n is gt 5, n is ge 7, n is lt 5, n is le(7), n is greaterthan 5, n is lessthan 5, 'a' is in ['a'], 3 is in(xs)
'abc' is lower, 'ABC' is upper, 'aBc' is lower, '1' is lower
'upper' is filter, 'zz' is filter, 'odd' is test, range is callable, s is callable, s is escaped
s is not none and n is not string
s is defined and s is string and s | length > 3
'a' is odd
[] is sequence, () is iterable, xs | map('int') is sequence
(xs | map('int')) | length
(xs | map('int')) is iterable, (xs | map('int') | list)[0]
namespace(a=1).a, namespace({'b': 2}).b, namespace().zz is defined
dict(a=1, b=2), dict({'x': 1}, y=2), dict([('a', 1)])
[x for x in xs]
(1, 2)[0], [1, 2,], {'a': 1,}, (1,), 1,
{[1]: 2}
{'a': 1}['a'], {'a': {'b': 2}}.a.b
"\u00e9\x41\101\n\d\\" ~ '\'' ~ "\U0001F600"
s.upper().lower()[1:3].title()
s | replace('o', '0') | length + 1
(n + 1) | string + 'a'
n is odd and f > 2 or false
'a' if n is odd else 'b'
xs | length == 3 and not xs | length > 3
loop is defined
s.__class__
raise_exception('own ' ~ n)
raise_exception()
unknown_function(1)
s(1)
5()
s.upper(1)
s | upper(1)
s.replace('a')
s.split(sep=',', maxsplit=1), s.split(',', bogus=1)
[1, 2, 3] | tojson | length
'a,b' | replace(',', '\n') | indent(1) | tojson
1 == 1 == true, 1 != 2 > 1
true and none, none or false
true + true, true * 2.5, -true
1.0, 100.0, 1e3, 12345678901234567.0
'%.3f' % 1.0005, '%.0f' % 2.5, '%5.1f|' % 3.14159
'%+d' % 5
[[1, 'a'], {'k': (1, 2)}] ~ ''
d.a
{'a': missing} ~ '', [missing] ~ ''
"a" "b" ~ 'c'
not missing, not not s
s.title is callable
xs is in [[3, 1, 2]]
[1, 2] is in [[1, 2]]
'ß'.upper(), 'İ'.lower() | length, 'ǆ'.title()
"don't STOP".title(), 'hello world'.capitalize()
xs.0 + 1, [[1, 2], [{'k': 3}]].0.1, [[1, 2], [{'k': 3}]].1.0.k
people.0.name, tree.0.c.1.c.0.v
nothing | map('upper') | list, no | select | list, 0 | reject('odd') | list, nothing | selectattr('a') | list, no | rejectattr('a', 'eq', 1) | list, nothing | map(attribute='a') | list, missing | map('nope') | list
yes | map('upper') | list
7 | select | list
[none, none] | sort, [none] | sort, [{'a': none}, {'a': none}] | sort(attribute='a'), [true, true, 1] | sort, [d, d] | sort | length
[none, 1] | sort
[1, none, 1] | sort
[none, none] | min
[none, none] | unique | list
[none, none] | groupby('x') | list
'A' | safe + '<' + '>' | safe
'<' + 'A' | safe, '<' ~ 'A' | safe, ('<' | escape) ~ '<', ('<' | escape) + '<'
['<', 'a' | safe] | join(','), ['<', '>'] | join('&' | safe), ('&' | safe).join(['<', '>' | safe, 1])
('<b>' | safe) * 2, ('<b>' | safe)[1:], ('<b>' | safe)[0] + '<', ('<b>' | safe).upper() + '<', ('a<b' | safe).split('<')[0] + '>', ('%s' | safe) % '<', ('{}' | safe).format('<'), ('{x}' | safe).format(x='<' | safe)
('%s|%d|%r' | safe) | format('<', 3, '<'), '%s' | format('<' | safe), '%(a)s' | format(a='<')
'%s' | format(1, a=2)
'x' | escape ~ ('<i>' | safe), '<' | e | e, '<' | e | forceescape, '<' | safe | e, '<' | safe is escaped, '<' is escaped, ('<' | safe) == '<', '<' | safe in ['<'], {'<': 1}['<' | safe]
['<' | safe], {'a': '<' | safe}, '<' | safe | tojson, '<' | safe | pprint
('<b>' | safe) | upper + '<', ('<b>' | safe) | lower + '<', ('<b>' | safe) | capitalize + '<', ('<b>' | safe) | title + '<', ('<b>' | safe) | trim + '<', ('<b>' | safe) | string + '<', ('<b>' | safe) | replace('b', 'c') + '<', ('<b>' | safe) | center(5) + '<', ('<b>' | safe) | reverse + '<', ('<b>' | safe) | first + '<', ('<b>' | safe) | list
('a b' | safe) | indent(first=true) + '<', ('a < b c d e f' | safe) | truncate(8, true, '<'), ('a b' | safe) | truncate(20, true) + '<', 'a<b c d e f' | truncate(6, true, '<' | safe, 0)
('<b>' | safe).replace('b', '<'), ('a' | safe).join(['<', '>']), ('a<' | safe).partition('<')[1] + '<', ('<b>x</b>&amp;' | safe).striptags(), ('&lt;&#39;&#x41;&quot;' | safe).unescape()
'&lt;b&gt;<i>x</i> <!-- <b>no</b> --> y &amp; &hellip; &nope; &#65;' | striptags, '<b' | striptags, 'a <!-- b' | striptags
{'a': [1, 'x']} | pprint, [3, 1] | pprint, s | pprint, nothing | pprint, d | pprint, (1,) | pprint, people | pprint, {'b': 1, 'a': 2} | pprint
{'key number one': 'a value that is rather long, too long', 'another key': ['x' * 30, 'y' * 30, 'z' * 30], 'c': {'d': 'w' * 40, 'e': 'v' * 40}} | pprint
['word ' * 30, 'short'] | pprint
('word ' * 30) | pprint
('line one\nline two\n' * 6) | pprint
{'k': 'word ' * 30} | pprint
('x' * 30, ('y' * 30, 'z' * 30)) | pprint
{1: 'a', 'b': 2, none: 3} | pprint
range(30) | list | pprint
'one two three' | wordwrap(7), 'one  two   three' | wordwrap(7), 'abcdefghij' | wordwrap(4), 'abcdefghij' | wordwrap(4, false), 'well-known-fact' | wordwrap(6), 'well-known-fact' | wordwrap(6, break_on_hyphens=false), 'a\n\nb c' | wordwrap(3), 'one two' | wordwrap(3, wrapstring='|'), '' | wordwrap(3)
'The quick -- brown fox, jumped--over the lazy dog. E-mail me at 3-4 o-clock, mother-in-law!' | wordwrap(10), '   leading and trailing   ' | wordwrap(8), 'ab cd-' | wordwrap(3), 'foo --option-flag=value bar' | wordwrap(9)
'x-y-zz aa-bb-c1-d2 x--y' | wordwrap(4), 'verylongword-withhyphen another' | wordwrap(12), 'éé 日本語日本語 x' | wordwrap(5)
'a' | wordwrap(0)
1500 | filesizeformat, 1 | filesizeformat, 0 | filesizeformat, 999 | filesizeformat, 1000 | filesizeformat, 1500000 | filesizeformat, 1500 | filesizeformat(true), 1048576 | filesizeformat(binary=true), '2500' | filesizeformat, 1e30 | filesizeformat, 999999 | filesizeformat, 12.5 | filesizeformat
'x' | filesizeformat
{'a b': 1, 'c': 'é&'} | urlencode, [('x', 1)] | urlencode, 'a/b c' | urlencode, 5 | urlencode, none | urlencode, {'/': '/ ~'} | urlencode, [] | urlencode, (('a', 'b'), ('c', none)) | urlencode
[1] | urlencode
{'class': 'a b', 'missing': none, 'x': '<"'} | xmlattr, {'a': 1} | xmlattr(false), {} | xmlattr, {'a': missing, 'b': 2} | xmlattr
{'a b': 1} | xmlattr
5 | xmlattr
xs | map('filesizeformat') | list
cycler('a', 'b').next(), cycler(1).current
cycler()
'abc' | replace('b', '<' | safe), ('a<c' | safe) | replace('<', '>')
'{:s}'.format('<' | safe)
""".strip("\n").split("\n")

TEMPLATES = [
    "{% autoescape true %}{{ '<' }}{{ '<' | safe }}{{ ['<'] }}{{ nothing }}{{ 1 < 2 }}{% endautoescape %}{{ '<' }}", "{% autoescape false %}{{ '<' }}{% endautoescape %}", "{% autoescape n > 3 %}{{ lt }}{% autoescape false %}{{ lt }}{% endautoescape %}{{ lt }}{% endautoescape %}", "{% autoescape true %}<{% set x %}<{{ '<' }}{% endset %}{{ x }}{% endautoescape %}{{ x }}|{{ x is defined }}",
    "{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m('<') }}{% autoescape true %}{{ m('<') }}{% macro q(a) %}<{{ a }}>{% endmacro %}{{ q('<') }}{{ '<' ~ q('<') }}{% endautoescape %}", "{% autoescape true %}{% filter upper %}<a {{ '<' }}{% endfilter %}{% endautoescape %}", "{% macro m() %}[{{ caller() }}]{% endmacro %}{% autoescape true %}{% call m() %}<{{ '<' }}{% endcall %}{% endautoescape %}",
    "{% autoescape true %}{{ ['<', '>' | safe] | join('&') }}|{{ ['<', '>'] | join('&') }}|{{ ['<'] | join('&' | safe) }}|{{ '<' | replace('<', '>') }}|{{ '<' | replace('<', '>' | safe) }}|{{ ('<' | safe) | replace('<', '>&') }}|{{ {'a': '<'} | xmlattr }}|{{ lt ~ '>' | safe }}|{{ '<' + '>' }}{% endautoescape %}",
    "{% autoescape true %}{% for x in tree recursive %}<{{ x.v }}{{ loop(x.c) }}{% endfor %}{% endautoescape %}", "{% for x in xs %}{% autoescape true %}{% if x == 1 %}{% break %}{% endif %}{{ '<' }}{{ x }}{% endautoescape %}{% endfor %}{{ '<' }}", "{% autoescape true %}{{ '<' | e }}{{ '<b>' | striptags }}{{ ('<' | safe) | striptags }}{{ '<' | string }}{{ '<' | upper }}{% endautoescape %}", "{% autoescape true %}{{ missing }}{{ d | tojson }}{{ '\"' }}{% endautoescape %}", "{% autoescape %}x{% endautoescape %}", "{% autoescape true %}x",
    "{% set c = cycler('a', 'b') %}{% for x in xs %}{{ c.next() }}{{ c.current }}{% endfor %}{% set q = c.reset() %}{{ c.next() }}", "{{ x.0.1 }}", "{% set x = [[1, 2]] %}{{ x.0.1 }}{{ x[0].1 }}{{ 1.5 }}{{ x.0 | length }}",
    "a\n{% if true %}\nb\n{% endif %}\nc\n", "a\n  {% if true %}  \n  b\n  {% endif %}\nc", "a  {% if true %}b{% endif %}  c",
    "a\n  {%+ if true %}\n  b\n  {%+ endif +%}\nc", "a \n {%- if true -%} \n b \n {%- endif -%} \n c", "a {{- 1 -}} b {{ 2 -}} \n c {{- 3 }} d",
    "a\n  {# c #}\nb", "a\n  {#- c -#}\n  b", "a {#+ c +#}\nb", "a\n\n{# c #}\n\nb\n\n", "  {# c #}x\n  {{ 1 }}\n  y",
    "  {% set x = 1 %}\n  {% set y = 2 %}\n{{ x }}{{ y }}", "x {% raw %}\n {{ a }} {% if %} {% endraw %}\n y", "x\n  {%- raw -%}\n {{ a }} {%- endraw -%}\n y", "  {% raw %}x{% endraw %}\n",
    "{% raw %}  \n  {% endraw %}z", "a\r\nb\r\n{% if true %}\r\nc{% endif %}\r\n", "a\n", "a\n\n", "\n", "", "{{ 1 }}\n", "{{ '\n' }}\n\n", "{{ {'a': {'b': 1}}['a']['b'] }}", "{{ '}}' }} {{ '%}' }}",
    "\t{% if 1 %}\t\nx{% endif %}", "a\n {% if 1 %} {% if 1 %}\nb\n {% endif %} {% endif %}\nc", "{% if 1 %}\n\n  {% endif %}x", "{{ 1 }}  \n  {% if 1 %}x{% endif %}", "x{% if 1 %}\n{% endif %}   {% if 1 %}y{% endif %}",
    "{% for x in xs %}{{ x }}{{ ',' if not loop.last }}{% endfor %}", "{% for x in [] %}x{% else %}none{% endfor %}", "{% for x in missing %}x{% else %}none{% endfor %}", "{% for x in nothing %}x{% endfor %}", "{% for x in 5 %}x{% endfor %}",
    "{% for x in xs %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.previtem }}{{ loop.nextitem }}|{% endfor %}",
    "{% for x in xs %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x // 2) }}{% endfor %}", "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in d %}{{ k }}{% endfor %}", "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for a, b in [(1, 2, 3)] %}{{ a }}{% endfor %}", "{% for a, b in [(1,)] %}{{ a }}{% endfor %}", "{% for a, b in [1] %}{{ a }}{% endfor %}", "{% for c in u %}{{ c }}.{% endfor %}",
    "{% for x in xs if x > 1 %}{{ x }}{{ loop.index }}{{ loop.length }}{% else %}e{% endfor %}", "{% for x in xs if x > 9 %}{{ x }}{% else %}e{% endfor %}", "{% for x in xs %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "{% for x in xs %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% else %}e{% endfor %}",
    "{% for x in tree recursive %}{{ x.v }}{% if x.c %}({{ loop(x.c) }}){% endif %}{{ loop.depth }}{% endfor %}", "{% for x in xs %}{{ loop(x) }}{% endfor %}",
    "{% for x in xs %}{% for y in xs %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}", "{% set x = 1 %}{% for i in xs %}{{ x }}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "{% for x in xs %}{% endfor %}{{ x }}", "{% set ns = namespace(x=0) %}{% for i in xs %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}",
    "{% set q = d %}{% set q.b = 2 %}", "{% set zz.b = 2 %}", "{% if true %}{% set x = 1 %}{% endif %}{{ x }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a = 1, 2 %}{{ a }}", "{% set a, b = [1] %}{{ a }}",
    "{% set x %}a{{ n }}b{% endset %}{{ x }}{{ x | length }}", "{% set x | upper | replace('A', 'z') %}a{{ n }}b{% endset %}{{ x }}", "{% filter upper | trim %} a{{ s }} {% endfilter %}!", "{% with a = 1, b = n %}{{ a + b }}{% endwith %}{{ a }}", "{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a }}", "{% set a = 5 %}{% with a = 1, b = a %}{{ b }}{% endwith %}",
    "{% macro m(a, b=2, c=b) %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=1, a=2) }}{{ m() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}", "{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}",
    "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}in {{ n }}{% endcall %}", "{% macro m() %}{% for x in xs %}{{ caller(x, b=1) }}{% endfor %}{% endmacro %}{% call(x, b) m() %}<{{ x }}{{ b }}>{% endcall %}", "{% macro m() %}{{ caller is defined }}{{ caller() }}{% endmacro %}{{ m() }}", "{% call s.upper() %}x{% endcall %}",
    "{% macro m() %}{{ y }}{% endmacro %}{% set y = 1 %}{{ m() }}{% for y in xs %}{{ m() }}{% endfor %}", "{% macro f(k) %}{% if k > 0 %}{{ k }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(5) }}", "{% for i in xs %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}",
    "{% macro m(x) %}{% set ns = namespace(t='') %}{% for i in x %}{% set ns.t = ns.t ~ i %}{% endfor %}{{ ns.t }}{% endmacro %}{{ m(xs) | length }}{{ m(*[xs]) }}{{ m(**{'x': words}) }}",
    "{% set j = joiner('|') %}{% for x in xs %}{{ j() }}{{ x }}{% endfor %}", "{% set f = s.upper %}{{ f() }}", "{% if n > 5 %}a{% elif n > 3 %}b{% else %}c{% endif %}", "{% if n > 9 %}a{% elif n > 3 %}b{% else %}c{% endif %}", "{% if n > 9 %}a{% elif n > 8 %}b{% else %}c{% endif %}", "{% if missing %}a{% endif %}b",
    "{% set a = namespace(l=[]) %}{% for x in xs %}{% set a.l = a.l + [x] %}{% endfor %}{{ a.l }}", "{% for p in people %}{{ p.name }}{% if not loop.last and loop.nextitem.age < p.age %}>{% endif %}{% endfor %}",
    "{% for x in xs %}{% set outer = loop %}{% for y in words %}{{ outer.index }}{% endfor %}{% endfor %}", "{% for g in people | groupby('city') %}{{ g.grouper }}:{{ g.list | length }} {% for c, l in [g] %}{{ c }}{% endfor %};{% endfor %}",
    "{% for x in xs|sort %}{{ x }}{% endfor %}{% for x in range(2) %}{{ x }}{% endfor %}", "{% for i in range(3) %}{% if i is odd %}{% continue %}{% endif %}{{ i }}{% endfor %}", "{%- for x in xs -%}\n {{ x }} \n{%- endfor -%}", "{{ xs | length }}{# {{ #}{{ n }}",
    "{% if a is defined %}x{% endif %}{% if n is defined %}y{% endif %}{% if (n) and (n is not none) %}z{% endif %}", "{% set x = 'a' if n else 'b' %}{{ x }}", "{% set x = xs[0] + xs[1] %}{{ x }}", "{{ s }}{{ n }}{{ nothing }}{{ yes }}{{ f }}{{ missing }}", "{% for x in d.a.x[:2] %}{{ x }}{% endfor %}",
    "{% for message in people[::-1] %}{% set i = (people | length - 1) - loop.index0 %}{{ i }}{{ message.name }}{% endfor %}", "{% set range = 3 %}{{ range }}", "{% set loop = 5 %}{{ loop }}{% for x in xs %}{{ loop.index }}{% endfor %}", "{% for x in xs %}{% for y in [loop.index] %}{{ y }}{% endfor %}{% endfor %}",
    "{% for x in (1, 2) %}{{ x }}{% endfor %}{% for x in 1, 2 %}{{ x }}{% endfor %}", "{% for k, v in d | dictsort | reverse %}{{ k }}{% endfor %}", "{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{% endfor %}", "{% for x in xs %}{{ x }}{% if loop.index == 2 %}{% break %}{% endif %}{% endfor %}.",
    "{% set x = [1,\n 2] %}{{\n x\n}}", "{{ d['a']['x'][2] | tojson }}", "{%set x=1%}{{x}}{%if x%}y{%endif%}", "{{- '' -}} a", "{% set ns = namespace() %}{% set ns.a = {'k': xs} %}{{ ns.a.k[0] }}",
]

SYNTAX_ERRORS = ["{{ 1", "{% if 1 %}", "{% for x in xs %}", "{{ 'a }}", "{# a", "{% raw %}x", "{{ }}", "{{ 1 2 }}", "{% nope %}", "{% endif %}", "{% if %}x{% endif %}", "{{ (1 }}", "{{ 1) }}", "{{ a.}}", "{{ a | }}",
    "{% set = 1 %}", "{% for in xs %}{% endfor %}", "{% break %}", "{{ $ }}", "{% else %}", "{% macro %}{% endmacro %}", "{{ f(a=1, 2) }}", "{{ [1, }}", "{% call x %}{% endcall %}", "{{ 1 is is odd }}", "{% if 1 %}{% endfor %}", "{{ {'a' 1} }}", "{% set a.b.c = 1 %}"]


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    return env


def case(source):
    try:
        return {"source": source, "text": environment().from_string(source).render(**VARIABLES)}
    except Exception as e:  # whatever jinja2 or Python refuse
        return {"source": source, "error": f"{type(e).__name__}: {e}"}


def main():
    sources = ["{{ " + e + " }}" for e in EXPRESSIONS] + TEMPLATES + SYNTAX_ERRORS
    out = {"source": f"jinja2 {jinja2.__version__}", "variables": VARIABLES, "cases": [case(s) for s in sources]}
    Path(__file__).with_name("cases.json").write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
