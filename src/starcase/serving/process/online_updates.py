"""Models that learn are told what became of their own decisions, from the decision log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from starcase.contract.model import LearningExample, Model, OnlineModel
from starcase.contract.request import Request
from starcase.decide import restore_decision
from starcase.evidence import Arrival, DecisionLog, ServedDecision

AT_ONCE = 5_000


@dataclass(slots=True)
class _LogPosition:
    """How far one loaded model has been told: through the arrival with the seq ``after``."""

    model: OnlineModel
    after: int = 0


class OnlineUpdates:
    """Keeps the learning models of one process up with the log.

    A model is told of each outcome of its own decisions once, in the order in which the log held both. So of two
    processes that have been told equally many, both choose with the same probabilities, and so does one that was
    started anew. One that a model cannot learn from is counted, and the next is told.

    Args:
        log: takes decisions and outcomes from all processes.
    """

    def __init__(self, log: DecisionLog) -> None:
        self._log = log
        self._heard: dict[str, _LogPosition] = {}
        self._looking = Lock()
        self.learnt = 0
        self.refused = 0

    def update_models(self, models: Mapping[str, Model]) -> int:
        """Tell the learning ones of ``models``, by hash, what has become known since; returns how many outcomes.

        Raises:
            LedgerError: the log cannot be read; what was not told is told at the next look.
        """
        with self._looking:
            before = self.learnt
            for hash_, model in models.items():
                if isinstance(model, OnlineModel):
                    heard = self._heard.get(hash_)
                    if heard is None or heard.model is not model:
                        heard = self._heard[hash_] = _LogPosition(model)
                    self._update_model(hash_, heard)
            return self.learnt - before

    def _update_model(self, hash_: str, heard: _LogPosition) -> None:
        last = self._log.find_last_arrival()
        while heard.after < last:
            through = min(last, heard.after + AT_ONCE)
            for arrival in self._log.arrivals(hash_, after=heard.after, through=through):
                self._learn_outcome(heard.model, arrival, arrival.served)
                heard.after = arrival.seq
            heard.after = through

    def _learn_outcome(self, model: OnlineModel, arrival: Arrival, kept: ServedDecision) -> None:
        request = Request(kept.id, kept.unit, kept.at, kept.features)
        try:
            model.learn([LearningExample(request, restore_decision(kept).answer, arrival.outcome)])
            self.learnt += 1
        except Exception:  # noqa: BLE001 - whatever an outcome is, the next one is told
            self.refused += 1
