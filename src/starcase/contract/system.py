"""What a kind of problem brings: data, folds, candidates, metrics, gates, and history as live traffic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import polars as pl

from starcase.contract.case_spec import Case, DataSpec
from starcase.contract.model import Candidate, LiveMetric, Metric, Model
from starcase.contract.request import Answer, Request
from starcase.evidence.decisions import Outcome as Outcome  # noqa: PLC0414 - part of this protocol's words
from starcase.evidence.figure import Figure
from starcase.evidence.records import CheckRecord, GateResult, NoteRecord

OutcomeKind = Literal["binary", "real", "ranking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Train on what was known at ``train_end``, answer requests of ``[test_start, test_end)``; microseconds UTC.

    Outcomes that arrive after ``known_by`` are not matured and take no part in any figure.
    """

    name: str
    train_end: int
    test_start: int
    test_end: int
    known_by: int


class Dataset(Protocol):
    """A system's data, read, checked and in one global time order."""

    def check(self) -> CheckRecord:
        """Fingerprint, first figures, findings."""
        ...

    def span(self) -> tuple[int, int]:
        """First and last moment of the data, microseconds UTC; the last one excluded."""
        ...

    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        """``count`` folds in time order; nothing at or after ``until`` is touched, outcomes included."""
        ...

    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        """Folds inside ``fold``'s training time, in time order, for tuning: each trains on all that came before it.

        ``count`` of them, fewer where the history holds no more, and at least one; no outcome is used that had not
        arrived by ``fold.train_end``. Raises DataError where there is none.
        """
        ...

    def train(self, fold: Fold) -> Any:
        """What was known at ``fold.train_end``: the system's own training type."""
        ...

    def training_rows(self, fold: Fold) -> pl.DataFrame:
        """The rows ``train`` hands to candidates, for gates: ``id``, ``cluster``, ``at``, ``known_at``, ``outcome``.

        ``features`` is a struct of what the requests of the test span carry, under the same names; ``known_at`` is when
        the outcome arrived.
        """
        ...

    def requests(self, fold: Fold) -> Sequence[Request]:
        """The requests of the test span in time order, each with the features known at its moment."""
        ...

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        """One row a request: ``id``, ``unit``, ``cluster`` (str), ``at`` (int), ``matured`` (bool), ``outcome``.

        ``outcome`` is null where ``matured`` is False. Further columns are the system's own.
        """
        ...

    def retrospect(self, since: int, until: int) -> pl.DataFrame:
        """What history knows today of the span, for reviews; never for training or live figures.

        One row a request of live traffic in time order: ``id``, and what ``System.harm`` and ``System.slices`` look at.
        """
        ...


@runtime_checkable
class NotesDataset(Protocol):
    """A data set that holds records of its own: what people wrote, with the numbers they attached."""

    def records(self) -> Sequence[tuple[NoteRecord, str]]:
        """Every note, and who wrote it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A fact that a person is asked for.

    Args:
        role: the fact's name.
        part: where it stands: situation, task, action, result or reflection.
        question: what the person is asked.
    """

    role: str
    part: str
    question: str


@runtime_checkable
class PromptingSystem(Protocol):
    """A system whose data a person writes: it brings the pages to fill in."""

    def begin(self, folder: Path, prompts: Sequence[Prompt], *, title: str, who: str, day: str) -> DataSpec:
        """Write the pages into ``folder`` and say where the data is; what is there already stays as it is."""
        ...


@runtime_checkable
class ConfigurableSystem(Protocol):
    """A system that says which options of its own there are, so that a new case.toml can show them."""

    @property
    def options(self) -> type:
        """A dataclass with a default for every option; its docstring says what each means."""
        ...


class Segmentation(Protocol):
    """One way to divide units by what was known of them before an experiment."""

    @property
    def name(self) -> str:
        """The name used in case.toml, under ``[experiment]``."""
        ...

    def segments(self, dataset: Any, until: int, /) -> Mapping[str, str]:
        """Unit to segment, from nothing that happened at ``until`` or later, microseconds UTC.

        Asked again with the same data it says the same. It raises NotIdentifiable where units fall into no segments.
        """
        ...


@runtime_checkable
class Segmented(Protocol):
    """A system that can tell segments of its units apart."""

    def segmentations(self, case: Case) -> Sequence[Segmentation]:
        """What ``[experiment] segments`` may name."""
        ...


class Environment(Protocol):
    """History as live traffic: requests in event time, outcomes after their delay."""

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        """Requests of ``[since, until)`` in time order, features computed from what had arrived by then."""
        ...

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        """What will be known of this decision, and when; None where it will never be known.

        It is asked of any request of the history, be it served in this run or in an earlier one. Requests that arrive
        at ``outcome.at`` or later may have features that use it, earlier ones may not.
        """
        ...


