"""The one-standard-error rule: whether a parameter set is better than the candidate's default."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.contract.request import FloatArray

AHEAD, FAR_BEHIND = 1.0, 2.0
FEWEST_DEFINED = 0.95
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gains:
    """The gains of m parameter sets over the default in each of k windows; larger is better.

    Breiman's rule keeps the simpler choice unless another is better by more than one standard error; here the default
    is what is kept, and the error is that of the difference. It is the error of units *and* of moments (random effects,
    DerSimonian & Laird 1986): however many units there are, a parameter will be used at a moment that is none of the
    windows.

    Taking the best score overfits when most sets are poor; demanding significance misses gains when most are good. The
    one-standard-error rule costs little in both cases (``tests/stages/contest/test_tuning.py`` measures it).

    Args:
        observed: (m, k).
        draws: (m, k, n_draws) the same with other units.
        units: how many independent units there are.

    Source: Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees, section 3.4.3.

    >>> draws = np.random.default_rng(0).normal(size=(2, 1, 500))
    >>> Gains(np.array([[0.5], [9.0]]), np.array([[[0.5]], [[9.0]]]) + draws, 100).ahead.tolist()
    [False, True]
    """

    observed: FloatArray
    draws: FloatArray
    units: int

    @property
    def mean(self) -> FloatArray:
        """(m,) over the windows; minus infinity where it is undefined."""
        return np.asarray(np.nan_to_num(self.observed.mean(axis=1), nan=-np.inf))

    @property
    def error(self) -> FloatArray:
        """(m,) standard error of the mean; infinite for one unit, and where too many draws are undefined."""
        if self.units < 2:  # noqa: PLR2004 - one unit has no variance
            return np.full(len(self.observed), np.inf)
        moved = np.nan_to_num(self.draws - self.observed[:, :, None])
        of_units = moved.mean(axis=1).var(axis=1) * self.units / (self.units - 1)
        defined = np.isfinite(self.draws).all(axis=1).mean(axis=1) >= FEWEST_DEFINED
        error = np.sqrt(of_units + self._estimate_between(moved) / self.observed.shape[1])
        return np.asarray(np.where(defined & np.isfinite(self.mean), error, np.inf))

    @property
    def ahead(self) -> BoolArray:
        """(m,) whether each set is better than the default by more than one standard error."""
        return np.asarray(self.mean > AHEAD * self.error)

    @property
    def far_behind(self) -> BoolArray:
        """(m,) whether each set is worse by more than two standard errors."""
        return np.asarray(self.mean < -FAR_BEHIND * self.error)

    def _estimate_between(self, moved: FloatArray) -> FloatArray:
        """Estimate (m,) the variance of the gain between windows beyond sampling of units; 0 for a single window."""
        if self.observed.shape[1] == 1:
            return np.zeros(len(self.observed))
        seen = np.nan_to_num(self.observed.var(axis=1, ddof=1))
        return np.asarray(np.maximum(0.0, seen - moved.var(axis=1, ddof=1).mean(axis=1)))
