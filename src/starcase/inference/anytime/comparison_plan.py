"""The plan of a sequential comparison, fixed before its first look."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from starcase.inference.anytime.design import Design
from starcase.inference.anytime.mixture import Mixture
from starcase.inference.anytime.reading import Better
from starcase.inference.arms import DeltaMetric

USUAL = Design()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPlan:
    """Metric, planned sizes, margin and error budget of a comparison.

    The planned size only decides when evidence counts most: the same question may be looked at long after it.

    Args:
        metric: what is compared; a mean or a ratio, perhaps given what was known before.
        control_n: units planned for the control arm.
        treatment_n: units planned for the treatment arm.
        better: which direction of the metric is good.
        margin: the loss that is tolerated, at least 0, in the unit of the metric.
        design: how the error budget is spent; a ``Mixture`` where the comparison has no end.

    Raises:
        ValueError: a planned size that is not positive, or a margin below 0.
    """

    metric: DeltaMetric
    control_n: float
    treatment_n: float
    better: Better = "higher"
    margin: float = 0.0
    design: Design | Mixture = USUAL

    def __post_init__(self) -> None:
        if not all(isfinite(n) and n > 0 for n in (self.control_n, self.treatment_n)):
            raise ValueError(f"each arm needs a planned size above 0, not {self.control_n} and {self.treatment_n}")
        if not (isfinite(self.margin) and self.margin >= 0):
            raise ValueError(f"a tolerated loss is 0 or more, not {self.margin}")

    @property
    def planned(self) -> float:
        """Information in the planned sizes."""
        return compute_information(self.control_n, self.treatment_n)


def compute_information(control: float, treatment: float) -> float:
    """Return the information of two arms about their difference: half the harmonic mean; 0 while an arm is empty.

    >>> compute_information(50, 50), compute_information(10, 90), compute_information(0, 90)
    (25.0, 9.0, 0.0)
    """
    return control * treatment / (control + treatment) if control and treatment else 0.0
