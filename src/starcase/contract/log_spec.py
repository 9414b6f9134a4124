"""A log that is analysed before anything is compared: what was shown, or who came, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.contract import validators
from starcase.errors import CaseFileError

UNIFORM = "uniform"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSpec:
    """What a log's columns mean; every column but the outcome may be left out, and its questions with it.

    Args:
        name: names the log in records.
        path: a Parquet or CSV file, relative to case.toml.
        outcome: what became of a row: 0 or 1, false or true.
        time: when; a date or datetime, or a name of a time such as a month.
        time_format: how a date is written where that is not plain, as under [data].
        unit: whose row it is; each row stands by itself when empty.
        within: the log is analysed apart for each combination of these columns.
        by: the outcome is told by each value of each of these.
        position: the place at which something was shown.
        policy: who decided what was shown.
        action: what was shown.
        propensity: the probability with which the policy showed it there.
        asked: off-policy, how a policy would have done that shows every action alike (`uniform`), or that shows what
            was shown with the probability in the column of this name.
        truth: the policy in the log that is the asked one: what it reached stands beside the estimates.
        behaviour: numbers that say how somebody behaved, dwell time among them: told with and without the outcome, and
            clustered into segments by their logarithms.
        features: what a model would be given: looked at for what gives the outcome away, and for categories that do not
            agree between policies, or between an earlier and a later part.
        lifts: relative rises of the outcome's rate; how many units an experiment needs to find them is told.
        smallest: the share of units every segment must have.
        agreement: the lowest agreement between segments and those found in a bootstrap sample.
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
        """Every column that is named, by the key that names it."""
        named = {key: getattr(self, key) for key in ("outcome", "time", "unit", "position", "policy", "action")}
        named |= {"propensity": self.propensity, "asked": "" if self.asked == UNIFORM else self.asked}
        for key in ("within", "by", "behaviour", "features"):
            named |= {f"{key}[{place}]": column for place, column in enumerate(getattr(self, key))}
        return {key: column for key, column in named.items() if column}
