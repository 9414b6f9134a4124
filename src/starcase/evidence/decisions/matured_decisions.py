"""A reader that returns each decision once, after its outcome has matured."""

from __future__ import annotations

import polars as pl

from starcase.evidence.decisions.log import DecisionLog


class MaturedDecisionReader:
    """A reader that returns each matured decision exactly once, in log order, with the outcomes known in time.

    What it hands out by a moment depends on nothing but the log: not on when or how often one asked before. An outcome
    that came later than ``delay`` after its decision is not counted, whether or not it is there when one asks.

    Args:
        log: the decision log.
        delay: how long an outcome takes to become known, microseconds.
        outcome: name of the outcome.
        challenger: hash of a shadow's artefact; its answers are added where it is given.
        after: only decisions after this seq.
        content: whether the tables hold the content of answers.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from starcase.evidence.decisions import Outcome, ServedDecision
    >>> folder = tempfile.TemporaryDirectory()
    >>> log = DecisionLog.open(Path(folder.name, "decisions.sqlite"))
    >>> log.append([ServedDecision(id=f"t{at}", unit="u", at=at, plan_version=1, bucket=3, arm="a", model="m",
    ...                    propensity=1.0, action="approve", score=0.25) for at in (1, 2, 3)])
    3
    >>> log.outcomes([Outcome("t1", "bad", 1.0, at=6), Outcome("t2", "bad", 1.0, at=9)]).accepted
    2
    >>> matured = MaturedDecisionReader(log, delay=5, outcome="bad")
    >>> [matured.by(at).select("id", "outcome").rows() for at in (7, 20)]
    [[('t1', 1.0)], [('t2', None), ('t3', None)]]
    >>> log.close(); folder.cleanup()
    """

    def __init__(
        self, log: DecisionLog, *, delay: int, outcome: str, challenger: str = "", after: int = 0, content: bool = False
    ) -> None:
        self._log = log
        self._delay = delay
        self._outcome = outcome
        self._challenger = challenger
        self._content = content
        self._through = after
        self._ahead: set[int] = set()

    def by(self, at: int, *, through: int | None = None) -> pl.DataFrame:
        """Return decisions matured by ``at`` and not yet returned; columns as in ``DecisionLog.table`` or ``pairs``.

        A decision has matured when it is older than ``delay``. Those after seq ``through`` wait, where it is given.
        """
        until = at - self._delay
        if self._challenger:
            rows = self._log.pairs(
                self._challenger,
                known_by=at, outcome=self._outcome, within=self._delay, after=self._through, until=until,
                content=self._content,
            )  # fmt: skip
        else:
            rows = self._log.table(
                known_by=at, outcome=self._outcome, within=self._delay, after=self._through, until=until,
                content=self._content,
            )  # fmt: skip
        if through is not None:
            rows = rows.filter(pl.col("seq") <= through)
        if self._ahead:
            rows = rows.filter(~pl.col("seq").is_in(self._ahead))
        self._ahead.update(rows["seq"].to_list())
        while self._through + 1 in self._ahead:
            self._through += 1
            self._ahead.remove(self._through)
        return rows
