"""A/B experiments looked at after every event: false alarms, power, and when they stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from benchmarks.inference.measure import Measure
from scipy.special import ndtri

from starcase.inference import Design, FixedTest, MeanNoise, ProportionNoise, compute_path

FloatArray = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], FloatArray]
CELLS = 2_000_000
PLANNED = 20_000
BEYOND = 1.25


def conversions(rate: float) -> Draw:
    return lambda rng, shape: (rng.random(shape) < rate).astype(np.float64)


def revenue(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    return rng.pareto(2.5, shape)


OUTCOMES: dict[str, Draw] = {
    "0.1 %": conversions(0.001),
    "0.5 %": conversions(0.005),
    "5 %": conversions(0.05),
    "50 %": conversions(0.5),
    "Pareto(2.5)": revenue,
}


def chunks(runs: int, events: int) -> Iterator[int]:
    size = max(1, CELLS // events)
    for start in range(0, runs, size):
        yield min(size, runs - start)


def false_alarms(draw: Draw, share: float, runs: int, seed: int) -> float:
    """Share of A/A experiments that ever stop, looked at after every event to 1.25 times the planned size."""
    rng = np.random.default_rng(seed)
    design, events, alarms = Design(), int(PLANNED * BEYOND), 0
    for size in chunks(runs, events):
        path = compute_path(draw(rng, (size, events)), rng.random((size, events)) < share)
        fraction = path.fraction(PLANNED * (1 - share), PLANNED * share)
        alarms += int((np.abs(path.z) >= design.critical(fraction)).any(axis=1).sum())
    return alarms / runs


def false_alarm_worst(runs: int) -> Measure:
    parts = {
        f"{name}, {share:.0%} treated": false_alarms(draw, share, runs, seed)
        for seed, (name, draw, share) in enumerate(
            (name, draw, share) for name, draw in OUTCOMES.items() for share in (0.5, 0.1)
        )
    }
    what = f"worst of {len(parts)} A/A settings, {runs} runs each, a look after every event from the first, alpha .05"
    return Measure(name="false_alarm_worst", value=max(parts.values()), sense="<=", goal=0.06, what=what, parts=parts)


@dataclass(frozen=True, slots=True)
class Stops:
    """How often an effect was found, by a fixed test too, and at which share of its size experiments ended."""

    found: float
    fixed: float
    size: float

    @property
    def power(self) -> float:
        """The fixed test, planned for .80, may be lucky in these runs; its luck is taken out of both."""
        return self.found - self.fixed + 0.80


def stops(
    design: Design,
    runs: int,
    seed: int,
    *,
    lift: float,
    rate: float = 0.05,
    correlation: float = 0.0,
    there: bool = True,
) -> Stops:
    """Experiments of as many events as a fixed test plans for power .80: conversions, or a value with a covariate.

    ``size`` is over the events of the fixed test that knows of no covariate.
    """
    rng = np.random.default_rng(seed)
    effect = lift if correlation else rate * lift
    noise = MeanNoise(1.0) if correlation else ProportionNoise(rate)
    events = FixedTest(noise=noise).units(effect, 0.8)
    planned = events / 2 * (1 - correlation**2)
    found, fixed, size = 0, 0, 0.0
    for some in chunks(runs, events):
        treated = rng.random((some, events)) < 0.5
        values, given = outcomes(rng, treated, effect * there, rate, correlation)
        path = compute_path(values, treated, given)
        fraction = path.fraction(planned, planned)
        within = fraction <= 1
        stopped = within & (np.abs(path.z) >= design.critical(fraction))
        ended = stopped | (within & design.is_futile(path.z, fraction))
        last = within.sum(axis=1) - 1
        first = np.where(ended.any(axis=1), ended.argmax(axis=1), last)
        found += int(stopped[np.arange(some), first].sum())
        fixed += int((np.abs(path.z[np.arange(some), last]) >= ndtri(0.975)).sum())
        size += float((first + 1).sum()) / events
    return Stops(found / runs, fixed / runs, size / runs)


def outcomes(
    rng: np.random.Generator, treated: npt.NDArray[np.bool_], effect: float, rate: float, correlation: float
) -> tuple[FloatArray, FloatArray | None]:
    if not correlation:
        return (rng.random(treated.shape) < rate + effect * treated).astype(np.float64), None
    before = rng.standard_normal(treated.shape)
    noise = rng.standard_normal(treated.shape)
    return correlation * before + (1 - correlation**2) ** 0.5 * noise + effect * treated, before


def at_planned_size(runs: int) -> list[Measure]:
    plain = stops(Design(), runs, 11, lift=0.2)
    cuped = stops(Design(), runs, 12, lift=0.05, correlation=0.6)
    idle = stops(Design.with_futility(), runs, 13, lift=0.2, there=False)
    tried = stops(Design.with_futility(), runs, 14, lift=0.2)
    return [
        Measure(
            name="power_at_planned_n",
            value=min(plain.power, cuped.power, tried.power),
            sense=">=",
            goal=0.77,
            what=f"{runs} runs, 5 % conversion, +20 %, looks at every event, where a single look at the end has .80; "
            "worst of three",
            parts={
                "plain": plain.power,
                "with CUPED at correlation .6": cuped.power,
                "with a stop for futility": tried.power,
                "plain, found": plain.found,
                "found by the fixed test in the same runs": plain.fixed,
            },
        ),
        Measure(
            name="asn_over_fixed",
            value=plain.size,
            sense="<=",
            goal=0.76,
            what="mean size at the stop over that of the fixed test, with the effect that was planned for",
        ),
        Measure(
            name="asn_over_fixed_cuped",
            value=cuped.size,
            sense="<=",
            goal=0.50,
            what="the same with a covariate of correlation .6, against the fixed test without it",
        ),
        Measure(
            name="asn_over_fixed_futility",
            value=idle.size,
            sense="<=",
            goal=0.72,
            what="the same with a stop for futility, when there is no effect",
            parts={"false alarms": idle.found, "size with the effect": tried.size},
        ),
    ]
