"""One word in every place; no stage knows a system; nothing reads the clock or the global generator."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.house import FILES, REPO, SRC, STAGES, short, tree

from starcase.cli.verbs import VERBS
from starcase.evidence.records import KINDS

PLACES = ("folder", "verb", "record", "docs", "tests")
SYSTEM_WORDS = {"fraud", "recommend", "forecast", "churn"}
SYSTEM_NAMES = SYSTEM_WORDS | {"support", "journal"}
OUTSIDE_SYSTEMS = tuple(path for path in FILES if path.relative_to(SRC).parts[0] != "systems")
ROOMS = {"story": "report"}  # the verb, record and document are the story; the room reports
CLOCKS = {"tables/clock.py", "evidence/ledger.py"}
GENERATORS = {"default_rng", "Generator", "SeedSequence", "PCG64", "BitGenerator"}


def there(stage: str, place: str) -> bool:
    room = ROOMS.get(stage, f"stages/{stage}")
    if place == "folder":
        return (SRC / room / "__init__.py").exists()
    if place == "verb":
        return stage in {verb.name for verb in VERBS} and (SRC / "cli" / f"{stage}.py").exists()
    if place == "record":
        return stage in KINDS
    if place == "docs":
        return (REPO / "docs" / f"{stage}.md").exists()
    return any((REPO / "tests" / room).glob("test_*.py"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_one_word_in_every_place(stage: str, place: str) -> None:
    assert there(stage, place)


def test_every_folder_of_tests_is_a_room() -> None:
    rooms = {path.parent.name for path in SRC.glob("*/__init__.py")}
    others = {"architecture", "journeys", "laws", "coverage", "fixtures", "docs", "benchmarks"}
    folders = {path.name for path in (REPO / "tests").iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert folders - others <= rooms


def names_of(node: ast.AST) -> Iterator[str]:
    """The identifiers that a piece of code brings in or uses."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name):
            yield from name.split(".")


def system_words(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Constant):
        return {node.value} & SYSTEM_NAMES if isinstance(node.value, str) else set()
    return {part for name in names_of(node) for part in name.lower().split("_")} & SYSTEM_WORDS


@pytest.mark.parametrize("path", OUTSIDE_SYSTEMS, ids=short)
def test_only_systems_know_systems(path: Path) -> None:
    nodes = ast.walk(tree(path))
    found = [f"line {getattr(node, 'lineno', '?')}: {word}" for node in nodes for word in system_words(node)]
    assert found == []


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def forbidden(call: str) -> bool:
    first, _, last = call.rpartition(".")
    if call in {"time.time", "time.time_ns", "time.localtime", "time.gmtime"}:
        return True
    if last in {"now", "utcnow", "today"} and first.rpartition(".")[2] in {"datetime", "date"}:
        return True
    if first in {"np.random", "numpy.random"}:
        return last not in GENERATORS
    return first == "random"


@pytest.mark.parametrize("path", [path for path in FILES if short(path) not in CLOCKS], ids=short)
def test_time_and_chance_come_in(path: Path) -> None:
    calls = (dotted(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    assert [call for call in calls if forbidden(call)] == []


def test_the_search_finds_what_it_looks_for() -> None:
    assert forbidden("datetime.datetime.now")
    assert forbidden("np.random.normal")
    assert not forbidden("np.random.default_rng")
    assert not forbidden("clock.now")
    assert not forbidden("time.perf_counter")
    code = "import starcase.systems.fraud as x\nif system == 'support': churn_rate(support=1)"
    words = [word for node in ast.walk(ast.parse(code)) for word in sorted(system_words(node))]
    assert sorted(words) == ["churn", "fraud", "support"]
