"""A log of randomised decisions with known probabilities under the logged policy and a target policy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError, NotIdentifiable

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolicyLog:
    """Logged decisions: reward, logged probability, and probability of the same action under the target policy.

    Args:
        reward: (n,) what the decision brought.
        logged: (n,) probability with which the serving policy chose what it chose, in (0, 1].
        target: (n,) probability with which the other policy chooses the same, in [0, 1].
        units: (n,) whose decision it was; None where each is a unit of its own.

    Raises:
        DataError: lengths differ, a reward is not finite or a probability is none; the row is named.
        NotIdentifiable: fewer than two decisions.

    >>> PolicyLog.from_arrays(reward=[1, 0, 1], logged=[0.5, 0.5, 0.25], target=[1, 0, 0.5]).weights.tolist()
    [2.0, 0.0, 2.0]
    """

    reward: FloatArray
    logged: FloatArray
    target: FloatArray
    units: npt.NDArray[np.generic] | None = None

    @classmethod
    def from_arrays(
        cls, *, reward: npt.ArrayLike, logged: npt.ArrayLike, target: npt.ArrayLike, units: npt.ArrayLike | None = None
    ) -> PolicyLog:
        """Return a log from array-likes of numbers."""
        return cls(
            reward=np.asarray(reward, dtype=np.float64),
            logged=np.asarray(logged, dtype=np.float64),
            target=np.asarray(target, dtype=np.float64),
            units=None if units is None else np.asarray(units),
        )

    def __post_init__(self) -> None:
        shapes = {array.shape for array in (self.reward, self.logged, self.target)}
        if len(shapes) > 1 or self.reward.ndim != 1 or (self.units is not None and self.units.shape not in shapes):
            raise DataError("each decision needs a reward and two probabilities", where=f"shapes {sorted(shapes)}")
        refuse_rows(~np.isfinite(self.reward), self.reward, "a reward is not finite")
        refuse_rows(~((self.logged > 0) & (self.logged <= 1)), self.logged, "a logged probability is outside (0, 1]")
        refuse_rows(~((self.target >= 0) & (self.target <= 1)), self.target, "a target probability is outside [0, 1]")
        if self.reward.size < 2:  # noqa: PLR2004 - one decision has no spread
            raise NotIdentifiable(f"{self.reward.size} decisions are too few for an estimate")

    @property
    def weights(self) -> FloatArray:
        """The (n,) importance weights: target probability over logged probability."""
        return self.target / self.logged

    @property
    def effective(self) -> float:
        """The effective sample size (Kish)."""
        weights = self.weights
        largest = float(weights.max())
        return float((weights / largest).sum() ** 2 / ((weights / largest) ** 2).sum()) if largest else 0.0

    @property
    def largest_share(self) -> float:
        """The largest share of the total weight of one decision."""
        weights = self.weights
        return float(weights.max() / weights.sum()) if weights.any() else 1.0


def refuse_rows(bad: npt.NDArray[np.bool_], values: FloatArray, what: str) -> None:
    """Name the first bad row.

    Raises:
        DataError: there is one.
    """
    if bad.any():
        row = int(bad.argmax())
        raise DataError(what, where=f"row {row}", why=f"it is {values[row]:g}")
