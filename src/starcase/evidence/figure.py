"""The type of one recorded number with its unit, interval, sample size and evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

DIFFERENCES = (" less ", "loss in ", " owed to ")

EvidenceClass = Literal["recorded", "offline", "replayed", "off-policy", "simulated", "experiment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number, its unit, its interval, the count it rests on, and the record it comes from.

    Args:
        name: what is measured, in the words of the field: ``"average precision"``.
        value: the number itself, in ``unit``.
        unit: ``"share"``, ``"count"``, ``"EUR"``, ``"us"``, ``"MB"``, ``"1/s"``; a share is shown as percent.
        low: lower end of the interval, in ``unit``.
        high: upper end of the interval, in ``unit``.
        level: coverage of the interval, ``0.95``; None exactly where there is no interval.
        n: number of units the value rests on.
        evidence_class: how the number came about; only ``"experiment"`` may say "caused".
        clock: True for wall-clock and memory measurements, which differ from run to run.
        evidence: ``"<record id>#<path>"``, filled in when the record is read back.

    >>> Figure(name="recall", value=0.83, unit="share", low=0.76, high=0.89, level=0.95, n=211).with_evidence("r1#a").n
    211
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    level: float | None = None
    n: int | None = None
    evidence_class: EvidenceClass = "recorded"
    clock: bool = False
    evidence: str = ""

    @property
    def difference(self) -> bool:
        """Whether it is a difference by its name; differences of shares are shown in percentage points.

        >>> Figure(name="loss in recall against the incumbent", value=0.02, unit="share").difference
        True
        """
        return is_difference(self.name)

    def with_evidence(self, evidence: str) -> Figure:
        """The same figure, bound to the record it was read from."""
        return replace(self, evidence=evidence)


def drop_open_interval(figure: Figure) -> Figure:
    """Return the figure without its interval if an end is infinite or undefined.

    >>> drop_open_interval(Figure(name="recall", value=0.5, unit="share",
    ...     low=float("-inf"), high=1.0, level=0.95)).level is None
    True
    """
    if figure.low is None or figure.high is None or (isfinite(figure.low) and isfinite(figure.high)):
        return figure
    return replace(figure, low=None, high=None, level=None)


def is_difference(name: str) -> bool:
    """Return whether a figure of this name is a difference; terminal, story and review use this rule.

    >>> is_difference("recall, b less a"), is_difference("recall of b")
    (True, False)
    """
    return name.lower().startswith("difference") or any(word in name for word in DIFFERENCES)
