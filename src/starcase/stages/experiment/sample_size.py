"""The sample size of an experiment, from the history of the champion's units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.contract.model import reads_content
from starcase.errors import NotIdentifiable
from starcase.evidence import DecisionLog, Figure
from starcase.evidence.records import PlannedSegment
from starcase.inference import Moments, Ratio, UnitSums, estimate_noise
from starcase.stages.experiment.segment_membership import LATER, SegmentMembership

FloatArray = npt.NDArray[np.float64]
HISTORY = 200_000
HALVES = 4
QUOTIENT = Ratio("above", "below")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChampionHistory:
    """The objective's numerators and denominators of the champion's units.

    Args:
        units: (n,) their names.
        sums: (n, 2) by unit.
    """

    units: Sequence[str]
    sums: FloatArray

    def estimate_deviation(self, mine: npt.NDArray[np.bool_] | None = None) -> float:
        """Estimate the standard deviation of the objective per unit, over all units or some; 0 if unknown."""
        sums = self.sums if mine is None else self.sums[mine]
        counted = sums[sums[:, 1] != 0]
        try:
            return estimate_noise(
                QUOTIENT, Moments.from_columns({"above": counted[:, 0], "below": counted[:, 1]})
            ).deviation
        except NotIdentifiable:
            return 0.0


def read_history(log: DecisionLog, terms: ComparisonSpec, champion: str, *, after: int, at: int) -> ChampionHistory:
    """Read the champion's latest matured decisions up to decision ``after``, as they were known at ``at``."""
    metric = terms.objective.metric
    rows = log.table(
        known_by=at, outcome=metric.outcome, within=terms.delay, after=max(0, after - HISTORY),
        until=at - terms.delay, content=reads_content(metric),
    )  # fmt: skip
    rows = rows.filter(arm=champion)
    both = metric.per_decision(rows)
    known = both["numerator"].is_not_null()
    values, units = both.filter(known).to_numpy(), rows.filter(known)["unit"].to_list()
    sums = UnitSums(2)
    sums.add(units, np.zeros(len(units), dtype=np.int64), values)
    return ChampionHistory(units=sums.names, sums=sums.totals(1)[:, 0])


def estimate_sample_size(history: ChampionHistory, terms: ComparisonSpec) -> Figure | None:
    """Estimate the number of units of the planned size at equal shares."""
    return _estimate_units("units expected at equal shares", history.estimate_deviation(), terms, len(history.units))


def plan_segments(
    history: ChampionHistory, terms: ComparisonSpec, assignment: SegmentMembership, whole: Figure | None
) -> tuple[PlannedSegment, ...]:
    """Return each segment with the units needed to detect a difference within it, corrected for all segments.

    Args:
        history: of the champion.
        terms: of the experiment.
        assignment: of units to segments.
        whole: units the whole experiment takes.
    """
    corrected = terms.scale_alpha(1 / len(assignment.sizes))
    belongs = np.array([assignment.of.get(unit, LATER) for unit in history.units])
    known = sum(assignment.sizes.values())
    found = []
    for name, size in assignment.sizes.items():
        mine = belongs == name
        spread = history.estimate_deviation(mine) if mine.any() else 0.0
        units = (whole.value if whole else 0.0) * size / known
        found.append(
            PlannedSegment(
                segment=name,
                units=size,
                expected=_estimate_units(
                    f"units of {name} expected at equal shares", spread, corrected, int(mine.sum())
                ),
                detectable=_compute_detectable(name, spread, corrected, units, int(mine.sum())),
            )
        )
    return tuple(found)


def _estimate_units(name: str, spread: float, terms: ComparisonSpec, n: int) -> Figure | None:
    if not spread:
        return None
    needed = HALVES * (spread / terms.compute_planned_error(terms.objective)) ** 2
    return Figure(name=name, value=float(np.ceil(needed)), unit="count", n=n)


def _compute_detectable(segment: str, spread: float, terms: ComparisonSpec, units: float, n: int) -> Figure | None:
    if not spread or not units:
        return None
    metric = terms.objective.metric
    value = terms.design.drift * spread * float(np.sqrt(HALVES / units))
    name = f"{metric.name} in {segment}, smallest difference found at the planned size of the whole"
    return Figure(name=name, value=value, unit=metric.unit, n=n)
