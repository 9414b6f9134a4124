"""The protocols of a system: data, folds, candidates, metrics, gates, and history as live traffic."""

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

    Outcomes that arrive after ``known_by`` are not matured and are not part of any figure.
    """

    name: str
    train_end: int
    test_start: int
    test_end: int
    known_by: int


class Dataset(Protocol):
    """A system's data, read, checked and in one global time order."""

    def check(self) -> CheckRecord:
        """Return the fingerprint, first figures and findings."""
        ...

    def span(self) -> tuple[int, int]:
        """Return the first and last moment of the data, microseconds UTC; the last one excluded."""
        ...

    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        """Return ``count`` folds in time order; no data or outcome at or after ``until`` is used."""
        ...

    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        """Return folds inside ``fold``'s training time, in time order, for tuning: each trains on all data before it.

        There are ``count`` of them, fewer if the history is too short, and at least one; no outcome is used that
        arrived after ``fold.train_end``. Raises DataError if no fold is possible.
        """
        ...

    def train(self, fold: Fold) -> Any:
        """Return the data known at ``fold.train_end``, in the system's own training type."""
        ...

    def training_rows(self, fold: Fold) -> pl.DataFrame:
        """Return the training rows, for gates: ``id``, ``cluster``, ``at``, ``known_at``, ``outcome``.

        ``features`` is a struct with the features of requests, under the same names; ``known_at`` is when the outcome
        arrived.
        """
        ...

    def requests(self, fold: Fold) -> Sequence[Request]:
        """Return the requests of the test span in time order, each with the features known at its time."""
        ...

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        """Return one row a request: ``id``, ``unit``, ``cluster`` (str), ``at`` (int), ``matured`` (bool), ``outcome``.

        ``outcome`` is null where ``matured`` is False. Further columns are the system's own.
        """
        ...

    def retrospect(self, since: int, until: int) -> pl.DataFrame:
        """Return what is known today of the requests of a span, for reviews; not for training or live figures.

        One row for each request of live traffic in time order: ``id`` and the columns that ``System.harm`` and
        ``System.slices`` read.
        """
        ...


@runtime_checkable
class NotesDataset(Protocol):
    """A data set that contains notes of people with the numbers they attached."""

    def records(self) -> Sequence[tuple[NoteRecord, str]]:
        """Return every note and its author."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question to a person about one fact.

    Args:
        role: the fact's name.
        part: the part of the story it belongs to: situation, task, action, result or reflection.
        question: the text of the question.
    """

    role: str
    part: str
    question: str


@runtime_checkable
class PromptingSystem(Protocol):
    """A system whose data a person writes: it provides the pages to fill in."""

    def begin(self, folder: Path, prompts: Sequence[Prompt], *, title: str, who: str, day: str) -> DataSpec:
        """Write the pages into ``folder`` and return the location of the data; existing pages are kept."""
        ...


@runtime_checkable
class ConfigurableSystem(Protocol):
    """A system that describes its options, so that a new case.toml can show them."""

    @property
    def options(self) -> type:
        """A dataclass with a default for every option; its docstring describes each."""
        ...


class Segmentation(Protocol):
    """A way to divide units into segments by data from before an experiment."""

    @property
    def name(self) -> str:
        """The name used in case.toml, under ``[experiment]``."""
        ...

    def segments(self, dataset: Any, until: int, /) -> Mapping[str, str]:
        """Return unit to segment, using only data before ``until``, microseconds UTC.

        The result is deterministic. Raises NotIdentifiable if the units form no segments.
        """
        ...


@runtime_checkable
class Segmented(Protocol):
    """A system that offers segmentations of its units."""

    def segmentations(self, case: Case) -> Sequence[Segmentation]:
        """Return the segmentations that ``[experiment] segments`` may name."""
        ...


