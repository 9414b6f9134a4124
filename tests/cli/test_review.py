"""The command review: its sections name no person, and every lesson has a gate or a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.stages.review.rolled_back import flooded

from starcase.casefile.toml import write_case


@pytest.fixture
def reviewed(tmp_path: Path, site: Path) -> Path:
    assert site.is_dir()
    with flooded(tmp_path) as work:
        (work.root / "case.toml").write_text(write_case(work.case))
        return work.root


def test_review_prints_its_sections_in_order_and_names_no_person(starcase: Run, reviewed: Path) -> None:
    code, out, _ = starcase("review", "--case", reviewed)
    assert code == 0
    heads = ("What happened", "Why", "What it cost", "What would have stopped it", "no lesson yet")
    assert [head for head in heads if head in out] == list(heads)
    assert sorted(heads, key=out.index) == list(heads)
    assert "mara" not in out


def test_a_lesson_is_recorded_with_a_gate_or_a_reason(starcase: Run, reviewed: Path) -> None:
    asked = ("review", "--case", reviewed, "--lesson", "alerts first")
    code, out, _ = starcase(*asked, "--gate", "interventions", "--set", "allowed=0.1", "--who", "priya")
    assert (code, "lesson-1: alerts first -> gate interventions allowed=0.1" in out) == (0, True)
    code, out, _ = starcase(*asked, "--no-gate", "--why", "no condition on a model", "--json")
    told = json.loads(out)
    assert (code, [one["gate"] for one in told["lessons"]]) == (0, ["interventions", ""])
    assert told["review"]["rollout"] == "toy-2"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--gate", "budget"), 2),
        (("--lesson", "l"), 2),
        (("--lesson", "l", "--gate", "budget", "--no-gate"), 2),
        (("--lesson", "l", "--gate", "budget", "--set", "p99_us=fast"), 2),
        (("--lesson", "l", "--gate", "budgte"), 3),
        (("--lesson", "l", "--gate", "budget", "--set", "p99=1"), 3),
        (("--rollout", "toy-7"), 5),
    ],
)
def test_an_incomplete_lesson_is_refused(starcase: Run, reviewed: Path, arguments: tuple[str, ...], code: int) -> None:
    assert starcase("review", "--case", reviewed, *arguments)[0] == code
