"""Models that learn are told what became of their own decisions, from the decision log."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from starcase.case.model import Learning, Model, Told
from starcase.case.request import Request
from starcase.decide import decided
from starcase.evidence import Arrival, DecisionLog, Served

PATIENCE = 0.5
WAITING, AT_ONCE = 1_000, 5_000


@dataclass(slots=True)
class _Heard:
    """How far one loaded model has been told.

    Args:
        model: the loaded one.
        after: the seq of the last arrival that was dealt with.
        waiting: arrivals that were passed over because the log did not hold their decision, to be asked for again.
        seen: up to which arrival there were any, at the moments of late.
    """

    model: Learning
    after: int = 0
    waiting: list[int] = field(default_factory=list)
    seen: deque[tuple[float, int]] = field(default_factory=deque)

    def overdue(self, now: float, through: int, patience: float) -> int:
        """Up to which arrival all have been there for longer than ``patience`` seconds."""
        self.seen.append((now, through))
        while len(self.seen) > 1 and now - self.seen[1][0] > patience:
            self.seen.popleft()
        began, long_there = self.seen[0]
        return long_there if now - began > patience else 0


class Teaching:
    """Keeps the learning models of one process up with the log.

    A model is told of each outcome of its own decisions once, in the order in which the log heard of them. So of two
    processes that have been told equally many, both choose with the same probabilities, and so does one that was
    started anew. An outcome that was quicker than its decision's way into the log is waited for a moment; then those
    behind it go first. One that a model cannot learn from is counted, and the next is told.

    Args:
        log: takes decisions and outcomes from all processes.
        patience: seconds for which an outcome of an unknown decision holds up those behind it.
        clock: seconds of a clock that nobody sets.
    """

    def __init__(
        self, log: DecisionLog, *, patience: float = PATIENCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._patience = patience
        self._clock = clock
        self._heard: dict[str, _Heard] = {}
        self._looking = Lock()
        self.learnt = 0
        self.refused = 0

    def look(self, models: Mapping[str, Model]) -> int:
        """Tell the learning ones of ``models``, by hash, what has become known since; returns how many outcomes.

        Raises:
            LedgerError: the log cannot be read; what was not told is told at the next look.
        """
        with self._looking:
            before = self.learnt
            for hash_, model in models.items():
                if isinstance(model, Learning):
                    heard = self._heard.get(hash_)
                    if heard is None or heard.model is not model:
                        heard = self._heard[hash_] = _Heard(model)
                    self._tell(hash_, heard)
            return self.learnt - before

    def _tell(self, hash_: str, heard: _Heard) -> None:
        if heard.waiting:
            for arrival in self._log.arrivals_at(hash_, heard.waiting):
                if arrival.served is not None:
                    heard.waiting.remove(arrival.seq)
                    self._told(heard.model, arrival, arrival.served)
        last = self._log.arrived()
        overdue = heard.overdue(self._clock(), last, self._patience)
        while heard.after < last:
            through = min(last, heard.after + AT_ONCE)
            for arrival in self._log.arrivals(hash_, after=heard.after, through=through):
                if arrival.served is not None:
                    self._told(heard.model, arrival, arrival.served)
                elif arrival.seq <= overdue:
                    heard.waiting = [*heard.waiting, arrival.seq][-WAITING:]
                else:
                    return
                heard.after = arrival.seq
            heard.after = through

    def _told(self, model: Learning, arrival: Arrival, kept: Served) -> None:
        request = Request(kept.id, kept.unit, kept.at, kept.features)
        try:
            model.learn([Told(request, decided(kept).answer, arrival.outcome)])
            self.learnt += 1
        except Exception:  # noqa: BLE001 - whatever an outcome is, the next one is told
            self.refused += 1
