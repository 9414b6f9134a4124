"""The effect in each segment of the units, corrected for how many were asked about and for the luck of the largest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from starcase.case.terms import Terms
from starcase.evidence import Figure
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import SegmentReading
from starcase.experiment.outcomes import Known
from starcase.inference import holm
from starcase.inference.clustered import Apart, ramped
from starcase.inference.many.segment import FEWEST, Hierarchy

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Which segment each unit belongs to, fixed before its first exposure.

    Args:
        of: unit to segment; a unit that is not named belongs to none.
        evidence_class: how the numbers come about.
    """

    of: Mapping[str, str]
    evidence_class: EvidenceClass

    def read(
        self, terms: Terms, known: Known, share: FloatArray, earlier: Sequence[SegmentReading]
    ) -> tuple[SegmentReading, ...]:
        """One reading a segment in which something can be said, by name.

        Args:
            terms: their error rate is that of all segments together.
            known: outcomes by unit, stage and arm.
            share: (n_stages,) the challenger's share of units.
            earlier: the segments at the last look.
        """
        found = self._apart(known, share)
        if not found:
            return ()
        alone = replace(terms, guardrails=())
        errors = np.array([apart.error for apart in found.values()])
        values = np.array([apart.value for apart in found.values()])
        planned = alone.planned_error(alone.objective)
        raw = [alone.p_value(a.value / a.error, (planned / a.error) ** 2) for a in found.values()]
        before = {one.segment: one.p_value.value for one in earlier}
        corrected = [min(float(p), before.get(name, 1.0)) for name, p in zip(found, holm(raw), strict=True)]
        drawn = Hierarchy.of(values, errors) if len(found) >= FEWEST else None
        return tuple(
            self._reading(alone, name, apart, corrected[place], drawn, place)
            for place, (name, apart) in enumerate(found.items())
        )

    def _apart(self, known: Known, share: FloatArray) -> dict[str, Apart]:
        above, below, treated = known.arms(share.size)
        belongs = np.array([self.of.get(unit, "") for unit in known.sums.names])
        found = {}
        for name in sorted(set(belongs.tolist()) - {""}):
            mine = belongs == name
            apart = ramped(above[mine], below[mine], treated[mine], share, unseen=known.unseen)
            if apart is not None:
                found[name] = apart
        return found

    def _reading(
        self, terms: Terms, name: str, apart: Apart, p_value: float, drawn: Hierarchy | None, place: int
    ) -> SegmentReading:
        metric, level = terms.objective.metric, 1 - terms.alpha
        half = terms.critical((terms.planned_error(terms.objective) / apart.error) ** 2) * apart.error
        plain = Figure(
            name=f"{metric.name} in {name}, challenger less champion", value=apart.value, unit=metric.unit,
            low=apart.value - half, high=apart.value + half, level=level, n=apart.units,
            evidence_class=self.evidence_class,
        )  # fmt: skip
        good = (apart.value > 0) == (metric.direction == "higher")
        return SegmentReading(
            segment=name,
            units=apart.units,
            difference=plain,
            p_value=Figure(name=f"{name}, corrected p-value over all looks", value=p_value, unit="probability"),
            shrunk=None if drawn is None else self._drawn(plain, drawn, place, level),
            verdict=("better" if good else "worse") if p_value < terms.alpha else "no difference shown",
        )

    def _drawn(self, plain: Figure, drawn: Hierarchy, place: int, level: float) -> Figure:
        mean, low, high = drawn.believed(place, level)
        return replace(plain, name=f"{plain.name}, drawn towards all segments", value=mean, low=low, high=high)
