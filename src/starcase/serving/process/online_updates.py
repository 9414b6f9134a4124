"""Updates online-learning models with the outcomes of their own decisions, read from the decision log."""

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
    """The position of one loaded model in the log: it has received arrivals through the seq ``after``."""

    model: OnlineModel
    after: int = 0


class OnlineUpdates:
    """Keeps the online-learning models of one process up to date with the log.

    A model receives each outcome of its own decisions once, in the order in which the log held both. So two
    processes with equally many outcomes choose with the same probabilities, and so does a restarted one. An outcome
    that a model cannot learn from is counted, and the next one follows.

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
        """Pass new outcomes to the online-learning ones of ``models``, by hash; return how many outcomes.

        Raises:
            LedgerError: the log cannot be read; the missing outcomes follow at the next call.
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
        except Exception:  # noqa: BLE001 - whatever an outcome is, the next one follows
            self.refused += 1
