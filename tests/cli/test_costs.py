"""Tables of costs, front and growth are complete at any width, and no number is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.stages.contest.test_cost_scaling import hold

from starcase.cli.costs import print_costs, print_front, print_growth
from starcase.stages.contest import Contest


@pytest.fixture(scope="module")
def held() -> Contest:
    return hold()


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal(
    held: Contest, columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    names = [s.candidate for s in held.record.standings]
    print_costs(held.record, held.cost, names)
    print_front(held.record, held.cost, names)
    assert held.cost.growth is not None
    print_growth(held.cost.growth, names)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= columns
    for wanted in ("complexity", "growth", "fit memory", "x16, predicted", "square at x16: take fewer rows", "refused"):
        assert wanted in " ".join(out.split()), wanted


def test_a_record_of_an_older_version_is_printed_without_missing_fields(
    held: Contest, capsys: pytest.CaptureFixture[str]
) -> None:
    old = replace(held.cost, growth=None, places=(), counted=("p50 latency", "artefact size"))
    names = [s.candidate for s in held.record.standings]
    print_costs(held.record, old, names)
    print_front(held.record, old, names)
    out = " ".join(capsys.readouterr().out.split())
    assert "growth" not in out
    assert "in value, p50, kept size together" in out


def test_growth_without_exponents_reports_too_little_data(held: Contest, capsys: pytest.CaptureFixture[str]) -> None:
    grown = held.cost.growth
    assert grown is not None
    few = replace(grown, candidates=tuple(replace(one, exponents=()) for one in grown.candidates))
    print_growth(few, [one.candidate for one in few.candidates])
    assert "too little data to subsample" in capsys.readouterr().out


def test_an_exponent_with_a_wide_interval_is_not_known(held: Contest, capsys: pytest.CaptureFixture[str]) -> None:
    grown = held.cost.growth
    assert grown is not None
    names = [one.candidate for one in grown.candidates]
    print_growth(grown, names)
    assert "not known: the" not in " ".join(capsys.readouterr().out.split())
    wide = tuple(
        replace(one, exponents=tuple(replace(f, value=1.0, low=-11.7, high=13.7) for f in one.exponents))
        for one in grown.candidates
    )
    print_growth(replace(grown, candidates=wide), names)
    out = " ".join(capsys.readouterr().out.split())
    assert "-11.7" not in out
    assert "not known: the interval of the exponent is wider than +-2" in out


def test_a_part_that_a_candidate_would_omit_is_printed_below_its_memory(
    held: Contest, capsys: pytest.CaptureFixture[str]
) -> None:
    grown = held.cost.growth
    assert grown is not None
    one = grown.candidates[0]
    points = tuple(replace(p, refused="", without="without the linear model") for p in one.points if p.factor > 1)
    lessened = replace(one, points=(*(p for p in one.points if p.factor <= 1), *points))
    print_growth(replace(grown, candidates=(lessened,)), [one.candidate])
    assert f"{one.candidate} at x16: without the linear model" in capsys.readouterr().out
