"""Card fraud: transactions judged as they happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import xxhash

from starcase.case.model import Candidate, Metric
from starcase.case.request import Answer, Request
from starcase.case.spec import Case
from starcase.case.system import Fold, Gate, OutcomeKind
from starcase.errors import CaseFileError
from starcase.evidence import Figure, Outcome
from starcase.systems.fraud.baseline import ApproveAll
from starcase.systems.fraud.boosted import LightGBM
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.detectors import IsolationForest
from starcase.systems.fraud.linear import LogisticRegression
from starcase.systems.fraud.metrics import METRICS
from starcase.systems.fraud.options import FraudOptions, options_of
from starcase.systems.fraud.threshold import BLOCK

MISSING_SHARE = 0.1
SCALE = 1.5


class FraudSystem:
    """Binary outcomes that arrive late, and that never arrive for what was blocked, but for a stated share."""

    name = "fraud"
    outcome_kind: OutcomeKind = "binary"
    interventions = frozenset({BLOCK})

    def load(self, case: Case) -> FraudDataset:
        """Read the transactions; raises DataError and, for options it does not know, CaseFileError."""
        options_of(case)
        return FraudDataset(case)

    def candidates(self, case: Case) -> Sequence[Candidate[Any]]:
        """The built-in candidates the case names, with their parameters; all of them where it names none."""
        options = options_of(case)
        known = {candidate.name: candidate for candidate in _built_in(options)}
        named = [spec for spec in case.candidates if not spec.use]
        if not case.candidates:
            return tuple(known.values())
        for spec in named:
            if spec.name not in known:
                raise CaseFileError(
                    f"a fraud case has no built-in candidate {spec.name!r}",
                    where="candidates",
                    mend=f'one of: {", ".join(known)}; or bring your own with use = "file.py:Object"',
                )
        return tuple(_with(known[spec.name], spec.parameters) for spec in named)

    def baselines(self, case: Case) -> Sequence[Candidate[Any]]:
        """Blocking nobody."""
        del case
        return (ApproveAll(),)

    def metrics(self, case: Case) -> Sequence[Metric]:
        """Ranking metrics, and rates at each model's own threshold."""
        del case
        return METRICS

    def gates(self, case: Case) -> Sequence[Gate]:
        """None beyond the shared ones."""
        del case
        return ()

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        """By hour of the day in four parts, and by size of the amount where there is one."""
        del requests
        parts = {0: "night", 1: "morning", 2: "afternoon", 3: "evening"}
        hour = pl.from_epoch(outcomes["at"], time_unit="us").dt.hour()
        table = pl.DataFrame({"time of day": (hour // 6).replace_strict(parts, return_dtype=pl.String)})
        if outcomes["amount"].null_count() < outcomes.height:
            quarter = outcomes["amount"].qcut(
                4, labels=["smallest", "smaller", "larger", "largest"], allow_duplicates=True
            )
            table = table.with_columns(amount=quarter.cast(pl.String).fill_null("unknown"))
        return table

    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        """One value in ten missing; every number half as large again."""
        missing, scaled = [], []
        for request in requests:
            gone = rng.random(len(request.features)) < MISSING_SHARE
            values = zip(request.features.items(), gone, strict=True)
            missing.append(replace(request, features={k: None if g else v for (k, v), g in values}))
            larger = {k: v * SCALE if isinstance(v, float) else v for k, v in request.features.items()}
            scaled.append(replace(request, features=larger))
        return {"missing values": missing, "larger values": scaled}

    def environment(self, case: Case, dataset: Any) -> FraudTraffic:
        """The transactions as they came in."""
        return FraudTraffic(case, dataset)

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        """Honest payments blocked, and frauds let through, that the other would have treated rightly."""
        blocked = np.array([a.action == BLOCK for a in served])
        otherwise = np.array([a.action == BLOCK for a in instead])
        fraud = retrospect["outcome"].to_numpy() == 1
        n = len(served)
        return (
            _count("honest payments blocked", int(np.sum(blocked & ~otherwise & ~fraud)), n),
            _count("frauds let through", int(np.sum(~blocked & otherwise & fraud)), n),
            _count("frauds stopped", int(np.sum(blocked & ~otherwise & fraud)), n),
        )


class FraudTraffic:
    """History as live traffic; a blocked payment tells what it was only in the pass-through share."""

    def __init__(self, case: Case, dataset: FraudDataset) -> None:
        self._dataset = dataset
        self._delay = dataset.delay
        self._pass_through = options_of(case).pass_through
        self._salt = f"pass-through {case.seed}"
        self._outcomes: dict[str, float] = {}

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        """Transactions of the span in the order of the file."""
        span = Fold(name="traffic", train_end=since, test_start=since, test_end=until, known_by=until)
        known = self._dataset.retrospect(since, until)
        for request, outcome in zip(self._dataset.requests(span), known["outcome"], strict=True):
            self._outcomes = {request.id: outcome}
            yield request

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        """Known after the label delay; of a blocked payment only if it is one of those let through."""
        weight = 1.0
        if served.action == BLOCK:
            drawn = xxhash.xxh3_64_intdigest(f"{self._salt} {request.id}".encode()) / 2**64
            if drawn >= self._pass_through:
                return None
            weight = 1 / self._pass_through
        return Outcome(request.id, "fraud", self._outcomes[request.id], request.at + self._delay, weight)


def _built_in(options: FraudOptions) -> tuple[Candidate[Any], ...]:
    return (
        LogisticRegression(alert_budget=options.alert_budget),
        IsolationForest(contamination=options.contamination),
        LightGBM(alert_budget=options.alert_budget),
    )


def _with(candidate: Any, parameters: Mapping[str, str | float | bool]) -> Candidate[Any]:
    known = set(candidate.parameters)
    for name in parameters:
        if name not in known:
            raise CaseFileError(
                f"{candidate.name} has no parameter {name!r}",
                where="candidates",
                mend=f"one of: {', '.join(sorted(known))}",
            )
    changed: Candidate[Any] = replace(candidate, **parameters)
    return changed


def _count(name: str, value: int, n: int) -> Figure:
    return Figure(name=name, value=value, unit="count", n=n, evidence_class="replayed")
