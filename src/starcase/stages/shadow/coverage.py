"""What the shadow has answered, failed at or missed of the requests, and how often its answers differ."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from starcase.evidence import DecisionLog
from starcase.evidence.decisions.matured_decisions import MaturedDecisionReader
from starcase.inference import UnitSums
from starcase.stages.shadow.disagreement import ANSWERED, PARTS, compare

FloatArray = npt.NDArray[np.float64]


class ShadowCoverage:
    """Counts of requests the shadow has answered, failed at or not seen, and of answers that differ.

    ``failures`` counts those in a row up to the last answer; ``lists`` and ``contents`` count the pairs in which either
    answer holds a list of items, or any content.

    Args:
        log: the decision log.
        model: hash of the shadow's artefact.
        version: the plan under which it is a shadow.
    """

    def __init__(self, log: DecisionLog, model: str, version: int) -> None:
        self._log, self._model, self._version = log, model, version
        self._rows = MaturedDecisionReader(
            log, delay=0, outcome="", challenger=model, after=log.before(version), content=True
        )
        self._sums = UnitSums(2)
        self.pairs = self.failed = self.missed = self.lag = self.failures = self.lists = self.contents = 0
        self._apart = 0
        self.since: int | None = None

    def update_to(self, at: int) -> None:
        """Add the decisions served before ``at``."""
        through = self._log.find_shadow_offset(self._model)
        rows = self._rows.by(at, through=through).filter(plan_version=self._version)
        if self.since is None and rows.height:
            self.since = int(rows["at"][0])
        paired = rows.filter(ANSWERED)
        compared = compare(paired)
        self._sums.add(
            paired["unit"].to_list(), np.zeros(paired.height, dtype=np.int64),
            np.column_stack([compared.differ, np.ones(paired.height)]),
        )  # fmt: skip
        self._apart += compared.apart
        self.lists += compared.lists
        self.contents += compared.contents
        self.pairs += paired.height
        self.failed += rows.filter(~ANSWERED).height
        self.missed += rows["shadow_error"].null_count()
        for error in rows["shadow_error"].drop_nulls():
            self.failures = self.failures + 1 if error else 0
        tail = self._log.table(known_by=at, outcome="", after=through, until=at)
        self.lag = tail.filter(plan_version=self._version).height

    @property
    def different(self) -> FloatArray:
        """(n_units, 2): pairs in which the answer differs, and all pairs."""
        return self._sums.totals(1)[:, 0]

    @property
    def distance(self) -> float:
        """Mean distance between the answers of a pair, 0 to 1; see ``contract.answer_comparison.measure_distance``."""
        return self._apart / PARTS / max(1, self.pairs)

    @property
    def served(self) -> int:
        """Requests served, answered in shadow or not."""
        return self.pairs + self.failed + self.missed + self.lag

    @property
    def coverage(self) -> float:
        """Share of them that the shadow has answered."""
        return self.pairs / max(1, self.served)
