from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest
from tests.architecture.house import FILES, SRC, functions, short

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
LINES = sorted(path.read_text().count("\n") for path in FILES if path.read_text().strip())


def percentile(sorted_values: list[int], share: float) -> int:
    return sorted_values[int(len(sorted_values) * share)]


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_file_is_named_by_what_it_holds(path: Path) -> None:
    assert not BANNED_NAMES & {path.stem, *path.relative_to(SRC).parts[:-1]}


def test_files_are_short() -> None:
    assert median(LINES) <= 120
    assert percentile(LINES, 0.9) <= 300
    assert max(LINES) <= 500


def test_functions_are_short() -> None:
    lengths = sorted(body_lines(node) for _, node in functions())
    assert percentile(lengths, 0.9) <= 40
    assert [name for name, node in functions() if body_lines(node) > 50] == []
