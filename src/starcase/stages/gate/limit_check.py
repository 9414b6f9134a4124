"""Compare a figure with a limit: passed, failed, or failed-unknown if the data do not decide."""

from __future__ import annotations

from math import ceil, isfinite

from starcase.contract.system import Gate
from starcase.evidence.figure import Figure
from starcase.evidence.number_format import format_count
from starcase.evidence.records import GateResult
from starcase.inference import FEWEST_UNITS


def check_limit(
    gate: Gate, observed: Figure, limit: float, *, why: str = "", figures: tuple[Figure, ...] = ()
) -> GateResult:
    """Check whether the whole interval of the observed figure is at most ``limit``.

    Passed where the interval lies within the limit, failed where it lies beyond it; in between nothing is shown, and
    the answer is failed-unknown with the number of units that would decide it.

    Args:
        gate: whose result it is.
        observed: a figure with an interval; one without is compared by its value.
        limit: in the figure's unit.
        why: additional text.
        figures: recorded with the observed one.

    >>> from starcase.stages.gate.budget import Budget
    >>> check_limit(Budget(), Figure(name="size", value=3.0, unit="MB"), 2.0).outcome
    'failed'
    """
    low = observed.value if observed.low is None else observed.low
    high = observed.value if observed.high is None else observed.high
    if not isfinite(observed.value) or (low <= limit < high):
        return build_unknown_result(
            gate, join_sentences(why, describe_missing_data(observed, limit)), figures=(observed, *figures)
        )
    passed = high <= limit
    said = why or f"{observed.name} is {'within' if passed else 'beyond'} its limit"
    return GateResult(
        gate=gate.name,
        outcome="passed" if passed else "failed",
        observed=observed,
        required=gate.required,
        why=said,
        figures=figures,
    )


def build_unknown_result(gate: Gate, why: str, *, figures: tuple[Figure, ...] = ()) -> GateResult:
    """Build the result of a gate whose data do not decide; figures that are not finite are left out."""
    return GateResult(
        gate=gate.name,
        outcome="failed-unknown",
        observed=None,
        required=gate.required,
        why=why,
        figures=tuple(f for f in figures if is_finite(f)),
    )


def describe_missing_data(observed: Figure, limit: float) -> str:
    """Describe how many units would decide whether a figure is within its limit.

    An interval narrows with the square root of the number of units.
    """
    if observed.n is not None and observed.n < FEWEST_UNITS and isfinite(observed.value) and not is_finite(observed):
        return (
            f"{observed.name} is too uncertain: it rests on {format_count(observed.n, 'independent unit')}, "
            f"and at least {FEWEST_UNITS} are needed"
        )
    if observed.low is None or observed.high is None or observed.n is None or not is_finite(observed):
        return f"{observed.name} could not be measured"
    distance = limit - observed.value
    half = (observed.high - observed.low) / 2
    if distance <= 0:
        return f"the interval of {observed.name} includes the limit, and the estimate lies beyond it"
    needed = ceil(observed.n * (half / distance) ** 2)
    return (
        f"the interval of {observed.name} includes the limit: it rests on {observed.n} units, "
        f"and about {max(needed, observed.n + 1)} would decide it"
    )


def is_finite(figure: Figure) -> bool:
    """Return whether every number of a figure is finite."""
    return all(isfinite(v) for v in (figure.value, figure.low, figure.high) if v is not None)


def join_sentences(*sentences: str) -> str:
    """Join the non-empty sentences in one line."""
    return "; ".join(sentence for sentence in sentences if sentence)
