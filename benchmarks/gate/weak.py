"""A model that is worse than the incumbent in one slice of a twentieth of the rows, or in none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from starcase.contract.model import Metric
from starcase.contract.model_identity import hash_model
from starcase.contract.request import Answer, Request
from starcase.contract.system import GateEvidence
from starcase.testing import ToySystem, toy_case
from starcase.testing.toy import ToyCandidate

PARTS = 20
JITTER = 0.05


class Parted(ToySystem):
    """The toy system, sliced into ``PARTS`` parts one way and into quarters another way."""

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        del outcomes
        rng = np.random.default_rng(0)
        part, quarter = rng.integers(0, PARTS, len(requests)), rng.integers(0, 4, len(requests))
        return pl.DataFrame({"part": [f"p{i:02d}" for i in part], "quarter": [f"q{i}" for i in quarter]})


def weak(seed: int, *, harm: float, part: str = "p07") -> GateEvidence:
    """Two models alike but for noise; in ``part`` the candidate's scores are drawn to the wrong side by ``harm``."""
    case, system = replace(toy_case(), seed=seed), Parted()
    data = system.load(case)
    fold = data.folds(count=1)[-1]
    requests, candidate = data.requests(fold), ToyCandidate("strong", 2, "x", 2.0)
    model = candidate.fit(data.train(fold), rng=np.random.default_rng(0))
    outcomes, answers = data.outcomes(fold), model.decide(requests)
    inside = (system.slices(requests, outcomes)["part"] == part).to_numpy()
    ours, theirs = (_shaken(answers, np.random.default_rng([seed, i])) for i in range(2))
    ours = [Answer(a.action, (1 - harm) * a.score + harm * (1 - a.score)) if i else a
            for a, i in zip(ours, inside, strict=True)]  # fmt: skip
    return GateEvidence(
        case=case, system=system, dataset=data, candidate=candidate, model=model, fold=fold, requests=requests,
        artefact=hash_model(candidate.save(model)), answers=ours, incumbent_answers=theirs, outcomes=outcomes,
        now=10_000, seed=seed,
    )  # fmt: skip


def true_loss(evidence: GateEvidence, metric: Metric, part: str = "p07") -> float:
    """What the candidate loses in the part, on the very rows."""
    known = (
        (evidence.system.slices(evidence.requests, evidence.outcomes)["part"] == part) & evidence.outcomes["matured"]
    ).arg_true().to_list()  # fmt: skip
    rows, even = evidence.outcomes[known], np.ones((1, len(known)))
    ours, theirs = (
        metric.value(metric.per_unit([answers[i] for i in known], rows), even)[0]
        for answers in (evidence.answers, evidence.incumbent_answers)
    )
    return float(ours - theirs) if metric.direction == "lower" else float(theirs - ours)


def _shaken(answers: Sequence[Answer], rng: np.random.Generator) -> list[Answer]:
    noise = rng.normal(0, JITTER, len(answers))
    return [Answer(a.action, float(np.clip(a.score + e, 0, 1))) for a, e in zip(answers, noise, strict=True)]
