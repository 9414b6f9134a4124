"""Builds the guards that a case names, each with its part of the error budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

import numpy as np

from starcase.contract.case_spec import Case
from starcase.contract.request import FloatArray
from starcase.contract.system import System
from starcase.errors import CaseFileError
from starcase.inference import AlphaLedger
from starcase.stages.monitor import alert_rate, alert_ratio, error_rate, latency, score_shift, slowness
from starcase.stages.monitor.alert_rate import AlertRate
from starcase.stages.monitor.alert_ratio import AlertRatio
from starcase.stages.monitor.error_rate import ErrorRate
from starcase.stages.monitor.guard import Guard
from starcase.stages.monitor.latency import Latency
from starcase.stages.monitor.score_shift import ScoreShift
from starcase.stages.monitor.slowness import Slowness

Reference = Callable[[], FloatArray]
Maker = Callable[[float, float], Guard]
KNOWN = (alert_rate.NAME, alert_ratio.NAME, error_rate.NAME, score_shift.NAME, latency.NAME, slowness.NAME)
DEFAULTS = {error_rate.NAME: 0.01, alert_ratio.NAME: 3.0}


def build_guards(case: Case, system: System, *, reference: Reference, alpha: float) -> tuple[Guard, ...]:
    """Build new guards for one challenger.

    Two guards have defaults where the case does not name them: the share of decisions at which the challenger fails
    and, where there are interventions, their ratio to the champion's.

    Args:
        case: names guards and what they allow.
        system: says which actions touch a customer.
        reference: gives the challenger's scores on the span it was measured on; asked only where a guard needs them.
        alpha: chance that any of them trips without a fault; split evenly.

    Raises:
        CaseFileError: there is no such guard, it does not apply to the system, or what it allows cannot be.
        NotIdentifiable: there are no reference scores for a guard that needs them.

    >>> from starcase.testing.toy import ToySystem, toy_case
    >>> [guard.build_reading("new").guard for guard in build_guards(toy_case(),
    ...     ToySystem(), reference=list, alpha=0.01)]
    ['error rate', 'alert ratio']
    """
    makers = _collect_makers(system, reference)
    allowed = {name: value for name, value in DEFAULTS.items() if name in makers}
    allowed |= {spec.name: spec.allowed for spec in case.guards}
    for name in allowed:
        _require_known(name, makers)
    parts = AlphaLedger.split(alpha, dict.fromkeys(allowed, 1.0)).parts
    return tuple(_create_guard(name, makers[name], value, parts[name]) for name, value in allowed.items())


def list_guard_names(system: System) -> tuple[str, ...]:
    """List the names of the guards that apply to a system."""
    return tuple(_collect_makers(system, lambda: np.empty(0)))


def _collect_makers(system: System, reference: Reference) -> Mapping[str, Maker]:
    found: dict[str, Maker] = {
        error_rate.NAME: lambda allowed, alpha: ErrorRate(allowed=allowed, alpha=alpha),
        score_shift.NAME: lambda allowed, alpha: ScoreShift(reference(), allowed=allowed, alpha=alpha),
        latency.NAME: lambda allowed, alpha: Latency(allowed=allowed, alpha=alpha),
        slowness.NAME: lambda allowed, alpha: Slowness(allowed=allowed, alpha=alpha),
    }
    actions = system.interventions
    if actions:
        found[alert_rate.NAME] = lambda allowed, alpha: AlertRate(actions, allowed=allowed, alpha=alpha)
        found[alert_ratio.NAME] = lambda allowed, alpha: AlertRatio(actions, allowed=allowed, alpha=alpha)
    return found


def _require_known(name: str, makers: Mapping[str, Maker]) -> None:
    if name in makers:
        return
    near = get_close_matches(name, makers, n=1)
    why = "the system has no action that touches a customer" if name in KNOWN else ""
    raise CaseFileError(
        f"there is no guard {name!r}" + (f"; the nearest known is {near[0]!r}" if near else ""),
        key=f"guards.{name}",
        why=why,
        mend=f"guards of this case: {', '.join(makers)}",
    )


def _create_guard(name: str, make: Maker, allowed: float, alpha: float) -> Guard:
    try:
        return make(allowed, alpha)
    except ValueError as error:
        raise CaseFileError(
            f"the guard {name!r} cannot allow {allowed:g}", key=f"guards.{name}.allowed", why=str(error),
            mend="a rate lies between 0 and 1, a ratio and a latency above 0",
        ) from error  # fmt: skip
