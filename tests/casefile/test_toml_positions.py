from __future__ import annotations

import tomllib

from hypothesis import given, settings
from tests.casefile.cases import cases

from starcase.casefile.toml import write_case
from starcase.casefile.toml_positions import KeyPath, find_key_lines
from starcase.contract.case_spec import Case

TRICKY = '''\
a.b."c d" = 1 # a = 9
"quo\\"ted\\u0041" = 'x = 1'
text = """
z = 1 \\"""
y = 2""""
raw = \'\'\'
[not.a.table]
\'\'\'
dates = [2001-01-01, 12:00:00, { in = { deep = [
  1, # two = 2
  { last = true },
] } }]

[x . "y.z"]
k = -inf
[[x."y.z".n]]
[[x."y.z".n]]
m = "#"
[x."y.z".n.sub]
o = 1
'''


def paths(value: object, path: KeyPath = ()) -> set[KeyPath]:
    if isinstance(value, dict):
        return {path} | {p for key, inner in value.items() for p in paths(inner, (*path, key))}
    if isinstance(value, list):
        return {path} | {p for place, inner in enumerate(value) for p in paths(inner, (*path, place))}
    return {path}


def test_every_kind_of_key_is_found_on_its_line() -> None:
    lines = find_key_lines(TRICKY)
    assert set(lines) | {()} == paths(tomllib.loads(TRICKY))
    assert lines[("a", "b", "c d")] == 1
    assert lines[('quo"tedA',)] == 2
    assert lines[("raw",)] == 6
    assert lines[("dates", 2, "in", "deep", 1, "last")] == 11
    assert lines[("x", "y.z", "k")] == 15
    assert lines[("x", "y.z", "n", 1, "m")] == 18
    assert lines[("x", "y.z", "n", 1, "sub", "o")] == 20


@given(cases)
@settings(max_examples=60)
def test_the_positions_are_exactly_the_keys_of_the_file(case: Case) -> None:
    text = write_case(case)
    assert set(find_key_lines(text)) | {()} == paths(tomllib.loads(text))
