"""The commands shadow and experiment: tables, JSON output and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from starcase.casefile.toml import write_case
from starcase.contract.case_spec import ExperimentSpec, RolloutSpec
from starcase.testing import toy_case

SPEC = RolloutSpec(
    steps=(0.2, 0.5), minimum_decisions=20, minimum_outcomes=100, minimum_duration="50us", reading_every="100us",
    margin=0.2, alpha=0.25,
)  # fmt: skip


@pytest.fixture
def flown(starcase: Run, folder: Path) -> Path:
    """A toy case whose challenger has passed shadow and canary."""
    (folder / "case.toml").write_text(write_case(toy_case(incumbent="noisy", rollout=SPEC)))
    assert starcase("contest", "--case", folder, "--until", "+1000us")[0] == 0
    assert starcase("gate", "--case", folder, "--candidate", "strong")[0] in {0, 1}
    assert starcase("experiment", "--case", folder)[0] == 5
    assert starcase("shadow", "--case", folder)[0] == 5
    code, out, err = starcase("replay", "--case", folder, "--since", "+1000us", "--challenger", "strong")
    assert code == 0, out + err
    return folder


def test_shadow_and_experiment_print_tables(starcase: Run, flown: Path) -> None:
    code, out, _ = starcase("shadow", "--case", flown)
    assert code == 0
    assert "strong would have taken another action in 5" in out
    assert "outcomes that stand for others never known" in out
    code, out, _ = starcase("experiment", "--case", flown)
    assert code == 0
    assert "toy-2: strong against noisy" in out
    assert "sample ratio: p = " in out
    assert "points [" in out
    assert "verdict: better" in out or "verdict: not worse" in out
    assert out.count("●") == len([line for line in out.splitlines() if line.startswith("1970")])
    assert starcase("experiment", "read", "--name", "toy-9", "--case", flown)[0] == 5


@pytest.fixture
def shadowed(starcase: Run, folder: Path) -> Run:
    """Replay a toy case with a challenger without clearance; called with the end of the replay."""
    (folder / "case.toml").write_text(write_case(toy_case(incumbent="noisy", rollout=SPEC)))
    assert starcase("contest", "--case", folder, "--until", "+1000us")[0] == 0
    return lambda until: starcase("replay", "--case", folder, "--challenger", "strong", "--until", until)


def test_log_groups_consecutive_looks_with_the_same_verdict(starcase: Run, shadowed: Run, folder: Path) -> None:
    assert shadowed("+2900us")[0] == 0
    records = json.loads(starcase("log", "--case", folder, "--json")[1])
    looks = [one["id"] for one in records if one["kind"] == "shadow"]
    assert len(looks) > 10
    _, out, _ = starcase("log", "--case", folder)
    assert f"toy: {len(records)} records" in out
    assert f" to {looks[-1]} " in out
    assert sum(f"{look} " in out for look in looks) < 6
    _, out, _ = starcase("log", "--case", folder, "--all")
    assert all(f"{one['id']} " in out for one in records)


def test_a_replay_that_ends_during_a_step_says_what_the_step_lacks(starcase: Run, shadowed: Run, folder: Path) -> None:
    code, out, err = shadowed("+1040us")
    assert code == 0, out + err
    assert "the challenger is still in shadow: this step has lasted 40us, and the minimum is 50us" in out
    _, out, _ = starcase("rollout", "status", "--case", folder)
    assert "at the last look, in shadow: this step has lasted 40us" in out


def test_shadow_and_experiment_print_json(starcase: Run, flown: Path) -> None:
    shadows = json.loads(starcase("shadow", "--case", flown, "--json")[1])
    assert [(one["running"], one["record"]["challenger"]) for one in shadows] == [(False, "strong")]
    assert shadows[0]["evidence"] == f"shadow-{shadows[0]['looks']}"
    told = json.loads(starcase("experiment", "--case", flown, "--json")[1])
    assert told["reading"]["plan"] == told["plan"]["sha256"]
    assert told["reading"]["metrics"][0]["metric"] == "error_rate"
    assert told["looks"] > 1
    draft = json.loads(starcase("experiment", "plan", "--case", flown, "--json")[1])
    assert (draft["experiment"], draft["champion"]) == ("next", "strong")
    assert draft["expected"]["value"] > 100


def test_segments_are_planned_frozen_and_read(starcase: Run, folder: Path) -> None:
    """One unit in three appears after the plan; a later change of the segment file has no effect."""
    regions = folder / "regions.csv"
    rows = [f"r{at},{'north' if at % 2 else 'south'}" for at in range(3_000) if at % 3]
    regions.write_text("\n".join(["unit,segment", *rows]))
    spec = ExperimentSpec(segments="regions.csv")
    (folder / "case.toml").write_text(write_case(toy_case(incumbent="noisy", rollout=SPEC, experiment=spec)))
    assert starcase("contest", "--case", folder, "--until", "+1000us")[0] == 0
    code, out, _ = starcase("experiment", "plan", "--case", folder)
    assert code == 0
    assert "segments by regions.csv" in out
    assert [line.split()[:2] for line in out.splitlines() if "th  " in line] == [
        ["north", "1000"], ["south", "1000"],
    ]  # fmt: skip
    starcase("gate", "--case", folder, "--candidate", "strong")
    replay = ("replay", "--case", folder, "--challenger", "strong")
    assert starcase(*replay, "--since", "+1000us", "--until", "+2200us")[0] == 0
    regions.write_text("unit,segment\nr1,here\nr2,there\n")
    code, out, err = starcase("replay", "--case", folder)
    assert code == 0, out + err
    told = json.loads(starcase("experiment", "--case", folder, "--json")[1])
    assert {one["segment"] for one in told["reading"]["segments"]} == {"north", "south", "came after the plan"}
    assert told["plan"]["segmentation"] == told["reading"]["segmentation"] == "regions.csv"
    assert [(one["segment"], one["units"]) for one in told["plan"]["segments"]] == [
        ("north", 1_000), ("south", 1_000), ("came after the plan", 0),
    ]  # fmt: skip
    code, out, _ = starcase("experiment", "--case", folder, "--segments", "sides")
    assert code == 0
    assert "error_rate by regions.csv" in out
    assert "error_rate by sides, exploratory: not planned" in out
    assert "use them to decide what to test next" in out
    code, _, err = starcase("experiment", "--case", folder, "--segments", "side")
    assert code == 3
    assert "known: sides" in err


def test_a_repeated_look_adds_no_record(starcase: Run, flown: Path) -> None:
    before = starcase("log", "--case", flown, "--json")[1]
    for verb in (("shadow",), ("experiment",), ("experiment", "plan")):
        starcase(*verb, "--case", flown)
    assert starcase("log", "--case", flown, "--json")[1] == before
