"""Student's interval for an estimate with a standard error."""

from __future__ import annotations

from math import inf

from scipy.special import stdtr, stdtrit

from starcase.inference.effect import Effect, check_level


def t_interval(
    estimate: float,
    error: float,
    *,
    freedom: float,
    level: float,
    n: int,
    method: str,
    question: str,
    assumptions: tuple[str, ...],
) -> Effect:
    """Return Student's interval and p-value; with zero variance the interval is infinite and the effect says so."""
    check_level(level)
    half = float(stdtrit(freedom, (1 + level) / 2)) * error if error else inf
    return Effect(
        estimate=estimate,
        low=estimate - half,
        high=estimate + half,
        level=level,
        p_value=float(2 * stdtr(freedom, -abs(estimate) / error)) if error else 1.0,
        n=n,
        method=method if error else f"{method}; nothing varies, so nothing is known of chance",
        question=question,
        assumptions=assumptions,
    )
