"""Records of experiment plans, and of each look at an experiment or shadow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from starcase.evidence.figure import Figure
from starcase.evidence.records.contest import ClaimAnswer
from starcase.evidence.records.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricReading:
    """The reading of one live metric at one look; interval and p-value are valid over all looks so far.

    ``difference`` is challenger less champion in the metric's unit; ``information`` is what has been gathered over what
    was planned for; ``margin`` is the loss tolerated. ``corrected`` is the difference corrected for early
    stopping, from the look on that decided; None before a decision.
    """

    metric: str
    champion: Figure
    challenger: Figure
    difference: Figure
    p_value: Figure
    information: Figure
    margin: float
    verdict: Literal["better", "not worse", "worse", "hold"]
    corrected: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentReading:
    """The reading of one metric in one segment of the units.

    ``p_value`` is corrected for all segments and metrics (Holm), and so is the ``verdict``; ``alone`` is the p-value
    before that. The intervals of all segments and metrics hold together, over all looks. ``shrunk`` is the difference
    drawn towards that of all segments by as much as chance explains, at this look; None where there are fewer than
    three. ``information`` is what has been gathered over the segment's part of the planned size. ``exploratory`` says
    that the segments were named after units had come.
    """

    segment: str
    units: int
    difference: Figure
    p_value: Figure
    shrunk: Figure | None
    verdict: Literal["better", "worse", "no difference shown"]
    metric: str = ""
    alone: Figure | None = None
    information: float = 0.0
    exploratory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortReading:
    """The reading of one rollout cohort in each metric that can be estimated.

    ``cohort`` in words: ``platform is web``. ``verdict`` is ``"worse"`` where any metric is shown worse than its margin
    tolerates, over all looks and corrected for all cohorts and metrics.
    """

    cohort: str
    metrics: tuple[MetricReading, ...]
    verdict: Literal["worse", "no harm shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSegment:
    """A segment frozen in the plan: number of units, needed sample size and detectable difference.

    ``expected`` is how many of its units, at equal shares, find the smallest difference worth finding after correction
    for all segments; ``detectable`` the smallest difference found in it once the whole experiment has its planned
    size. None where history does not tell.
    """

    segment: str
    units: int
    expected: Figure | None = None
    detectable: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """An experiment fixed before its first unit: metric, margin, error rate, planned size.

    ``planned`` is the standard error of the difference at the planned size; ``expected`` says how many units that takes
    where the champion's history tells it. ``sha256`` is of everything that was fixed. ``segmentation`` says what
    divides units, and ``assignment`` is the hash of each unit's segment. ``settings`` are the keys of case.toml that
    decide each look, and ``wording`` is the id of the case record they stand in.
    """

    KIND: ClassVar[str] = "experiment-plan"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    experiment: str
    champion: str
    challenger: str
    unit: str
    objective: str
    direction: Literal["higher", "lower"]
    guardrails: tuple[str, ...]
    margin: Figure
    alpha: float
    planned: Figure
    sha256: str
    expected: Figure | None = None
    power: float = 0.0
    method: str = ""
    segmentation: str = ""
    assignment: str = ""
    segments: tuple[PlannedSegment, ...] = ()
    settings: tuple[Setting, ...] = ()
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFigure:
    """The counts of one arm so far: exposed units and decisions, and outcomes of matured decisions."""

    arm: str
    units: int
    figures: tuple[Figure, ...]
    decisions: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRecord:
    """One look at a running experiment, valid for any number of looks.

    ``verdict`` is ``"blocked"`` while the sample ratio is off and ``"hold"`` while too little has matured.
    ``segmentation`` says what divides units into ``segments``; ``heterogeneity`` is a p-value over all looks against
    one effect of the objective for all of them. ``cohorts`` are those by which the rollout climbs. ``claims`` are what
    was said of a challenger in live metrics, answered. ``settings`` are those of case.toml that decided the look, where
    they are not those of the plan.
    """

    KIND: ClassVar[str] = "experiment"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    experiment: str
    plan: str
    arms: tuple[ArmFigure, ...]
    difference: Figure | None
    matured: Figure
    sample_ratio: Figure
    verdict: Literal["better", "not worse", "worse", "hold", "blocked"]
    why: str
    method: str
    metrics: tuple[MetricReading, ...] = ()
    segments: tuple[SegmentReading, ...] = ()
    figures: tuple[Figure, ...] = ()
    heterogeneity: Figure | None = None
    segmentation: str = ""
    claims: tuple[ClaimAnswer, ...] = ()
    cohorts: tuple[CohortReading, ...] = ()
    settings: tuple[Setting, ...] = ()
