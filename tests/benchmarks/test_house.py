"""The benchmark of the package structure: names, single-importer files, cycles, and peers without a network."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from benchmarks.house import __main__ as command
from benchmarks.house import peers, words
from benchmarks.house.imports import cycles, everywhere, on_load, with_one_importer
from benchmarks.house.measures import Measure, shape, shares, theirs
from benchmarks.house.package import Package, in_folder, in_wheel

NAMES = """
import functools
class Shop:
    def __init__(self): ...
    @property
    def opened(self): ...
    @functools.cached_property
    def counted(self): ...
    @opened.setter
    def opened(self, value): ...
    @overload
    def sold(self, what: str): ...
    @overload
    def sold(self, what: int): ...
    def sold(self, what): ...
    async def _count_rows(self):
        def __embed(): ...
    def get_rows(self): ...
def row_count(): ...
def Written_by(): ...
_ = lambda: 0
"""


def package(folder: Path, **files: str) -> Package:
    """A package ``shop`` of these files; two underscores stand for a folder."""
    for name, text in {"__init__": "", **files}.items():
        path = folder / "shop" / f"{name if name == '__init__' else name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return in_folder(folder / "shop")


def test_first_words_are_counted_only_for_named_functions(tmp_path: Path) -> None:
    found = words.first_words(package(tmp_path, names=NAMES))
    assert sorted(found) == ["count", "embed", "get", "row", "sold", "written"]
    participles, verbs = shares(package(tmp_path, names=NAMES), goals=(0.03, 0.45))
    assert (participles.value, participles.n, participles.met) == (2 / 6, 6, False)
    assert (verbs.value, verbs.met) == (2 / 6, False)


def test_a_wheel_is_read_like_a_folder(tmp_path: Path) -> None:
    tree = package(tmp_path, names=NAMES, deep__more="from .. import names")
    wheel = tmp_path / "shop-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as files:
        for path in (tmp_path / "shop").rglob("*.py"):
            files.write(path, path.relative_to(tmp_path))
    assert list(in_wheel(wheel)) == list(tree)
    assert {measure.name for measure in theirs({"web-shop": wheel})} == {
        "web_shop_participle_names_share",
        "web_shop_verb_names_share",
    }


def test_imports_are_found_however_they_are_written(tmp_path: Path) -> None:
    tree = package(
        tmp_path,
        a="import shop.b\nfrom shop import c",
        b="from .deep.d import x\nfrom . import unknown",
        c="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop import a\nelse:\n    import shop.b",
        deep__d="def later():\n    from ..a import y\ntry:\n    from ..c import z\nfinally:\n    pass",
    )
    assert on_load(tree) == {
        "shop": frozenset(),
        "shop.a": {"shop.b", "shop.c"},
        "shop.b": {"shop", "shop.deep.d"},
        "shop.c": {"shop.b"},
        "shop.deep.d": {"shop.c"},
    }
    assert everywhere(tree)["shop.c"] == {"shop.a", "shop.b"}
    assert everywhere(tree)["shop.deep.d"] == {"shop.a", "shop.c"}
    assert with_one_importer(everywhere(tree)) == {"shop", "shop.deep.d"}
    assert cycles(on_load(tree)) == [["shop.b", "shop.c", "shop.deep.d"]]


def test_deferred_import_gives_no_cycle(tmp_path: Path) -> None:
    tree = package(tmp_path, a="from shop import b", b="def f():\n    from shop import a")
    assert cycles(on_load(tree)) == []
    assert cycles(everywhere(tree)) == [["shop.a", "shop.b"]]


def test_shape_counts_shared_names_single_files_and_lines(tmp_path: Path) -> None:
    one = "class Order: ...\nclass _Row: ...\nclass Bill:\n    class Line: ...\n"
    tree = package(tmp_path, a=one, b=one.replace("Bill", "Note"), c="import shop.a\n" + "\n" * 600)
    found = {measure.name: measure for measure in shape(tree)}
    assert (found["class_names_reused"].value, found["class_names_reused"].n) == (1, 3)
    lonely = found["one_importer_files_under_30_lines"]
    assert (lonely.value, lonely.n, lonely.met) == (1, 2, True)
    assert (found["median_lines"].value, found["median_lines"].n, found["median_lines"].met) == (4, 3, None)
    assert (found["largest_lines"].value, found["largest_lines"].met) == (601, False)
    assert (found["cycles"].value, found["cycles"].n) == (0, 4)


def test_unavailable_peers_are_named_and_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(peers, "PIP", ["false"])
    name, *others = peers.pins()
    kept = tmp_path / f"{name.replace('-', '_')}-{peers.pins()[name]}-py3-none-any.whl"
    kept.touch()
    assert peers.wheels(tmp_path) == {name: kept}
    assert f"without {', '.join(others)}:" in capsys.readouterr().err


@pytest.mark.slow
def test_command_prints_own_figures_without_peers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(peers, "PIP", ["false"])
    monkeypatch.setattr("sys.argv", ["house", "--json", "--peers", str(tmp_path / "none")])
    command.main()
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"benchmark", "commit", "seconds", "load", "measures"}
    assert [measure["name"] for measure in said["measures"]] == [
        "participle_names_share",
        "verb_names_share",
        "class_names_reused",
        "one_importer_files_under_30_lines",
        "median_lines",
        "largest_lines",
        "cycles",
        "public_verbs",
    ]
    assert all(set(measure) == {"name", "value", "goal", "met", "n"} for measure in said["measures"])


def test_line_names_the_missed_goal() -> None:
    assert command.line(Measure("cycles", 2, 9, "<=", 0)).endswith("of     9   goal <= 0, missed")
    assert command.line(Measure("median_lines", 80, 9)).endswith("80  of     9")