class Environment(Protocol):
    """History as live traffic: requests in event time, outcomes after their delay."""

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        """Yield the requests of ``[since, until)`` in time order, with features computed from data that had arrived."""
        ...

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        """Return the outcome of this decision and its time; None if it will never be known.

        It is called for any request of the history, served in this run or an earlier one. Requests that arrive at
        ``outcome.at`` or later may have features that use it, earlier ones may not.
        """
        ...


@runtime_checkable
class MultiOutcomeEnvironment(Protocol):
    """An environment in which a decision has more than one outcome, such as a purchase and a return."""

    def further(self, request: Request, served: Answer) -> Sequence[Outcome]:
        """Return the outcomes other than ``Environment.outcome``, each with its own name."""
        ...


@runtime_checkable
class ExogenousEnvironment(Protocol):
    """An environment that states whether its requests are independent of earlier answers.

    If they are, many requests can be answered at once.
    """

    @property
    def foreseen(self) -> bool:
        """Whether no request depends on earlier answers or their outcomes."""
        ...


def collect_outcomes(environment: Environment, request: Request, served: Answer) -> Iterator[Outcome]:
    """Yield every outcome of a decision."""
    first = environment.outcome(request, served)
    if first is not None:
        yield first
    if isinstance(environment, MultiOutcomeEnvironment):
        yield from environment.further(request, served)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateEvidence:
    """The data that a gate may use: one fitted model on a span it was not trained on.

    ``artefact`` is the hash of the model; ``answers`` and ``incumbent_answers`` are aligned with ``requests`` and
    ``outcomes``; ``figures`` holds costs and contest figures by their names (``"p99 latency"``); ``now`` is the moment
    of the check, microseconds UTC. ``refit`` is the same candidate fitted on all known data, if that model goes live:
    it answers the same requests, was trained on their outcomes, and ``refit.fold`` ends its training at that moment.
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
        """The model that goes live: the refit, or the measured model if there is no refit."""
        return self.refit or self


@runtime_checkable
class RefitGate(Protocol):
    """A gate that needs no unseen rows, so it judges the model that goes live: its costs, age and action rate.

    Every other gate judges the model of the last fold on rows that the model was not trained on.
    """

    @property
    def judges_refit(self) -> bool:
        """True."""
        ...


@runtime_checkable
class Gate(Protocol):
    """A condition that a model must meet before it is exposed to real units."""

    @property
    def name(self) -> str:
        """The name used in case.toml, in waivers and lessons."""
        ...

    @property
    def required(self) -> str:
        """The condition in words, thresholds included: it is hashed before the result is seen."""
        ...

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Return passed, failed, or failed-unknown if the data cannot decide."""
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
        """The actions that affect a customer; the label-free guard watches their rate."""
        ...

    def load(self, case: Case) -> Dataset:
        """Read and check the data of the case; raises DataError."""
        ...

    def candidates(self, case: Case) -> Sequence[Candidate[Any]]:
        """Return the built-in candidates that the case names (all if it names none)."""
        ...

    def baselines(self, case: Case) -> Sequence[Candidate[Any]]:
        """Return the trivial baselines that take part in every contest."""
        ...

    def metrics(self, case: Case) -> Sequence[Metric]:
        """Return every metric of the system."""
        ...

    def live_metrics(self, case: Case) -> Sequence[LiveMetric]:
        """Return the live metrics by which arms are compared; the first is the default."""
        ...

    def gates(self, case: Case) -> Sequence[Gate]:
        """Return the system's gates with the case's thresholds; the gate stage adds the shared gates."""
        ...

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        """Return one string column for each way of slicing, one row for each request."""
        ...

    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        """Return the same requests under each stress, by name: missing values, shifted amounts, late data."""
        ...

    def environment(self, case: Case, dataset: Any) -> Environment:
        """Return the data that ``load`` read as live traffic."""
        ...

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        """Return the harm of serving ``served`` rather than ``instead``, in the system's own units.

        All three are aligned. The first figure counts harmed decisions, so that the counts of two parts add up; a
        review uses it to locate the harm.
        """
        ...
