"""Models that learn are told what became of their own decisions, from the decision log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starcase.case.model import Learning, Model, Told
from starcase.case.request import Request
from starcase.decide import decided
from starcase.evidence import DecisionLog

HORIZON = 20_000


@dataclass(slots=True)
class _Heard:
    """What one loaded model has been told already: decision and name of each outcome, by the decision's seq."""

    model: Learning
    after: int = 0
    told: dict[tuple[str, str], int] = field(default_factory=dict)


class Teaching:
    """Keeps the learning models of one process up with the log.

    A model is told of each outcome of its own decisions once, in the order of their moments where they came in order.
    One that was loaded anew, after a restart or from the disk, is told everything from the beginning. Processes learn
    each at their own pace, so for a moment they may choose with other probabilities; each decision says with which.

    Args:
        log: takes decisions and outcomes from all processes.
        horizon: an outcome is waited for until so many later decisions were taken.
    """

    def __init__(self, log: DecisionLog, *, horizon: int = HORIZON) -> None:
        self._log = log
        self._horizon = horizon
        self._heard: dict[str, _Heard] = {}

    def look(self, models: Mapping[str, Model]) -> int:
        """Tell the learning ones of ``models``, by hash, what has become known since; returns how many outcomes."""
        new = 0
        for hash_, model in models.items():
            if isinstance(model, Learning):
                heard = self._heard.get(hash_)
                if heard is None or heard.model is not model:
                    heard = self._heard[hash_] = _Heard(model)
                new += self._tell(hash_, heard)
        return new

    def _tell(self, hash_: str, heard: _Heard) -> int:
        new = []
        for kept, outcome in self._log.told(hash_, after=heard.after):
            if (outcome.decision, outcome.name) not in heard.told:
                heard.told[outcome.decision, outcome.name] = kept.seq
                request = Request(kept.id, kept.unit, kept.at, kept.features)
                new.append(Told(request, decided(kept).answer, outcome))
        heard.model.learn(new)
        heard.after = max(heard.after, self._log.last() - self._horizon)
        heard.told = {key: seq for key, seq in heard.told.items() if seq > heard.after}
        return len(new)