@runtime_checkable
class MultiOutcomeEnvironment(Protocol):
    """An environment in which more than one thing becomes known of a decision: what was taken, and who came back."""

    def further(self, request: Request, served: Answer) -> Sequence[Outcome]:
        """What will be known beside ``Environment.outcome``, each under a name of its own."""
        ...


@runtime_checkable
class ExogenousEnvironment(Protocol):
    """An environment that can say whether its requests are the same whatever is answered to those before them.

    Where they are, many may be asked at once.
    """

    @property
    def foreseen(self) -> bool:
        """Whether no request depends on what was answered, or on what became known of it."""
        ...


def collect_outcomes(environment: Environment, request: Request, served: Answer) -> Iterator[Outcome]:
    """Everything that will be known of a decision."""
    first = environment.outcome(request, served)
    if first is not None:
        yield first
    if isinstance(environment, MultiOutcomeEnvironment):
        yield from environment.further(request, served)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateEvidence:
    """Everything a gate may look at: one fitted model on a span it has not seen.

    ``artefact`` is the hash of the model; ``answers`` and ``incumbent_answers`` are aligned with ``requests`` and
    ``outcomes``; ``figures`` holds costs and contest figures by their names (``"p99 latency"``); ``now`` is the moment
    of the check, microseconds UTC. ``refit`` is the same candidate fitted on everything known, where that is what goes
    live: it answers the same requests, has seen their outcomes, and ``refit.fold`` ends its training at that moment.
    """

    case: Case
    system: System
    dataset: Dataset
    candidate: Candidate[Any]
    model: Model
    artefact: str
    fold: Fold
    requests: Sequence[Request]
    answers: Sequence[Answer]
    incumbent_answers: Sequence[Answer]
    outcomes: pl.DataFrame
    figures: Mapping[str, Figure] = field(default_factory=dict)
    now: int = 0
    seed: int = 0
    refit: GateEvidence | None = None

    @property
    def deployed(self) -> GateEvidence:
        """The model that goes live: the refit, or the measured one where there is none."""
        return self.refit or self


@runtime_checkable
class RefitGate(Protocol):
    """A gate that needs no unseen rows, and so judges the model that goes live: its costs, its age, how often it acts.

    Every other gate judges the fit of the last fold on rows that this one has not seen.
    """

    @property
    def judges_refit(self) -> bool:
        """True."""
        ...


@runtime_checkable
class Gate(Protocol):
    """One condition a model must meet before it meets real units."""

    @property
    def name(self) -> str:
        """The name used in case.toml, in waivers and lessons."""
        ...

    @property
    def required(self) -> str:
        """The condition in words, thresholds included: it is hashed before the result is seen."""
        ...

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Passed, failed, or failed-unknown where the data cannot say."""
        ...


class System(Protocol):
    """A kind of problem: a plug-in registered under the entry point group ``starcase.systems``."""

    @property
    def name(self) -> str:
        """The name used in case.toml."""
        ...

    @property
    def outcome_kind(self) -> OutcomeKind:
        """Binary outcome with a probability score, real-valued, or a ranking."""
        ...

    @property
    def interventions(self) -> frozenset[str]:
        """The actions that touch a customer; the label-free guard watches their rate."""
        ...

    def load(self, case: Case) -> Dataset:
        """Read and check the data of the case; raises DataError."""
        ...

    def candidates(self, case: Case) -> Sequence[Candidate[Any]]:
        """The built-in candidates the case names (all of them when it names none)."""
        ...

    def baselines(self, case: Case) -> Sequence[Candidate[Any]]:
        """The trivial baselines that take part in every contest."""
        ...

    def metrics(self, case: Case) -> Sequence[Metric]:
        """Every metric of the system."""
        ...

    def live_metrics(self, case: Case) -> Sequence[LiveMetric]:
        """What arms are compared by once they serve; the first where the case names none."""
        ...

    def gates(self, case: Case) -> Sequence[Gate]:
        """The system's own gates, with the case's thresholds; the shared ones are added by the gate stage."""
        ...

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        """One string column a way of slicing, one row a request."""
        ...

    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        """The same requests under stress: missing values, shifted amounts, late data; by name."""
        ...

    def environment(self, case: Case, dataset: Any) -> Environment:
        """The case's history, as ``load`` read it, as live traffic."""
        ...

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        """What serving ``served`` rather than ``instead`` did to people and money, in the system's own units.

        All three are aligned. The first figure counts the decisions that were harmed, each by itself, so that the
        counts of two parts add up: by it a review tells where the harm lay.
        """
        ...
