"""Manual rollout steps: promotion needs clearance like any exposure, a rollback needs none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from starcase.casefile.toml import write_case
from starcase.contract.case_spec import RolloutSpec
from starcase.testing import toy_case

SLOW = RolloutSpec(steps=(0.2,), minimum_duration="1d", reading_every="100us", margin=0.2)


@pytest.fixture
def trying(starcase: Run, folder: Path) -> Path:
    """A toy case whose challenger stays in shadow, because a step lasts a day at least."""
    (folder / "case.toml").write_text(write_case(toy_case(incumbent="noisy", rollout=SLOW)))
    assert starcase("contest", "--case", folder, "--until", "+1000us")[0] == 0
    code, out, err = starcase("replay", "--case", folder, "--challenger", "strong", "--until", "+1500us")
    assert code == 0, out + err
    return folder


def status(starcase: Run, folder: Path) -> tuple[str, str, str]:
    state = json.loads(starcase("rollout", "status", "--case", folder, "--json")[1])
    return state["stage"], state["champion"], state["challenger"]


def test_promotion_without_clearance_is_refused(starcase: Run, trying: Path) -> None:
    before = starcase("log", "--case", trying, "--json")[1]
    code, _, err = starcase("rollout", "promote", "--case", trying, "--why", "it looks good")
    assert code == 5
    assert "starcase gate" in err
    assert starcase("log", "--case", trying, "--json")[1] == before
    assert status(starcase, trying) == ("shadow", "noisy", "strong")


def test_a_cleared_challenger_is_promoted_by_hand_and_rolled_back(starcase: Run, trying: Path) -> None:
    if starcase("gate", "--case", trying, "--candidate", "strong")[0]:
        pytest.fail("the toy's strong candidate should pass its gates")
    code, out, err = starcase("rollout", "promote", "--case", trying, "--why", "it looks good", "--json")
    assert code == 0, err
    step = json.loads(out)
    assert (step["record"]["step"], step["record"]["automatic"], step["actor"]) == ("promote", False, "ana")
    assert step["record"]["because"]
    assert status(starcase, trying) == ("champion", "strong", "")
    code, out, _ = starcase("rollout", "rollback", "--case", trying, "--why", "customers call")
    assert (code, "rollback" in out, "customers call" in out) == (0, True, True)
    assert status(starcase, trying) == ("champion", "noisy", "")


def test_promote_and_rollback_without_a_challenger_are_refused(starcase: Run, folder: Path) -> None:
    for verb, said in (("promote", "no challenger is being tried out"), ("rollback", "there is nothing to roll back")):
        code, _, err = starcase("rollout", verb, "--case", folder, "--why", "x")
        assert code == 5
        assert said in err
