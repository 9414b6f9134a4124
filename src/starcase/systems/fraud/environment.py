"""History as live traffic: a blocked transaction never tells what it was, except in the pass-through share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import xxhash

from starcase.case.request import Answer, Request
from starcase.evidence.decisions import Outcome
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.model import BLOCK

OUTCOME = "fraud"


class FraudEnvironment:
    """Serves the transactions of a data set in event time.

    Args:
        dataset: the history.
        pass_through: share of blocked transactions that is let through, decided by a hash of id and seed.
        seed: of the case.
    """

    def __init__(self, dataset: FraudDataset, *, pass_through: float, seed: int) -> None:
        self._dataset = dataset
        self._pass_through = pass_through
        self._seed = seed

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        """Requests of ``[since, until)`` in order, each with the features of its moment."""
        yield from self._dataset.requests_between(since, until)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {id_: row for row, id_ in enumerate(self._dataset.transactions.ids)}

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        """The label, when it arrives; None for a blocked transaction that was not let through.

        What was let through weighs one over the share, so that weighted counts stand for all blocked ones.
        """
        rows, place = self._dataset.transactions, self._rows[request.id]
        weight = 1.0
        if served.action == BLOCK:
            if not passes(request.id, self._seed, self._pass_through):
                return None
            weight = 1.0 / self._pass_through
        return Outcome(request.id, OUTCOME, float(rows.label[place]), int(rows.arrival[place]), weight)


def passes(decision: str, seed: int, share: float) -> bool:
    """Whether a blocked transaction is let through: the same answer whoever asks.

    >>> sum(passes(str(i), 1, 0.05) for i in range(10_000)) in range(440, 560)
    True
    """
    return xxhash.xxh3_64_intdigest(f"{seed}:pass-through:{decision}".encode()) < share * 2.0**64
