"""The case: everything an auditor or a manager would ask about, as plain data.

``Case(...)`` and ``case.toml`` describe the same thing and round-trip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starcase.contract import validators
from starcase.contract.log_spec import LogSpec
from starcase.errors import CaseFileError
from starcase.tables.duration import parse_duration
from starcase.tables.moment import parse_moment

FEWEST_MOMENTS = 3
TomlValue = str | int | float | bool | tuple[str | int | float | bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSpec:
    """Where the data is and what its columns mean.

    Args:
        path: a Parquet or CSV file, relative to case.toml.
        time: the column that orders everything: a datetime, a date, or a number of seconds since ``epoch``.
        target: the outcome column.
        id: the column that identifies a row; the row number when empty.
        unit: the column of the unit that is randomised; each row is a unit when empty.
        amount: the column of the amount of money, in major units; optional.
        entities: names for the columns that identify entities: ``{card = "customer_id", terminal = "terminal_id"}``.
        ignore: columns that no model may see.
        delay: the time until an outcome is known: ``"7d"``, ``"2h"``.
        epoch: the moment a numeric time column counts from, ISO 8601.
        time_format: the format of the time where it cannot be detected: a strftime format such as
            ``"%d/%m/%Y %H:%M"``, or the unit of a number: ``"seconds"``, ``"milliseconds"``, ``"microseconds"``.
        currency: the unit of ``amount``.
    """

    path: str
    time: str
    target: str
    id: str = ""
    unit: str = ""
    amount: str = ""
    entities: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    delay: str = "0s"
    epoch: str = "1970-01-01T00:00:00Z"
    time_format: str = ""
    currency: str = "EUR"

    def __post_init__(self) -> None:
        for key in ("path", "time", "target"):
            validators.require_value(getattr(self, key), key)
        parse_duration(self.delay, key="delay")
        parse_moment(self.epoch, key="epoch")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveSpec:
    """The metric that decides the case, and the loss that is tolerated in it.

    Args:
        metric: one of the system's metrics; its direction says whether higher or lower is better.
        margin: the loss tolerated, in the metric's unit: for a simpler model in a contest, and against the incumbent at
            the gate objective. With 0, only a candidate whose whole interval shows no loss passes that gate; an
            equally good one fails.
    """

    metric: str
    margin: float = 0.0

    def __post_init__(self) -> None:
        validators.require_value(self.metric, "metric")
        validators.require_between(self.margin, "margin", low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailSpec:
    """A metric that must not get worse than the incumbent by more than its margin.

    Args:
        metric: one of the system's metrics.
        margin: the harm tolerated, in the metric's unit.
    """

    metric: str
    margin: float

    def __post_init__(self) -> None:
        validators.require_value(self.metric, "metric")
        validators.require_between(self.margin, "margin", low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSpec:
    """Limits on the cost of an answer.

    Args:
        p99_us: microseconds for one request, at the 99th percentile.
        fit_memory_mb: peak memory of fitting, MB.
        artefact_mb: size of the stored model, MB.
    """

    p99_us: float = 50_000.0
    fit_memory_mb: float = 8_000.0
    artefact_mb: float = 200.0

    def __post_init__(self) -> None:
        for key in ("p99_us", "fit_memory_mb", "artefact_mb"):
            validators.require_between(getattr(self, key), key, low=0, open_low=True)

    @property
    def limits(self) -> Mapping[str, float]:
        """Each budget under the name of the cost it bounds."""
        return {
            "p99 latency": self.p99_us,
            "fit memory": self.fit_memory_mb,
            "artefact size": self.artefact_mb,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestSpec:
    """How candidates are compared.

    Args:
        folds: number of folds in time order.
        trials: parameter sets tried for each candidate, the same number for all.
        windows: number of validation windows inside training time on which each parameter set is evaluated; a candidate
            keeps its own parameters unless others are better by more than one standard error. Costs up to trials x
            windows fits.
        draws: bootstrap draws of each comparison.
        level: coverage of the intervals.
        seeds: number of seeds with which each candidate is fitted; from 2 on every interval includes the noise of
            training. A candidate that gives the same model twice is not fitted again.
        over_time: whether the intervals include the variation between folds, that is, between moments at which training
            ends; needs at least 3 folds.
        until: data from this moment on is not used: ``"2013-09-02T00:00:00Z"`` or ``"+22h"``; all data when empty.
        growth: shares of the data, above 0 and below 1, at which every candidate is fitted once more to measure how its
            costs grow; at least two, or none to skip it. It is ignored where the system's data cannot be resized.
    """

    folds: int = 3
    trials: int = 8
    windows: int = 3
    draws: int = 1000
    level: float = 0.95
    seeds: int = 1
    over_time: bool = False
    until: str = ""
    growth: tuple[float, ...] = (0.0625, 0.125, 0.25, 0.5)

    def __post_init__(self) -> None:
        for key in ("folds", "trials", "windows", "draws", "seeds"):
            validators.require_between(getattr(self, key), key, low=1)
        validators.require_shares(self.growth, "growth")
        validators.require_probability(self.level, "level")
        if self.over_time and self.folds < FEWEST_MOMENTS:
            raise CaseFileError(
                f"`over_time` needs at least {FEWEST_MOMENTS} folds, and there are {self.folds}", key="over_time",
                why="the variation between moments at which training ends cannot be estimated from fewer folds",
                mend=f"write folds = {FEWEST_MOMENTS} or more",
            )  # fmt: skip
        if self.until:
            parse_moment(self.until, start=0, key="until")


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSpec:
    """A candidate that takes part.

    Args:
        name: a built-in candidate of the system, or a name for your own.
        use: your own candidate, ``"file.py:Object"`` relative to case.toml; empty for a built-in one.
        parameters: the parameters with which it is fitted.
        optional: it takes part only if the extra it needs is installed; `starcase check` reports a missing one.
    """

    name: str
    use: str = ""
    parameters: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    optional: bool = False

    def __post_init__(self) -> None:
        validators.require_name(self.name, "name")
        validators.require_finite(self.parameters, "parameters")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSpec:
    """A claim about a new model; the contest answers it by a named pair of candidates, or refuses it.

    Args:
        text: the claim in its original words.
        changes: relative changes it promises together, by metric or cost: ``{ recall = 0.2, "p50 latency" = -0.3 }``.
    """

    text: str
    changes: Mapping[str, float]

    def __post_init__(self) -> None:
        validators.require_value(self.text, "text")
        validators.require_finite(self.changes, "changes")
        for name, change in self.changes.items():
            validators.require_between(change, f"changes.{name}", low=-1, open_low=True)
        if not self.changes or 0 in self.changes.values():
            mend = "write for example changes = { average_precision = 0.25 }"
            raise CaseFileError("the claim promises no change", key="changes", mend=mend)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSpec:
    """A gate with its thresholds; a gate that is not named keeps its defaults.

    Args:
        name: a shared gate, a gate of the system, or a name for your own.
        use: your own gate, ``"file.py:Object"`` relative to case.toml; empty for a built-in one.
        parameters: its thresholds.
    """

    name: str
    use: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        validators.require_value(self.name, "name")
        validators.require_finite(self.parameters, "parameters")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSpec:
    """A label-free guard over a running canary.

    Args:
        name: the guard.
        allowed: the highest level that is allowed.
        window: the length of the time window it watches; the guard's default when empty.
    """

    name: str
    allowed: float
    window: str = ""

    def __post_init__(self) -> None:
        validators.require_value(self.name, "name")
        validators.require_between(self.allowed, "allowed", low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentSpec:
    """How champion and challenger are compared on outcomes, in shadow and in a canary.

    Error rate and margin are taken from [rollout].

    Args:
        metric: one of the system's live metrics; its first one when empty.
        effect: the smallest difference worth finding, in the metric's unit; `rollout.margin` when 0.
        power: the probability of finding that difference at the planned size.
        segments: the segments that every reading reports: a segmentation that the system offers, or a CSV or Parquet
            file, relative to case.toml, with the columns `unit` and `segment`; none when empty.
    """

    metric: str = ""
    effect: float = 0.0
    power: float = 0.8
    segments: str = ""

    def __post_init__(self) -> None:
        validators.require_between(self.effect, "effect", low=0)
        validators.require_probability(self.power, "power")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpec:
    """One step of a rollout: the units it adds, and the conditions for the next step.

    Args:
        share: the challenger's share of units, 0 < share <= 1.
        cohorts: only requests with these values: ``{platform = ["web", "tv"]}``; all requests when empty.
        minimum_decisions: decisions the challenger must serve at this step before the next; that of [rollout] when 0.
        minimum_outcomes: matured outcomes of the challenger that are needed before the next step.
        minimum_duration: shortest time at this step before the next; that of [rollout] when empty.
    """

    share: float
    cohorts: Mapping[str, tuple[str | int | bool, ...]] = field(default_factory=dict)
    minimum_decisions: int = 0
    minimum_outcomes: int = 0
    minimum_duration: str = ""

    def __post_init__(self) -> None:
        validators.require_between(self.share, "share", low=0, high=1, open_low=True)
        validators.require_cohorts(self.cohorts, "cohorts")
        for key in ("minimum_decisions", "minimum_outcomes"):
            validators.require_between(getattr(self, key), key, low=0)
        if self.minimum_duration:
            parse_duration(self.minimum_duration, key="minimum_duration")


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutSpec:
    """How exposure grows.

    Args:
        steps: the challenger's share of units at each canary step, 0 < share <= 1, or a table for each step; every step
            adds units to those before.
        minimum_decisions: decisions the challenger must serve at each step before the next.
        minimum_outcomes: matured outcomes of the challenger that are needed before promotion.
        minimum_duration: shortest time at each step before the next: ``"1h"``.
        reading_every: time between two readings of the controller, in event time.
        alpha: error rate of the whole rollout: the probability that a healthy challenger is rolled back.
        margin: how much worse the challenger may be in the experiment's metric and still count as not worse.
        shadow_coverage: the share of served requests a shadow must have processed before its verdict counts.
    """

    steps: tuple[float | StepSpec, ...] = (0.05, 0.25, 1.0)
    minimum_decisions: int = 500
    minimum_outcomes: int = 200
    minimum_duration: str = "1h"
    reading_every: str = "10m"
    alpha: float = 0.05
    margin: float = 0.0005
    shadow_coverage: float = 0.95

    def __post_init__(self) -> None:
        reached = [(s.share, s.cohorts) if isinstance(s, StepSpec) else (s, {}) for s in self.steps]
        validators.require_widening(reached, "steps")
        for key in ("minimum_decisions", "minimum_outcomes", "margin"):
            validators.require_between(getattr(self, key), key, low=0)
        validators.require_probability(self.alpha, "alpha")
        validators.require_between(self.shadow_coverage, "shadow_coverage", low=0, high=1)
        parse_duration(self.minimum_duration, key="minimum_duration")
        parse_duration(self.reading_every, key="reading_every")

    @property
    def each_step(self) -> tuple[StepSpec, ...]:
        """Every step as a ``StepSpec``."""
        return tuple(step if isinstance(step, StepSpec) else StepSpec(share=step) for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, from the first comparison to the last page of the report.

    ``folder`` is the folder of relative paths; it is not compared and not written to case.toml.

    >>> Case(name="cards", title="Card fraud", system="fraud", incumbent="logistic_regression",
    ...      data=DataSpec(path="tx.csv", time="time", target="fraud"),
    ...      objective=ObjectiveSpec(metric="average_precision")).seed
    0
    """

    name: str
    title: str
    system: str
    data: DataSpec
    objective: ObjectiveSpec
    incumbent: str
    situation: str = ""
    task: str = ""
    deciders: tuple[str, ...] = ()
    logs: tuple[LogSpec, ...] = ()
    guardrails: tuple[GuardrailSpec, ...] = ()
    budgets: BudgetSpec = BudgetSpec()
    candidates: tuple[CandidateSpec, ...] = ()
    contest: ContestSpec = ContestSpec()
    claims: tuple[ClaimSpec, ...] = ()
    gates: tuple[GateSpec, ...] = ()
    guards: tuple[GuardSpec, ...] = ()
    experiment: ExperimentSpec = ExperimentSpec()
    rollout: RolloutSpec = RolloutSpec()
    options: Mapping[str, TomlValue] = field(default_factory=dict)
    seed: int = 0
    folder: str = field(default=".", compare=False)

    def __post_init__(self) -> None:
        validators.require_name(self.name, "name")
        for key in ("title", "system", "incumbent"):
            validators.require_value(getattr(self, key), key)
        validators.require_finite(self.options, "options")
        validators.require_between(self.seed, "seed", low=0)
        validators.require_unique((spec.name for spec in self.candidates), "candidates")
        validators.require_unique((spec.name for spec in self.gates), "gates")
        validators.require_unique((spec.name for spec in self.guards), "guards")
        validators.require_unique((spec.text for spec in self.claims), "claims")
        validators.require_unique((spec.metric for spec in self.guardrails), "guardrails")
        validators.require_unique((spec.name for spec in self.logs), "logs")
