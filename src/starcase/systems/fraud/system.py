"""The fraud system: everything the stages need of this kind of problem."""

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
from starcase.systems.fraud.gates import gates_of
from starcase.systems.fraud.harm import harm
from starcase.systems.fraud.loading import load
from starcase.systems.fraud.metrics import (
    AlertRate,
    AveragePrecision,
    CardPrecision,
    ErrorsAtRate,
    ExpectedCost,
    FalsePositiveRate,
    Recall,
    RecallAtRate,
)
from starcase.systems.fraud.metrics.live import live_metrics
from starcase.systems.fraud.model import BLOCK
from starcase.systems.fraud.options import FraudOptions, options_of
from starcase.systems.fraud.slices import slices
from starcase.systems.fraud.stresses import stresses
from starcase.systems.fraud.training import TrainingSet

RATES = (0.001, 0.01)


class FraudSystem:
    """Card fraud: a transaction is approved or blocked at once, and what it was is known later."""

    name = "fraud"
    options = FraudOptions
    outcome_kind: OutcomeKind = "binary"
    interventions = frozenset({BLOCK})

    def load(self, case: Case) -> FraudDataset:
        """Read and check the transactions; raises DataError."""
        return load(case, options_of(case.options))

    def candidates(self, case: Case) -> Sequence[Candidate[TrainingSet]]:
        """The built-in candidates the case names; raises CaseFileError for an unknown name or parameter."""
        return catalogue.candidates(case, options_of(case.options))

    def baselines(self, case: Case) -> Sequence[Candidate[TrainingSet]]:
        """The constant rate, and the amount rule where the case names an amount."""
        return catalogue.baselines(options_of(case.options), amount=bool(case.data.amount))

    def metrics(self, case: Case) -> Sequence[Metric]:
        """Ranking metrics, metrics of the model's own decisions, and cost where the case names an amount."""
        options = options_of(case.options)
        cost = (ExpectedCost(options.review_cost, case.data.currency),) if case.data.amount else ()
        return (
            AveragePrecision(),
            *(RecallAtRate(rate) for rate in RATES),
            *(ErrorsAtRate(rate) for rate in RATES),
            CardPrecision(),
            *cost,
            AlertRate(),
            FalsePositiveRate(),
            Recall(),
        )

    def live_metrics(self, case: Case) -> Sequence[LiveMetric]:
        """Errors per transaction, honest ones blocked, frauds stopped."""
        return live_metrics(options_of(case.options).pass_through)

    def gates(self, case: Case) -> Sequence[Gate]:
        """False positives at equal recall against the incumbent, precision of alerts, alerts in all and on a card."""
        return gates_of(case, options_of(case.options))

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        """By amount and by hour of the day, as known when the transaction was made."""
        return slices(requests, outcomes)

    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        """Values missing, amounts risen, a feature gone."""
        return stresses(requests, rng)

    def environment(self, case: Case, dataset: FraudDataset) -> FraudEnvironment:
        """The transactions as live traffic."""
        return FraudEnvironment(dataset, pass_through=options_of(case.options).pass_through, seed=case.seed)

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        """Honest transactions blocked, frauds missed, money lost, against the other model."""
        return harm(served, instead, retrospect)
