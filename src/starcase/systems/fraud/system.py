"""The fraud system: the system protocol for card fraud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate, LiveMetric, Metric
from starcase.contract.request import Answer, Request
from starcase.contract.system import Gate, OutcomeKind
from starcase.evidence.figure import Figure
from starcase.systems.fraud import catalogue
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.environment import FraudEnvironment
from starcase.systems.fraud.gates import build_gates
from starcase.systems.fraud.harm import measure_harm
from starcase.systems.fraud.loading import load_dataset
from starcase.systems.fraud.metrics import (
    AveragePrecision,
    CardPrecision,
    ErrorsAtRate,
    ExpectedCost,
    FalsePositiveRate,
    FraudAlertRate,
    Recall,
    RecallAtRate,
)
from starcase.systems.fraud.metrics.live import create_live_metrics
from starcase.systems.fraud.model import BLOCK
from starcase.systems.fraud.options import FraudOptions, parse_options
from starcase.systems.fraud.slices import build_slices
from starcase.systems.fraud.stresses import build_stresses
from starcase.systems.fraud.training import FraudTrainingSet

RATES = (0.001, 0.01)


class FraudSystem:
    """Card fraud: a transaction is approved or blocked at once; its label is known later."""

    name = "fraud"
    options = FraudOptions
    outcome_kind: OutcomeKind = "binary"
    interventions = frozenset({BLOCK})

    def load(self, case: Case) -> FraudDataset:
        """Read and check the transactions; raises DataError."""
        return load_dataset(case, parse_options(case.options))

    def candidates(self, case: Case) -> Sequence[Candidate[FraudTrainingSet]]:
        """The built-in candidates the case names; raises CaseFileError for an unknown name or parameter."""
        return catalogue.create_candidates(case, parse_options(case.options))

    def baselines(self, case: Case) -> Sequence[Candidate[FraudTrainingSet]]:
        """The constant rate, and the amount rule where the case names an amount."""
        return catalogue.create_baselines(parse_options(case.options), amount=bool(case.data.amount))

    def metrics(self, case: Case) -> Sequence[Metric]:
        """Ranking metrics, metrics of the model's own decisions, and cost where the case names an amount."""
        options = parse_options(case.options)
        cost = (ExpectedCost(options.review_cost, case.data.currency),) if case.data.amount else ()
        return (
            AveragePrecision(),
            *(RecallAtRate(rate) for rate in RATES),
            *(ErrorsAtRate(rate) for rate in RATES),
            CardPrecision(),
            *cost,
            FraudAlertRate(),
            FalsePositiveRate(),
            Recall(),
        )

    def live_metrics(self, case: Case) -> Sequence[LiveMetric]:
        """Error rate, false positive rate and recall of served decisions."""
        return create_live_metrics(parse_options(case.options).pass_through)

    def gates(self, case: Case) -> Sequence[Gate]:
        """False positives at equal recall relative to the incumbent, alert precision, alert budget."""
        return build_gates(case, parse_options(case.options))

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        """By amount and by hour of the day, as known when the transaction was made."""
        return build_slices(requests, outcomes)

    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        """Missing values, higher amounts, a missing feature."""
        return build_stresses(requests, rng)

    def environment(self, case: Case, dataset: FraudDataset) -> FraudEnvironment:
        """The transactions as live traffic."""
        return FraudEnvironment(dataset, pass_through=parse_options(case.options).pass_through, seed=case.seed)

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        """Legitimate transactions blocked, frauds missed and cost, compared with the other model."""
        return measure_harm(served, instead, retrospect)
