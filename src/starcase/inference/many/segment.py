"""Effects by segment with shrinkage, and a test of heterogeneity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr

from starcase.errors import NotIdentifiable
from starcase.inference.arms.contrast import build_absolute_effect, compute_contrast
from starcase.inference.arms.metric import DeltaMetric
from starcase.inference.effect import TWO_ARMS, Effect, check_level
from starcase.inference.moments import Moments
from starcase.inference.root_finding import find_root

FloatArray = npt.NDArray[np.float64]
GRID = 400
NEGLIGIBLE = 1e-9
FEWEST = 3
EXPLORATORY = "segments were named before the result; otherwise this only says where to look next"
EXCHANGEABLE = "nothing is known beforehand that sets one segment apart from the others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The effect in one segment: raw and shrunk.

    Args:
        name: the segment.
        raw: from its own units alone.
        shrunk: drawn towards all segments' mean, the more the noisier it is.
    """

    name: str
    raw: Effect
    shrunk: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """All segments.

    Args:
        each: one by one, in the order given.
        heterogeneity_p: chance of differences at least as large if the effect were the same for all.
        spread: standard deviation of the true effects between segments (posterior median).
    """

    each: tuple[Segment, ...]
    heterogeneity_p: float
    spread: float

    @property
    def sentence(self) -> str:
        """The result of the test whether segments differ, in one sentence.

        >>> Segments(each=(), heterogeneity_p=0.3, spread=0.1).sentence
        'No difference between 0 segments is shown (p = 0.3).'
        """
        said = "No difference between {} segments is shown" if self.heterogeneity_p >= 0.05 else "{} segments differ"  # noqa: PLR2004 - the usual line
        return f"{said.format(len(self.each))} (p = {self.heterogeneity_p:.2g})."


def estimate_segments(
    metric: DeltaMetric, arms: Mapping[str, tuple[Moments, Moments]], *, level: float = 0.95
) -> Segments:
    """The effect in each segment, shrunk towards their mean.

    The shrinkage averages over what is not known of the spread between segments (flat prior on its size), so that few
    segments are not drawn together too hard.

    Args:
        metric: what is compared.
        arms: name of a segment to its control and treatment.
        level: coverage of the intervals.

    Raises:
        NotIdentifiable: fewer than three segments, an arm with fewer than two units, or a segment in which nothing
            varies.

    Source: Gelman et al. (2013), Bayesian data analysis, ch. 5.4 (normal hierarchical model); Cochran (1954), The
    combination of estimates from different experiments, Biometrics 10 (test).

    >>> from starcase.inference import Mean
    >>> rng = np.random.default_rng(1)
    >>> def drawn(lift): return Moments.from_columns({"y": rng.normal(size=300) + lift})
    >>> found = estimate_segments(Mean("y"), {name: (drawn(0.0), drawn(0.2)) for name in "abcd"})
    >>> shown, believed = ([getattr(one, how).estimate for one in found.each] for how in ("raw", "shrunk"))
    >>> np.std(believed) < np.std(shown)
    np.True_
    """
    check_level(level)
    if len(arms) < FEWEST:
        raise NotIdentifiable(
            f"{len(arms)} segments are too few to estimate how segments differ", why=f"{FEWEST} are needed"
        )
    found = {name: compute_contrast(metric, *pair) for name, pair in arms.items()}
    for name, one in found.items():
        if not one.standard_error:
            raise NotIdentifiable("nothing varies in a segment", where=name, mend="merge it with another segment")
    estimates = np.array([one.difference for one in found.values()])
    errors = np.array([one.standard_error for one in found.values()])
    model = Hierarchy.from_estimates(estimates, errors)
    each = []
    for place, (name, one) in enumerate(found.items()):
        mean, low, high = model.estimate_posterior(place, level)
        shrunk = Effect(
            estimate=mean,
            low=low,
            high=high,
            level=level,
            p_value=model.p_value(place),
            n=one.control_n + one.treatment_n,
            method=f"normal hierarchical model over {len(arms)} segments",
            question=TWO_ARMS,
            assumptions=(*one.assumptions, EXCHANGEABLE, EXPLORATORY),
        )
        each.append(Segment(name=name, raw=build_absolute_effect(one, level=level), shrunk=shrunk))
    weights = 1 / errors**2
    q = float(weights @ (estimates - weights @ estimates / weights.sum()) ** 2)
    return Segments(each=tuple(each), heterogeneity_p=float(chdtrc(estimates.size - 1, q)), spread=model.spread)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """The posterior of each segment's effect for every spread on a grid.

    Args:
        spreads: (g,) standard deviations between segments.
        weights: (g,) how likely each is.
        means: (g, k) each segment's mean given the spread.
        deviations: (g, k) and its uncertainty.
    """

    spreads: FloatArray
    weights: FloatArray
    means: FloatArray
    deviations: FloatArray

    @classmethod
    def from_estimates(cls, estimates: FloatArray, errors: FloatArray) -> Hierarchy:
        """Return the posterior by integration over a grid of spreads."""
        widest = 10 * float(np.ptp(estimates) + errors.max())
        spreads = widest * np.linspace(0, 1, GRID)[:, None] ** 3
        variances = errors**2 + spreads**2
        precision = (1 / variances).sum(axis=1, keepdims=True)
        centre = (estimates / variances).sum(axis=1, keepdims=True) / precision
        log = -0.5 * (
            np.log(precision) + (np.log(variances) + (estimates - centre) ** 2 / variances).sum(axis=1, keepdims=True)
        )
        width = np.gradient(spreads[:, 0])
        weights = np.exp(log[:, 0] - log.max()) * width
        kept = spreads**2 / variances
        likely = weights > NEGLIGIBLE * weights.max()
        return cls(
            spreads=spreads[likely, 0],
            weights=weights[likely] / weights[likely].sum(),
            means=(centre + kept * (estimates - centre))[likely],
            deviations=np.sqrt(kept * errors**2 + (1 - kept) ** 2 / precision)[likely],
        )

    @property
    def spread(self) -> float:
        """The median of the spreads."""
        return float(self.spreads[np.searchsorted(np.cumsum(self.weights), 0.5)])

    def estimate_posterior(self, place: int, level: float) -> tuple[float, float, float]:
        """A segment's mean and the ends of its central interval."""
        mean = float(self.weights @ self.means[:, place])
        reach = 10 * float(self.deviations[:, place].max()) + float(np.ptp(self.means[:, place]))

        def end(share: float) -> float:
            return float(
                find_root(lambda at: self.below(place, at) - share, mean - reach, mean + reach, xtol=1e-10 * reach)
            )

        return mean, end((1 - level) / 2), end((1 + level) / 2)

    def below(self, place: int, at: float) -> float:
        """The chance that a segment's effect is below a value."""
        return float(self.weights @ ndtr((at - self.means[:, place]) / self.deviations[:, place]))

    def p_value(self, place: int) -> float:
        """Twice the smaller chance that the effect has the other sign."""
        below = self.below(place, 0.0)
        return min(1.0, 2 * min(below, 1 - below))
