"""What a fraud case may set under ``[options]``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches

from starcase.case.spec import Case
from starcase.errors import CaseFileError


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudOptions:
    """The options of a fraud case.

    Args:
        alert_budget: share of transactions that may be alerted; sets each supervised model's decision threshold.
        pass_through: share of blocked transactions that are let through, so that their outcome becomes known.
        review_cost: what looking at one alert costs, in the currency of the amounts.
        contamination: share of transactions an anomaly detector takes to be anomalous; sets its threshold.
    """

    alert_budget: float = 0.002
    pass_through: float = 0.05
    review_cost: float = 5.0
    contamination: float = 0.02

    def __post_init__(self) -> None:
        for name in ("alert_budget", "pass_through", "contamination"):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise CaseFileError(f"{name} is a share between 0 and 1, not {value}", where=f"options.{name}")
        if self.review_cost < 0:
            raise CaseFileError("review_cost cannot be negative", where="options.review_cost")


def options_of(case: Case) -> FraudOptions:
    """The case's options; raises CaseFileError naming the unknown one and the nearest known."""
    known = {field.name for field in fields(FraudOptions)}
    for name, value in case.options.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise CaseFileError(
                f"a fraud case has no option {name!r}",
                where=f"options.{name}",
                mend=f"did you mean {near[0]!r}?" if near else f"one of: {', '.join(sorted(known))}",
            )
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CaseFileError(f"{name} is a number, not {value!r}", where=f"options.{name}")
    return FraudOptions(**{name: float(value) for name, value in case.options.items()})  # type: ignore[arg-type]
