"""Counts of units per arm for the sample ratio test."""

from __future__ import annotations

from starcase.inference import SampleRatio


class Arrivals:
    """The exposures of each unit so far, and the resulting bounds of its bucket.

    A unit is judged when it comes at a share within those bounds, with the chance that is left: one that was in the
    control at 10 % may be among those that 25 % have added; one that 10 % reached is in the treatment for certain then.

    >>> arrivals = Arrivals()
    >>> arrivals.meet("u1", 0.1, treated=False); arrivals.meet("u1", 0.25, treated=True)
    >>> arrivals.meet("u1", 0.1, treated=True)
    >>> arrivals.units, arrivals.crossed, sorted(arrivals.sample_ratio.counts)
    ([1, 1], {'u1'}, [(0.8333333333333334, 0.16666666666666666), (0.9, 0.1)])
    """

    def __init__(self) -> None:
        self._bounds: dict[str, tuple[float, float]] = {}
        self._met: set[tuple[str, bool]] = set()
        self._counts: dict[float, list[int]] = {}
        self.units = [0, 0]
        self.crossed: set[str] = set()

    def meet(self, unit: str, share: float, *, treated: bool) -> None:
        """Record the exposure of a unit to an arm while the treatment had this share of the units."""
        low, high = self._bounds.get(unit, (0.0, 1.0))
        if (treated and share <= low) or (not treated and share >= high):
            self.crossed.add(unit)
            return
        if low < share < high:
            self._counts.setdefault((share - low) / (high - low), [0, 0])[treated] += 1
        if (unit, treated) not in self._met:
            self._met.add((unit, treated))
            self.units[treated] += 1
        self._bounds[unit] = (low, min(high, share)) if treated else (max(low, share), high)

    @property
    def sample_ratio(self) -> SampleRatio:
        """Units in control and treatment, by their probability of treatment."""
        return SampleRatio({(1 - share, share): (seen[0], seen[1]) for share, seen in self._counts.items()})
