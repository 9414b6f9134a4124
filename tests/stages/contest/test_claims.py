"""A claim holds for its own pair, for another pair, or is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from starcase.compute.executor import InProcess
from starcase.contract.case_spec import ClaimSpec, ContestSpec
from starcase.errors import CaseFileError
from starcase.evidence.records import ClaimAnswer, Standing
from starcase.stages.contest import run
from starcase.stages.contest.claims import ClaimQuantity, answer_claim
from starcase.testing import ToySystem, toy_case

LESS = ClaimSpec(text="a tenth fewer errors", changes={"squared_error": -0.1})
MUCH_LESS = ClaimSpec(text="nine tenths fewer errors", changes={"squared_error": -0.9})


def answered(claim: ClaimSpec, incumbent: str = "weak") -> ClaimAnswer:
    system = ToySystem()
    case = replace(toy_case(), incumbent=incumbent, claims=(claim,), contest=ContestSpec(folds=2, trials=1, draws=300))
    return run(case, system, system.load(case), system.candidates(case), InProcess()).cost.claims[0]


def test_a_claim_holds_for_its_pair() -> None:
    found = answered(LESS)
    assert (found.verdict, found.candidate, found.against) == ("holds", "strong", "weak")
    assert found.changes[0].high is not None
    assert found.changes[0].high <= -0.1


def test_a_claim_does_not_hold_through_a_weaker_incumbent() -> None:
    found = answered(LESS, incumbent="strong")
    assert found.verdict == "holds for another pair"
    assert found.against != "strong"


def test_a_claim_no_pair_reaches_is_refused_with_the_reached_change() -> None:
    found = answered(MUCH_LESS)
    assert (found.verdict, found.candidate, found.against) == ("refused", "strong", "weak")
    assert -0.9 < found.changes[0].value < -0.1
    assert found.wanted[0].value == -0.9


def test_all_changes_of_a_claim_must_hold_for_one_pair() -> None:
    """An accurate slow candidate and a quick poor one do not show an accurate quick one."""
    rng = np.random.default_rng(0)
    values = {"old": (0.2, 100.0), "deep": (0.3, 400.0), "quick": (0.2, 50.0)}
    points = {
        name: {
            "ndcg": ClaimQuantity(value=ndcg, draws=ndcg + rng.normal(0, 0.001, 300)),
            "p50 latency": ClaimQuantity(value=us, draws=us + rng.normal(0, 0.1, 300)),
        }
        for name, (ndcg, us) in values.items()
    }
    standings = [
        Standing(candidate=name, model=name, role="incumbent" if name == "old" else "candidate", complexity=1,
                 trials=1, figures=())
        for name in values
    ]  # fmt: skip
    both = ClaimSpec(text="more accurate, quicker", changes={"ndcg": 0.2, "p50 latency": -0.3})
    found = answer_claim(both, points, standings, recommended="deep", level=0.95)
    assert found.verdict == "refused"
    for name, change in both.changes.items():
        one = answer_claim(ClaimSpec(text="one of them", changes={name: change}), points, standings, recommended="deep",
                     level=0.95)  # fmt: skip
        assert one.verdict == "holds"


@pytest.mark.simulation
def test_a_false_claim_near_the_limit_rarely_holds() -> None:
    """One candidate of five has exactly the promised change, the others less: the claim may hold only rarely."""
    rng = np.random.default_rng(1)
    runs, spread, held = 400, 0.02, 0
    standings = [
        Standing(candidate=f"c{i}", model="", role="incumbent" if i == 0 else "candidate", complexity=i, trials=1,
                 figures=())
        for i in range(5)
    ]  # fmt: skip
    claim = ClaimSpec(text="a fifth more", changes={"ndcg": 0.2})
    for _ in range(runs):
        values = {s.candidate: (0.5 if s.role == "incumbent" else 0.6) + rng.normal(0, spread) for s in standings}
        points = {n: {"ndcg": ClaimQuantity(value=v, draws=v + rng.normal(0, spread, 300))} for n, v in values.items()}
        held += answer_claim(claim, points, standings, recommended="c1", level=0.95).verdict == "holds"
    assert held / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


def test_a_claim_about_an_unmeasured_quantity_lists_the_measured_ones() -> None:
    with pytest.raises(CaseFileError, match="sales"):
        answered(ClaimSpec(text="more sales", changes={"sales": 0.15}))


def test_a_claim_without_a_change_is_refused() -> None:
    with pytest.raises(CaseFileError, match="promises no change"):
        ClaimSpec(text="better", changes={})
