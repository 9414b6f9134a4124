"""The description of a log that `starcase analysis` reads."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.contract import validators
from starcase.errors import CaseFileError

UNIFORM = "uniform"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSpec:
    """A log and the meaning of its columns; only the outcome is required, and each analysis needs its columns.

    Args:
        name: names the log in records.
        path: a Parquet or CSV file, relative to case.toml.
        outcome: the outcome column: 0 or 1, false or true.
        time: the time column: a date or datetime, or the name of a period such as a month.
        time_format: the format of a date where it cannot be detected, as under [data].
        unit: the column of the unit; each row is a unit when empty.
        within: the log is analysed separately for each combination of these columns.
        by: the outcome is reported for each value of each of these columns.
        position: the column of the position at which an item was shown.
        policy: the column of the policy that chose what was shown.
        action: the column of what was shown.
        propensity: the column of the probability with which the policy showed it at that position.
        asked: the policy to evaluate off-policy: `uniform`, or the column of the probability with which that policy
            shows the logged action.
        truth: the policy in the log that equals the evaluated one; its observed value is shown next to the estimates.
        behaviour: numeric columns of behaviour, such as dwell time: reported with and without the outcome, and
            clustered into segments by their logarithms.
        features: columns that a model would use: checked for leakage of the outcome, and for categories that differ
            between policies, or between an earlier and a later part.
        lifts: relative increases of the outcome rate; the number of units that an experiment needs to find each is
            reported.
        smallest: the smallest share of units that a segment may have.
        agreement: the lowest agreement allowed between segments and those found in a bootstrap sample.
    """

    name: str
    path: str
    outcome: str
    time: str = ""
    time_format: str = ""
    unit: str = ""
    within: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    position: str = ""
    policy: str = ""
    action: str = ""
    propensity: str = ""
    asked: str = ""
    truth: str = ""
    behaviour: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    lifts: tuple[float, ...] = ()
    smallest: float = 0.05
    agreement: float = 0.8

    def __post_init__(self) -> None:
        validators.require_name(self.name, "name")
        for key in ("path", "outcome"):
            validators.require_value(getattr(self, key), key)
        for key in ("smallest", "agreement"):
            validators.require_between(getattr(self, key), key, low=0, high=1)
        for lift in self.lifts:
            validators.require_between(lift, "lifts", low=0, open_low=True)
        if self.asked:
            for key in ("policy", "action", "propensity"):
                if not getattr(self, key):
                    raise CaseFileError(f"`asked` needs `{key}`", key=key, mend=f"name the column of the log's {key}")

    @property
    def columns(self) -> dict[str, str]:
        """The named columns, by the key that names each."""
        named = {key: getattr(self, key) for key in ("outcome", "time", "unit", "position", "policy", "action")}
        named |= {"propensity": self.propensity, "asked": "" if self.asked == UNIFORM else self.asked}
        for key in ("within", "by", "behaviour", "features"):
            named |= {f"{key}[{place}]": column for place, column in enumerate(getattr(self, key))}
        return {key: column for key, column in named.items() if column}
