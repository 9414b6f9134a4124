"""Scaling: claims bound to their record, curves, and quoted refusals."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from tests.report.cards import open_ledger
from tests.stages.contest.test_cost_scaling import hold

from starcase.evidence import Ledger
from starcase.evidence.records import CostRecord
from starcase.report import WRITERS, Records, build_document, verify
from starcase.report.charts import Chart
from starcase.report.charts.chart import WIDTH, Label, Mark
from starcase.stages.contest import Contest

ABOUT = {"How memory grows with the data", "How the time of an answer grows with the data"}


@pytest.fixture(scope="module")
def held() -> Contest:
    return hold()


@pytest.fixture
def ledger(tmp_path: Path, held: Contest) -> Ledger:
    opened = open_ledger(tmp_path)
    opened.append(held.record, at=1)
    opened.append(one_is_behind(held.cost), at=1)
    return opened


def one_is_behind(cost: CostRecord) -> CostRecord:
    """The costs without a candidate that is fastest by timing noise."""
    first, *others = cost.places
    return replace(cost, places=(replace(first, why="", behind=(others[0].candidate,)), *others))


@pytest.fixture
def charts(ledger: Ledger) -> dict[str, Chart]:
    blocks = build_document(Records.from_ledger(ledger)).blocks
    return {block.about: block for block in blocks if isinstance(block, Chart)}


@pytest.mark.parametrize("form", ["md", "html"])
def test_every_sentence_is_backed(ledger: Ledger, form: str) -> None:
    text = WRITERS[form](build_document(Records.from_ledger(ledger)))
    assert [str(fault) for fault in verify(text, form, ledger)] == []
    assert "take fewer rows" in text
    assert "behind" in text
    assert "16\N{NO-BREAK SPACE}times" in text


def test_two_curves_are_drawn_within_the_plane(charts: dict[str, Chart]) -> None:
    assert set(charts) >= ABOUT
    for about in ABOUT:
        labels = [shape for shape in charts[about].shapes if isinstance(shape, Label)]
        assert all(0 <= label.x <= WIDTH and 0 <= label.y <= charts[about].height for label in labels)
        names = sorted(label.y for label in labels if not label.soft)
        assert all(b - a >= 10 for a, b in pairwise(names))


def test_refused_sizes_are_marked(charts: dict[str, Chart], held: Contest) -> None:
    marks = [
        s for s in charts["How memory grows with the data"].shapes if isinstance(s, Mark) and s.style == "stop bad"
    ]
    assert held.cost.growth is not None
    assert len(marks) == sum(bool(p.refused and p.foretold) for c in held.cost.growth.candidates for p in c.points) > 0


def test_changed_exponent_is_reported(ledger: Ledger) -> None:
    text = WRITERS["md"](build_document(Records.from_ledger(ledger)))
    assert "2.0" in text
    assert verify(text.replace("2.0", "1.1", 1), "md", ledger)
