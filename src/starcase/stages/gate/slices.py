"""The gate on slices: no slice of the units is shown to be worse than under the incumbent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.contract.model import is_smooth
from starcase.contract.request import FloatArray
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.inference import Effect, Resampling, compute_percentile_interval, step_down
from starcase.stages.gate.limit_check import build_unknown_result
from starcase.stages.gate.matured_rows import MaturedRows, find_metric, select_matured_rows

BoolArray = npt.NDArray[np.bool_]
Slice = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """In no slice is the model shown to be worse than the incumbent by more than a margin.

    Every slice with enough independent units is tested on the same units, and p-values are adjusted for all of them
    together. A slice with too few units, or in which the metric is undefined, is not tested; if less than ``coverage``
    of the decisions lie in tested slices, for any way of slicing, the gate has failed-unknown.

    Args:
        metric: the case's first guardrail, or its objective where it has none.
        margin: the loss tolerated in a slice, in the metric's unit.
        units: independent units a slice must have.
        coverage: share of the decisions that must lie in tested slices.
        draws: bootstrap draws.
        level: one minus the chance of blaming any slice in which the model is worse by no more than the margin.

    >>> Slices(metric="average_precision", margin=0.02).required
    'average_precision is shown worse than the incumbent by more than 0.02 in no slice of at least 10 units'
    """

    metric: str
    margin: float = 0.0
    units: int = 10
    coverage: float = 0.8
    draws: int = 1000
    level: float = 0.95
    name: str = "slices"

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"{self.metric} is shown worse than the incumbent by more than {self.margin:g} "
            f"in no slice of at least {self.units} units"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Compare the worst slice with the margin."""
        known = select_matured_rows(evidence)
        found = dict(_list_slices(evidence, known))
        effects, adjusted = self._test_slices(evidence, known, found)
        spoken = [name for name, effect in effects.items() if np.isfinite(effect.low)]
        covered = _compute_coverage({name: found[name] for name in spoken}, [way for way, _ in found], known.index.size)
        if not spoken or covered < self.coverage:
            share = Figure(name="share of decisions in slices that can speak", value=covered, unit="share")
            return build_unknown_result(self, "too few decisions lie in slices that can be tested", figures=(share,))
        blamed = [n for n in spoken if effects[n].estimate > 0 and adjusted[n] <= 1 - self.level]
        blamed.sort(key=lambda name: -effects[name].estimate)
        worst = max(blamed or spoken, key=lambda name: effects[name].estimate)
        return GateResult(
            gate=self.name,
            outcome="failed" if blamed else "passed",
            observed=self._build_figure(worst, effects[worst], evidence),
            required=self.required,
            why=f"worse in {', '.join(f'{way} {value}' for way, value in blamed)}" if blamed else "no slice stands out",
            figures=tuple(self._build_figure(name, effects[name], evidence) for name in blamed if name != worst),
        )

    def _test_slices(
        self, evidence: GateEvidence, known: MaturedRows, found: dict[Slice, BoolArray]
    ) -> tuple[dict[Slice, Effect], dict[Slice, float]]:
        """Test the loss beyond the margin in every slice with enough units; p-values are adjusted for all of them."""
        units = {name: int(np.unique(known.clusters[inside]).size) for name, inside in found.items()}
        enough = [name for name, count in units.items() if count >= self.units]
        if not enough:
            return {}, {}
        statistics = [self._build_loss(evidence, known, found[name]) for name in enough]
        resampling = Resampling(known.clusters, draws=self.draws, seed=evidence.seed)
        observed = [resampling.compute_statistic(statistic) for statistic in statistics]
        replicates = resampling.replicates(statistics, smooth=is_smooth(find_metric(evidence, self.metric)))
        effects = {
            name: compute_percentile_interval(estimate, drawn, level=self.level, n=units[name])
            for name, estimate, drawn in zip(enough, observed, replicates, strict=True)
        }
        return effects, dict(zip(enough, step_down(observed, replicates).tolist(), strict=True))

    def _build_loss(
        self, evidence: GateEvidence, known: MaturedRows, inside: BoolArray
    ) -> Callable[[FloatArray], FloatArray]:
        metric = find_metric(evidence, self.metric)
        sign, rows = (1.0 if metric.direction == "lower" else -1.0), known.rows.filter(inside)
        index = np.flatnonzero(inside).tolist()
        ours = metric.per_unit([known.answers[i] for i in index], rows)
        theirs = metric.per_unit([known.incumbent[i] for i in index], rows)

        def compute_loss(weights: FloatArray) -> FloatArray:
            within = weights[:, index]
            return np.asarray(sign * (metric.value(ours, within) - metric.value(theirs, within)) - self.margin)

        return compute_loss

    def _build_figure(self, name: Slice, effect: Effect, evidence: GateEvidence) -> Figure:
        return Figure(
            name=f"loss in {self.metric} against the incumbent in {name[0]} {name[1]}",
            value=effect.estimate + self.margin,
            unit=find_metric(evidence, self.metric).unit,
            low=effect.low + self.margin,
            high=effect.high + self.margin,
            level=self.level,
            n=effect.n,
            evidence_class="offline",
        )


def _list_slices(evidence: GateEvidence, known: MaturedRows) -> Iterator[tuple[Slice, BoolArray]]:
    table = evidence.system.slices(evidence.requests, evidence.outcomes)[known.index]
    for way in table.columns:
        for value in sorted(table[way].unique().drop_nulls().to_list()):
            yield (way, value), (table[way] == value).fill_null(value=False).to_numpy()


def _compute_coverage(spoken: dict[Slice, BoolArray], ways: list[str], n: int) -> float:
    """Return the share of decisions in tested slices, for the segmentation that covers least."""
    shares = [sum(int(inside.sum()) for (way, _), inside in spoken.items() if way == one) / n for one in set(ways)]
    return min(shares, default=0.0)
