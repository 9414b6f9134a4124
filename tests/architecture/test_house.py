"""The house as it was designed: sizes, cycles, words, what an import costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "starcase"
FILES = sorted(SRC.rglob("*.py"))
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
HEAVY = {"sklearn", "torch", "ray", "matplotlib", "pandas", "starlette", "lightgbm", "polars", "rich"}
STAGES_AND_BELOW = ("evidence", "inference", "case", "decide", "contest", "gate", "shadow", "experiment", "monitor",
                    "rollout", "review", "replay", "serving")  # fmt: skip
SYSTEM_NAMES = {"fraud", "recommend", "forecast", "churn"}


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_a_file_holds_one_idea(path: Path) -> None:
    assert path.read_text().count("\n") <= 500
    assert not BANNED_NAMES & {path.stem, *path.relative_to(SRC).parts[:-1]}


def test_functions_are_short() -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1 - docstring_lines(node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert sorted(lengths)[int(len(lengths) * 0.9)] <= 40


def test_no_stage_names_a_system() -> None:
    offenders = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for room in STAGES_AND_BELOW
        for path in (SRC / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Name) and SYSTEM_NAMES & set(node.id.lower().split("_")))
        or (isinstance(node, ast.alias) and SYSTEM_NAMES & set(node.name.lower().split(".")))
        or (isinstance(node, ast.Compare) and any(isinstance(c, ast.Constant) and c.value in SYSTEM_NAMES
                                                  for c in node.comparators))
    ]  # fmt: skip
    assert offenders == []


def test_importing_starcase_is_light() -> None:
    code = "import sys, starcase; print(len(sys.modules)); print(*{m.split('.')[0] for m in sys.modules})"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    count, names = printed.splitlines()
    assert int(count) <= 300
    assert not HEAVY & set(names.split())


def test_the_floors_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=SRC.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "0 broken" in done.stdout, done.stdout + done.stderr
