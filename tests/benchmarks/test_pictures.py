"""The pictures of the documents: every one is drawn by the code, kept beside its chapter, and shown in one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.pictures.inference import PICTURES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_kept_and_shown(name: str) -> None:
    assert (DOCS / "pictures" / f"{name}.svg").read_text().startswith("<svg")
    shown = [page.name for page in DOCS.glob("*.md") if f"](pictures/{name}.svg)" in page.read_text()]
    assert shown == ["inference.md"]


@pytest.mark.parametrize("name", ["metrics", "shrinkage"])
def test_a_picture_is_the_same_numbers_every_time(name: str) -> None:
    assert json.dumps(PICTURES[name](), allow_nan=False) == json.dumps(PICTURES[name]())
