"""Replay of history as live traffic: the outcome of a blocked transaction is known only in the pass-through share.

So what a model blocks is missing from the known outcomes of its card and terminal, and later features see less than the
file's own, which take every label to have arrived. What is let through counts there once: it does not stand for others.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import repeat

import numpy as np
import xxhash

from starcase.contract.request import Answer, Request
from starcase.evidence.decisions import Outcome
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.model import BLOCK

OUTCOME = "fraud"
KNOWN, UNKNOWN = 1, 2  # the outcome of a row that was requested; 0 where it was not


class FraudEnvironment:
    """Replays the transactions of a dataset in event time.

    Args:
        dataset: the history.
        pass_through: share of blocked transactions that is let through, decided by a hash of id and seed.
        seed: of the case.
    """

    def __init__(self, dataset: FraudDataset, *, pass_through: float, seed: int) -> None:
        self._dataset = dataset
        self._pass_through = pass_through
        self._seed = seed
        self._walk = dataset.walk()
        self._asked = bytearray(len(dataset.transactions))

    @property
    def foreseen(self) -> bool:
        """Whether no feature depends on the outcomes of earlier payments."""
        return not self._dataset.plan.names()

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        """The requests of ``[since, until)`` in order, each with its point-in-time features.

        Of what happened before ``since``, the past of cards and terminals knows what ``outcome`` gave where it was
        asked, and what history tells elsewhere; from there on it knows nothing but what ``outcome`` gives.
        """
        if not self._dataset.plan.names():
            yield from self._dataset.select_requests(since, until)
            return
        first, last = np.searchsorted(self._dataset.transactions.at, [since, until], side="left").tolist()
        yield from self._generate_requests(first, last)

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        """The label and its arrival time; None for a blocked transaction outside the pass-through share.

        A blocked one has the weight one over the share, so that weighted counts estimate all blocked ones.
        """
        rows, place = self._dataset.transactions, self._rows[request.id]
        blocked = served.action == BLOCK
        if blocked and not is_passed_through(request.id, self._seed, self._pass_through):
            self._asked[place] = self._asked[place] or UNKNOWN
            return None
        if not self._asked[place]:
            self._asked[place] = KNOWN
            if place < self._walk.row:
                self._expect(place)
        weight = 1.0 / self._pass_through if blocked else 1.0
        return Outcome(request.id, OUTCOME, float(rows.label.item(place)), rows.arrival.item(place), weight)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {id_: row for row, id_ in enumerate(self._dataset.transactions.ids)}

    def _generate_requests(self, first: int, last: int) -> Iterator[Request]:
        """Generate the requests of some rows and compute the past of cards and terminals on the way."""
        rows, features = self._dataset.transactions, self._dataset.features
        self._advance_to(first)
        walk, names = self._walk, features.columns
        present = features[first:last, : -len(self._dataset.plan.names())].rows() or repeat((), last - first)
        who = zip(rows.ids[first:last], rows.units[first:last], rows.at[first:last].tolist(), present, strict=True)
        for id_, unit, at, values in who:
            yield Request(id_, unit, at, dict(zip(names, (*values, *walk.step()), strict=True)))

    def _advance_to(self, first: int) -> None:
        """Advance the stream to row ``first``, or restart it if it is past that row; later outcomes are asked again."""
        self._asked[first:] = bytes(len(self._asked) - first)
        if self._walk.row > first:
            self._walk = self._dataset.walk()
        while self._walk.row < first:
            place = self._walk.row
            self._walk.step()
            if self._asked[place] != UNKNOWN:
                self._asked[place] = KNOWN
                self._expect(place)

    def _expect(self, place: int) -> None:
        rows = self._dataset.transactions
        self._walk.expect(place, rows.arrival.item(place), rows.label.item(place))


def is_passed_through(decision: str, seed: int, share: float) -> bool:
    """Whether a blocked transaction is in the pass-through share; deterministic in id and seed.

    >>> sum(is_passed_through(str(i), 1, 0.05) for i in range(10_000)) in range(440, 560)
    True
    """
    return xxhash.xxh3_64_intdigest(f"{seed}:pass-through:{decision}".encode()) < share * 2.0**64
