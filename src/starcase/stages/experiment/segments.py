"""The effect in each segment, corrected for multiple comparisons and shrunk towards the overall effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.comparison.comparison_spec import ComparisonSpec, MetricSpec
from starcase.evidence import Figure
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import ReadingRecord, SegmentReading
from starcase.inference import (
    DifferenceEstimate,
    SequentialInterval,
    compare_staged_ratios,
    compute_heterogeneity,
    holm,
)
from starcase.inference.many.segment import FEWEST, Hierarchy
from starcase.stages.experiment.metric_totals import ArmMetricTotals
from starcase.stages.experiment.segment_membership import LATER, SegmentMembership

FloatArray = npt.NDArray[np.float64]
PAIR = 2
SPREADS = np.array([0.25, 0.5, 1.0, 2.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The result of one segment and one metric at this reading, and the corrected result over all readings so far."""

    segment: str
    term: MetricSpec
    seen: DifferenceEstimate
    left: SequentialInterval


class ExperimentSegments:
    """Reads the segments of an experiment.

    All segments and metrics together have the experiment's error rate once more, separate from its verdict: the chance
    that any of them is called better or worse without a difference is at most that. The assignment fixes their number,
    independent of the units seen so far.

    Args:
        assignment: of units to segments.
        terms: metrics, and the error rate.
        evidence_class: how the numbers come about.
    """

    def __init__(self, assignment: SegmentMembership, terms: ComparisonSpec, evidence_class: EvidenceClass) -> None:
        sizes = assignment.sizes
        self.named = assignment.segmentation
        self._of, self._exploratory, self._class = assignment.of, assignment.exploratory, evidence_class
        self._terms, self._each = terms, terms.scale_alpha(1 / len(sizes))
        self._claims = len(sizes) * len(terms.each)
        known = sum(sizes.values())
        self._part = {name: size / known if size else 1 / len(sizes) for name, size in sizes.items()}
        self._place = {name: place for place, name in enumerate(sizes)}
        self._places: dict[str, list[int]] = {term.metric.name: [] for term in terms.each}

    def look(
        self, each: Sequence[ArmMetricTotals], share: FloatArray, earlier: ReadingRecord | None
    ) -> tuple[tuple[SegmentReading, ...], Figure | None]:
        """Return one reading for each metric and segment with enough data, and a test of whether segments differ.

        Args:
            each: outcomes by unit, stage and arm, one a metric, the objective first.
            share: (n_stages,) the challenger's share of units.
            earlier: the last look; what it says of other segments is passed over.
        """
        earlier = earlier if earlier is not None and earlier.segmentation == self.named else None
        groups = [self._compute_cells(known, share, earlier) for known in each]
        found = [pair for cells in groups for pair in zip(cells, self._shrink_differences(cells), strict=True)]
        raw = [cell.left.p_value for cell, _ in found]
        corrected = holm(raw + [1.0] * (self._claims - len(raw)))[: len(raw)].tolist()
        readings = (self._build_reading(cell, p, shrunk) for (cell, shrunk), p in zip(found, corrected, strict=True))
        return tuple(readings), self._test_heterogeneity(groups[0], earlier)

    def _compute_cells(self, known: ArmMetricTotals, share: FloatArray, earlier: ReadingRecord | None) -> list[Cell]:
        metric = known.term.metric.name
        before = {one.segment: one for one in earlier.segments if one.metric == metric} if earlier else {}
        above, below, treated = known.arms(share.size)
        belongs, cells = self._find_segments(metric, known.sums.names), []
        for name, place in self._place.items():
            mine = belongs == place
            seen = compare_staged_ratios(above[mine], below[mine], treated[mine], share, unseen=known.unseen)
            if seen is not None:
                planned = self._part[name] / self._terms.compute_planned_error(known.term) ** 2
                left = SequentialInterval.from_look(seen, self._each.spent, planned).after(
                    _parse_standing(before.get(name))
                )
                cells.append(Cell(segment=name, term=known.term, seen=seen, left=left))
        return cells

    def _find_segments(self, metric: str, units: Sequence[str]) -> npt.NDArray[np.int64]:
        """(n_units,) the place of each unit's segment; units come in one order, so what was found before is kept."""
        places = self._places[metric]
        places.extend(self._place[self._of.get(unit, LATER)] for unit in units[len(places) :])
        return np.array(places, dtype=np.int64)

    def _shrink_differences(self, cells: Sequence[Cell]) -> Iterator[Figure | None]:
        """Shrink each segment's difference towards the overall difference."""
        if len(cells) < FEWEST:
            yield from (None for _ in cells)
            return
        model, level = Hierarchy.from_estimates(*_collect_effects(cells)), 1 - self._terms.alpha_each
        for place, cell in enumerate(cells):
            mean, low, high = model.estimate_posterior(place, level)
            yield self._build_figure(
                cell, "challenger less champion, drawn towards all segments", mean, low=low, high=high, level=level
            )

    def _build_reading(self, cell: Cell, p_value: float, shrunk: Figure | None) -> SegmentReading:
        above = cell.left.low + cell.left.high > 0  # the side that remains over all looks, not that of the last look
        good = above == (cell.term.metric.direction == "higher")
        return SegmentReading(
            segment=cell.segment,
            units=cell.seen.n,
            difference=self._build_figure(
                cell, "challenger less champion", cell.seen.estimate,
                low=cell.left.low, high=cell.left.high, level=1 - self._terms.alpha,
            ),
            p_value=self._build_probability(f"{_describe_cell(cell)}, corrected p-value over all looks", p_value,
            cell.seen.n), shrunk=shrunk,
            verdict=("better" if good else "worse") if p_value < self._terms.alpha else "no difference shown",
            metric=cell.term.metric.name,
            alone=self._build_probability(f"{_describe_cell(cell)}, p-value over all looks", cell.left.p_value,
            cell.seen.n), information=cell.left.fraction,
            exploratory=self._exploratory,
        )  # fmt: skip

    def _test_heterogeneity(self, cells: Sequence[Cell], earlier: ReadingRecord | None) -> Figure | None:
        """Test whether the objective's effect differs between segments; None with fewer than two usable segments."""
        if len(cells) < PAIR:
            return None
        before = 1.0 if earlier is None or earlier.heterogeneity is None else earlier.heterogeneity.value
        evidence = compute_heterogeneity(*_collect_effects(cells), spreads=self._terms.effect * SPREADS)
        name = f"{cells[0].term.metric.name}, segments differ, p-value over all looks"
        return self._build_probability(name, min(before, 1 / max(1.0, evidence)), sum(cell.seen.n for cell in cells))

    def _build_figure(self, cell: Cell, name: str, value: float, *, low: float, high: float, level: float) -> Figure:
        return Figure(
            name=f"{_describe_cell(cell)}, {name}", value=value, unit=cell.term.metric.unit, low=low, high=high,
            level=level, n=cell.seen.n, evidence_class=self._class,
        )  # fmt: skip

    def _build_probability(self, name: str, value: float, n: int) -> Figure:
        return Figure(name=name, value=value, unit="probability", n=n, evidence_class=self._class)


def _describe_cell(cell: Cell) -> str:
    return f"{cell.term.metric.name} in {cell.segment}"


def _collect_effects(cells: Sequence[Cell]) -> tuple[FloatArray, FloatArray]:
    return np.array([cell.seen.estimate for cell in cells]), np.array([cell.seen.error for cell in cells])


def _parse_standing(earlier: SegmentReading | None) -> SequentialInterval | None:
    if earlier is None or earlier.alone is None or earlier.difference.low is None or earlier.difference.high is None:
        return None
    return SequentialInterval(
        low=earlier.difference.low, high=earlier.difference.high, p_value=earlier.alone.value,
        fraction=earlier.information,
    )  # fmt: skip
