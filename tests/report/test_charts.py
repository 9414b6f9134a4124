"""Charts show the recorded figures, carry their bindings, and are verified."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.cards import START, card_ledger, card_records, cost, open_ledger, share

from starcase.evidence import Ledger
from starcase.evidence.records import MetricReading, ReadingRecord, ShadowRecord
from starcase.report import WRITERS, Records, build_document, verify
from starcase.report.charts import Chart, draw_front, draw_looks, draw_pairs, draw_shares, draw_standings
from starcase.report.charts.chart import WIDTH, Label, Mark
from starcase.report.charts.chart import ChartPath as Line
from starcase.report.pieces import Number
from starcase.tables.clock import HOUR


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return card_ledger(tmp_path)


@pytest.fixture
def records(ledger: Ledger) -> Records:
    return Records.from_ledger(ledger)


def charts(records: Records, view: str = "star") -> dict[str, Chart]:
    return {block.about: block for block in build_document(records, view=view).blocks if isinstance(block, Chart)}


def marks(chart: Chart, style: str = "dot") -> list[Mark]:
    return [shape for shape in chart.shapes if isinstance(shape, Mark) and shape.style.startswith(style)]


def test_the_whole_story_draws_standings_pairs_front_and_rollout(records: Records) -> None:
    assert set(charts(records)) == {
        "The value of every candidate",
        "The recommended candidate against the others",
        "What each candidate reaches against what it costs",
        "Each step of the rollouts",
    }


def test_estimates_are_drawn_at_their_values(records: Records) -> None:
    drawn = marks(charts(records)["The value of every candidate"])
    places = [mark.x for mark in drawn]
    assert places == sorted(places, reverse=True)
    values = (0.836, 0.712, 0.163, 0.021)
    expected = [(v - values[-1]) / (values[0] - values[-1]) for v in values]
    got = [(x - places[-1]) / (places[0] - places[-1]) for x in places]
    assert got == pytest.approx(expected)


def test_significant_difference_excludes_the_zero_line(records: Records) -> None:
    chart = charts(records)["The recommended candidate against the others"]
    (upright,) = (s for s in chart.shapes if isinstance(s, Line) and s.style == "zero")
    for span in (s for s in chart.shapes if isinstance(s, Line) and s.style.startswith("span")):
        crosses = span.points[0][0] <= upright.points[0][0] <= span.points[1][0]
        assert crosses == (span.style == "span")


def test_filled_dots_are_on_the_front(records: Records) -> None:
    chart = charts(records)["What each candidate reaches against what it costs"]
    assert len(marks(chart, "dot open")) == 4 - len(cost().front)
    labels = [shape for shape in chart.shapes if isinstance(shape, Label) and not shape.soft]
    assert len({(round(label.x), round(label.y)) for label in labels}) == 4


def test_a_rollback_is_marked_and_labels_stay_on_the_plane(records: Records) -> None:
    chart = charts(records)["Each step of the rollouts"]
    assert len(marks(chart, "stop bad")) == 1
    assert all(
        0 <= shape.x <= WIDTH and 0 <= shape.y <= chart.height for shape in chart.shapes if isinstance(shape, Label)
    )


def test_every_look_is_drawn_and_the_last_one_labelled(tmp_path: Path) -> None:
    reading = next(r for r, _ in card_records() if isinstance(r, ReadingRecord))
    before = [r for r, _ in card_records()]
    with open_ledger(tmp_path) as ledger:
        ledger.extend(before[: before.index(reading)])
        for n in range(5):
            half = 0.002 / (n + 1)
            difference = share("error_rate", -0.0004, half, kind="replayed")
            ledger.append(replace(reading, difference=difference), at=START + HOUR * (40 + n))
        records = Records.from_ledger(ledger)
        entry, last = records.select(ReadingRecord)[-1]
        chart = draw_looks(records, entry, last)
        assert chart is not None
        (band,) = (s for s in chart.shapes if isinstance(s, Line) and s.style == "band")
        assert len(band.points) == 10
        words = [piece for s in chart.shapes if isinstance(s, Label) for piece in s.words]
        texts = {piece.text for piece in words if isinstance(piece, Number)}
        assert "−0.0400\N{NO-BREAK SPACE}points" in texts
        text = WRITERS["html"](build_document(records))
        assert verify(text, "html", ledger) == ()


def test_a_shadow_with_one_look_has_no_line(records: Records) -> None:
    entry, shadow = records.select(ShadowRecord)[-1]
    metric = MetricReading(
        metric="error_rate",
        champion=share("a", 0.1),
        challenger=share("b", 0.1),
        difference=share("c", 0.0, 0.1),
        p_value=share("p", 0.5),
        information=share("i", 0.5),
        margin=0.01,
        verdict="hold",
    )
    assert draw_looks(records, entry, replace(shadow, metrics=(metric,))) is None


@pytest.mark.parametrize("draw", [draw_standings, draw_pairs, draw_front])
def test_incomparable_figures_are_not_drawn(records: Records, draw: object) -> None:
    from starcase.evidence.records import ContestRecord, CostRecord

    contest_entry, contest = records.select(ContestRecord)[0]
    cost_entry, costs = records.select(CostRecord)[0]
    if draw is draw_front:
        assert draw_front(records, cost_entry, replace(costs, costs=costs.costs[:2])) is None
    elif draw is draw_pairs:
        assert draw_pairs(records, contest_entry, replace(contest, comparisons=contest.comparisons[:1])) is None
    else:
        assert draw_standings(records, contest_entry, replace(contest, standings=contest.standings[:1])) is None


def test_without_a_rollout_there_is_no_timeline(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.extend([record for record, _ in card_records()[:5]])
        assert draw_shares(Records.from_ledger(ledger)) is None


def test_a_dot_that_was_moved_is_found(ledger: Ledger, records: Records) -> None:
    text = WRITERS["html"](build_document(records))
    moved = re.sub(r'cx="\d+', 'cx="1', text, count=1)
    assert moved != text
    assert any("chart" in fault.why for fault in verify(moved, "html", ledger))


def test_a_label_that_was_changed_is_found(ledger: Ledger, records: Records) -> None:
    text = WRITERS["html"](build_document(records))
    changed = text.replace('">83.6\N{NO-BREAK SPACE}%</tspan>', '">93.6\N{NO-BREAK SPACE}%</tspan>', 1)
    assert changed != text
    assert any("93.6" in fault.sentence for fault in verify(changed, "html", ledger))
