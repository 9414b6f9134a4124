"""The pages together: the index names each chapter, the reference each public package, the picture the floors."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from benchmarks.pictures.house import FLOORS, PICTURE, draw_house

REPO = Path(__file__).parents[2]
DOCS = REPO / "docs"
CHAPTERS = sorted(path.name for path in DOCS.glob("*.md") if path.name != "index.md")
NAVIGATION = re.findall(r"^\s+- (\S+\.md)$", (REPO / "mkdocs.yml").read_text(), re.MULTILINE)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_index_names_the_chapter_and_its_question(chapter: str) -> None:
    ordered = (DOCS / "index.md").read_text().partition("## The chapters in reading order")[2]
    assert re.search(rf"^\| \[[^\]]+\]\({re.escape(chapter)}\) \| [A-Z].+\? \|$", ordered, re.MULTILINE)


def test_the_navigation_holds_every_page_once() -> None:
    assert sorted(NAVIGATION) == sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))


def test_the_reference_covers_every_public_package() -> None:
    names = (REPO / "tests" / "architecture" / "public_names.txt").read_text().splitlines()
    pages = "\n".join(page.read_text() for page in (DOCS / "reference").glob("*.md"))
    assert {name.partition(":")[0] for name in names} <= set(re.findall(r"^::: (\S+)$", pages, re.MULTILINE))


def test_architecture_picture_equals_the_generated_one() -> None:
    assert PICTURE.read_text() == draw_house()
    assert f"](pictures/{PICTURE.name})" in (DOCS / "architecture.md").read_text()


def test_floors_equal_the_import_linter_contract() -> None:
    contracts = tomllib.loads((REPO / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each.get("containers") == ["starcase"])
    assert [set(floor) for floor in FLOORS] == [set(re.split(r"\s*[|:]\s*", layer)) for layer in layers]


def test_the_table_of_floors_names_every_package() -> None:
    table = (DOCS / "architecture.md").read_text().partition("## Floors")[2].partition("\n## ")[0]
    rows = [re.findall(r"`(\w+)`", line.split("|")[2]) for line in table.splitlines() if line.startswith("| ")]
    assert [set(row) for row in rows if row] == [set(floor) for floor in FLOORS]
