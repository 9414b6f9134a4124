"""Evidence about toy models, and gates with a known answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from starcase.contract.case_spec import Case
from starcase.contract.model_identity import hash_model
from starcase.contract.system import GateEvidence
from starcase.evidence import Figure
from starcase.evidence.records import GateOutcome, GateResult
from starcase.stages.gate.limit_check import build_unknown_result
from starcase.testing.toy import ToyCandidate, ToySystem, toy_case

COSTS = {
    "p99 latency": Figure(
        name="p99 latency", value=900.0, unit="us", low=800.0, high=950.0, level=0.95, n=400, clock=True
    ),
    "fit memory": Figure(name="fit memory", value=20.0, unit="MB", clock=True),
    "artefact size": Figure(name="artefact size", value=0.1, unit="MB", clock=True),
}  # fmt: skip


def evidence(
    candidate: ToyCandidate | None = None, *, case: Case | None = None, system: ToySystem | None = None
) -> GateEvidence:
    """A fitted candidate on the toy's last fold, against the case's incumbent."""
    case, system = case or toy_case(), system or ToySystem()
    dataset = system.load(case)
    fold = dataset.folds(count=1)[-1]
    chosen = candidate or ToyCandidate("strong", 2, "x", 2.0)
    incumbent = next(c for c in system.candidates(case) if c.name == case.incumbent)
    train, requests = dataset.train(fold), dataset.requests(fold)
    model = chosen.fit(train, rng=np.random.default_rng(0))
    return GateEvidence(
        case=case, system=system, dataset=dataset, candidate=chosen, model=model, fold=fold, requests=requests,
        artefact=hash_model(chosen.save(model)), answers=model.decide(requests),
        incumbent_answers=incumbent.fit(train, rng=np.random.default_rng(0)).decide(requests),
        outcomes=dataset.outcomes(fold), figures=COSTS, now=10_000, seed=1,
    )  # fmt: skip


def without_outcomes(given: GateEvidence) -> GateEvidence:
    """The same evidence before anything has matured."""
    import polars as pl

    hidden = given.outcomes.with_columns(matured=pl.lit(value=False), outcome=pl.lit(None, dtype=pl.Float64))
    return replace(given, outcomes=hidden)


@dataclass
class Told:
    """A gate that returns the result given to it; that result is not a parameter."""

    parameters: ClassVar[Mapping[str, object]] = {}

    name: str = "told"
    outcome: GateOutcome = "passed"
    value: float = 1.0
    required: str = "told so"

    def check(self, evidence: GateEvidence, /) -> GateResult:
        if self.outcome == "failed-unknown":
            return build_unknown_result(self, "nobody knows")
        return GateResult(
            gate=self.name, outcome=self.outcome, required=self.required, why="told so",
            observed=Figure(name="told", value=self.value, unit="count"),
        )  # fmt: skip
