"""The ``[options]`` of a fraud case in case.toml."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from starcase.casefile.decode import DecodeError, decode, format_path
from starcase.contract.case_spec import TomlValue
from starcase.errors import CaseFileError
from starcase.tables.duration import parse_duration

RULES = ("alert_budget", "expected_cost")


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudOptions:
    """The options of a fraud case.

    Args:
        threshold: how a model's decision threshold is found on a matured window inside training time:
            ``"alert_budget"`` or ``"expected_cost"``.
        alert_budget: the share of transactions that may be alerted.
        review_cost: what one alert costs, in the case's currency; a missed fraud costs its amount.
        contamination: the share of transactions an isolation forest takes to be anomalous; sets its threshold.
        pass_through: the share of blocked transactions that is let through, so that their outcome becomes known.
        windows: lengths of the windows over a card's and a terminal's past.
        label_windows: lengths of the windows over the outcomes that have become known.
        calendar: whether night and weekend are features; only where ``epoch`` is the true one.
        one_hot_levels: text columns with at most this many values become one column a value.

    >>> FraudOptions(alert_budget=0.01).threshold
    'alert_budget'
    """

    threshold: str = "alert_budget"
    alert_budget: float = 0.002
    review_cost: float = 5.0
    contamination: float = 0.02
    pass_through: float = 0.05
    windows: tuple[str, ...] = ("1h", "1d", "7d", "30d")
    label_windows: tuple[str, ...] = ("1d", "7d", "30d")
    calendar: bool = False
    one_hot_levels: int = 20

    def __post_init__(self) -> None:
        if self.threshold not in RULES:
            raise CaseFileError(
                f"{self.threshold!r} is not a threshold rule", key="threshold", mend=f"one of: {', '.join(RULES)}"
            )
        _require_within("alert_budget", self.alert_budget, 0.0, 1.0)
        _require_within("review_cost", self.review_cost, 0.0, math.inf)
        _require_within("contamination", self.contamination, 0.0, 1.0)
        _require_within("pass_through", self.pass_through, 0.0, 1.0)
        for key in ("windows", "label_windows"):
            lengths = [parse_duration(text, key=key) for text in getattr(self, key)]
            if not lengths or sorted(set(lengths)) != lengths or lengths[0] <= 0:
                raise CaseFileError(f"`{key}` must rise from a length above zero", key=key, mend='such as ["1h", "1d"]')


def parse_options(given: Mapping[str, TomlValue]) -> FraudOptions:
    """The options of a case, with every default.

    Raises:
        CaseFileError: a key is unknown (the nearest known one is named), or a value cannot be.

    >>> parse_options({"review_cost": 3}).review_cost
    3.0
    """
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}
    try:
        return decode(FraudOptions, plain, ("options",))
    except DecodeError as misfit:
        raise CaseFileError(misfit.what, key=format_path(misfit.path), mend=misfit.mend) from misfit


def _require_within(key: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise CaseFileError(f"`{key}` is {value}; it must be between {low} and {high}", key=key)
