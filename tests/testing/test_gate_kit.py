from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from starcase.contract.model_identity import hash_model
from starcase.contract.system import GateEvidence
from starcase.evidence import Figure
from starcase.evidence.records import GateResult
from starcase.testing import ContractBroken, ToySystem, check_gate, toy_case


def evidence(candidate_name: str, rows: int | None = None) -> GateEvidence:
    system, case = ToySystem(), toy_case()
    dataset = system.load(case)
    fold = dataset.folds(count=1)[0]
    candidate = next(c for c in system.candidates(case) if c.name == candidate_name)
    model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
    requests = dataset.requests(fold)[:rows]
    answers = model.decide(requests)
    return GateEvidence(
        case=case,
        system=system,
        dataset=dataset,
        candidate=candidate,
        model=model,
        artefact=hash_model(candidate.save(model)),
        fold=fold,
        requests=requests,
        answers=answers,
        incumbent_answers=answers,
        outcomes=dataset.outcomes(fold)[:rows],
    )


GOOD, BAD, THIN = evidence("strong"), evidence("noisy"), evidence("strong", rows=5)


class Brier:
    name = "brier"
    required = "mean squared error of at most 0.2 on at least 100 outcomes"
    most, least = 0.2, 100

    def check(self, evidence: GateEvidence, /) -> GateResult:
        truth = evidence.outcomes["outcome"].to_numpy()
        if len(truth) < self.least:
            return GateResult(
                gate=self.name, outcome="failed-unknown", observed=None, required=self.required, why="too few"
            )
        error = float(np.mean((truth - np.array([answer.score for answer in evidence.answers])) ** 2))
        return GateResult(
            gate=self.name,
            outcome="passed" if error <= self.most else "failed",
            observed=Figure(name="squared error", value=error, unit="share"),
            required=self.required,
            why=f"{error:.3f}",
        )


class LetsAllPast(Brier):
    most = 1.0


class StopsAll(Brier):
    most = 0.0


class Guesses(Brier):
    least = 0


class MovesThePost(Brier):
    def check(self, evidence: GateEvidence, /) -> GateResult:
        result = super().check(evidence)
        self.required = "whatever was reached"
        return result


class Wanders(Brier):
    def check(self, evidence: GateEvidence, /) -> GateResult:
        why = f"{np.random.default_rng().random()}"
        return replace(super().check(evidence), why=why)


class Disguised(Brier):
    def check(self, evidence: GateEvidence, /) -> GateResult:
        return replace(super().check(evidence), gate="other")


class Hides(Brier):
    def check(self, evidence: GateEvidence, /) -> GateResult:
        return replace(super().check(evidence), observed=None, why="")


class Yes(Brier):
    def check(self, evidence: GateEvidence, /) -> Any:
        return True


def test_a_good_gate_passes_the_check() -> None:
    check_gate(Brier(), good=GOOD, bad=BAD, thin=THIN)
    check_gate(Guesses(), good=GOOD, bad=BAD)


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        (LetsAllPast(), "the planted bad model is passed; failed is required"),
        (StopsAll(), "the good model is failed; passed is required"),
        (Guesses(), "too little data is passed; failed-unknown is required"),
        (MovesThePost(), "its requirement changes after a check"),
        (Wanders(), "two checks of the same evidence give different results"),
        (Disguised(), "its result names the gate 'other'"),
        (Hides(), "its result gives no reason"),
        (Hides(), "its result is passed and shows nothing"),
        (Yes(), "it returns a bool; a GateResult is required"),
        (object(), "it has no `check`"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_violation_is_reported(gate: Any, words: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        check_gate(gate, good=GOOD, bad=BAD, thin=THIN)
    assert words in str(caught.value)
