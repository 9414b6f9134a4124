"""Harm of serving one model instead of another, in transactions and money."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from starcase.contract.request import Answer
from starcase.evidence.figure import Figure
from starcase.systems.fraud.arrays import BoolArray
from starcase.systems.fraud.model import BLOCK


def measure_harm(served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> tuple[Figure, ...]:
    """Compare the served answers with those of the other model, on the same transactions.

    Args:
        served: (n,) the served answers.
        instead: (n,) the other model's answers to the same requests.
        retrospect: n rows as the dataset gives them: ``outcome``, ``amount``, ``card``, ``review_cost``, ``currency``.
    """
    if retrospect.height == 0:
        return ()
    review_cost, currency = float(retrospect["review_cost"][0]), str(retrospect["currency"][0])
    ours, theirs = _find_blocked(served), _find_blocked(instead)
    fraud = retrospect["outcome"].to_numpy() == 1
    amount = retrospect["amount"].to_numpy()
    n = retrospect.height
    wronged = ours & ~theirs & ~fraud
    cost = _compute_cost(ours, fraud, amount, review_cost) - _compute_cost(theirs, fraud, amount, review_cost)
    counts = {
        "honest transactions blocked that the other would have approved": int(wronged.sum()),
        "honest transactions blocked": int((ours & ~fraud).sum()),
        "honest transactions the other would have blocked": int((theirs & ~fraud).sum()),
        "honest customers hit": retrospect.filter(pl.Series(wronged))["card"].n_unique(),
        "frauds missed": int((~ours & fraud).sum()),
        "frauds the other would have missed": int((~theirs & fraud).sum()),
    }
    money = {
        "honest amount blocked that the other would have approved": float(amount[wronged].sum()),
        "fraud amount missed": float(amount[~ours & fraud].sum()),
        "fraud amount the other would have missed": float(amount[~theirs & fraud].sum()),
        "cost above that of the other": cost,
    }
    return (
        *(Figure(name=name, value=value, unit="count", n=n) for name, value in counts.items()),
        *(Figure(name=name, value=round(value, 2), unit=currency, n=n) for name, value in money.items()),
    )


def _find_blocked(answers: Sequence[Answer]) -> BoolArray:
    return np.array([answer.action == BLOCK for answer in answers], dtype=np.bool_)


def _compute_cost(blocked: BoolArray, fraud: BoolArray, amount: np.ndarray, review_cost: float) -> float:
    return float(review_cost * blocked.sum() + amount[~blocked & fraud].sum())
