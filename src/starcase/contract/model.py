"""What users bring: candidates that can be fitted, models that answer, metrics that measure, offline and live.

These are protocols, not base classes: any class with these methods will do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
import polars as pl

from starcase.contract.request import Answer, FloatArray, Request
from starcase.evidence.decisions import Outcome

Train = TypeVar("Train")
Train_contra = TypeVar("Train_contra", contravariant=True)
Direction = Literal["higher", "lower"]
Parameters = Mapping[str, float | int | str | bool]


@runtime_checkable
class Model(Protocol):
    """Something that answers requests.

    Answers come in the order of the requests; an answer may not depend on the other requests of the batch.
    """

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """One answer for each request, in order."""
        ...


@dataclass(frozen=True, slots=True)
class LearningExample:
    """What a model was asked, what it answered, and what became of it."""

    request: Request
    answer: Answer
    outcome: Outcome


@runtime_checkable
class OnlineModel(Protocol):
    """A model that goes on learning from what it has served.

    What it answers depends on the files it was loaded from, on what it was told, in order, and on the request; so the
    log alone gives every answer again. It is told of its own decisions only, each time one of their outcomes becomes
    known. Its decisions depend on earlier outcomes: what it did on average is no experiment, so it says in each
    answer's ``content`` with which probability it chose (``"propensity"``), and never lets one fall to zero.
    """

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """One answer for each request, in order; nothing is learnt by it."""
        ...

    def learn(self, told: Sequence[LearningExample], /) -> None:
        """Take in outcomes, in the order in which they became known; those of other names are passed over."""
        ...


@runtime_checkable
class Candidate(Protocol[Train_contra]):
    """A model that could be chosen: how to fit it, how to keep it.

    ``complexity`` is 0 for a constant answer and grows with what must be kept alive in production; it settles ties.
    """

    @property
    def name(self) -> str:
        """How the candidate is called in the case."""
        ...

    @property
    def complexity(self) -> int:
        """0 for a constant answer; higher means more to keep alive."""
        ...

    @property
    def parameters(self) -> Parameters:
        """The parameters it will be fitted with."""
        ...

    def fit(self, train: Train_contra, /, *, rng: np.random.Generator) -> Model:
        """Fit on what was known at the end of training time."""
        ...

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """The fitted model as named files of data, never of code."""
        ...

    def load(self, files: Mapping[str, bytes], /) -> Model:
        """The model from files that ``save`` wrote, answering bit for bit as before."""
        ...


@runtime_checkable
class Tunable(Protocol):
    """A candidate with parameters worth searching."""

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[Self]:
        """At most ``trials`` versions of itself, its present parameters first."""
        ...


@runtime_checkable
class RankingFitCandidate(Protocol):
    """A candidate that can leave out of a fit what only its actions need: a threshold, a calibration.

    Where a metric is ``by_rank``, tuning fits parameter sets this way.
    """

    def fit_ranking(self, train: Any, /, *, rng: np.random.Generator) -> Model:
        """A model whose scores order requests as those of ``fit`` with the same ``rng`` do; its actions say nothing.

        ``save`` and ``load`` give it back as they do what ``fit`` gives.
        """
        ...


@runtime_checkable
class RemarkingCandidate(Protocol):
    """A candidate that has something to say of how a fit went: whether training converged, or its budget ended it."""

    def remark(self, model: Model, /) -> str:
        """One line for people, from what the model's files hold; empty where there is nothing to say."""
        ...


@runtime_checkable
class Metric(Protocol):
    """A measure that can be recomputed under any weighting of its units, which is what a bootstrap asks for.

    A metric that counts different things (items shown to anybody) is not smooth in its weights: it says so by an
    attribute ``smooth = False``, see ``NonSmoothMetric``.
    """

    @property
    def name(self) -> str:
        """The name used in case.toml."""
        ...

    @property
    def unit(self) -> str:
        """Unit of the value: ``"share"``, ``"EUR"``, ``"count"``."""
        ...

    @property
    def direction(self) -> Direction:
        """Which way is better."""
        ...

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """What has to be kept of each row, aligned with ``outcomes`` (one row a decision)."""
        ...

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The metric under each weighting: weights (draws, n_rows) to values (draws,); NaN where undefined."""
        ...


@runtime_checkable
class NonSmoothMetric(Protocol):
    """A metric that a bootstrap would lie beside, because a resample holds fewer different units.

    Where ``smooth`` is False, its intervals come from leaving each unit out once.
    """

    @property
    def smooth(self) -> bool:
        """False where the metric counts different things."""
        ...


def is_smooth(metric: Metric) -> bool:
    """Whether resampling the metric's units tells how far it may be from the truth; not for a ``NonSmoothMetric``."""
    return metric.smooth if isinstance(metric, NonSmoothMetric) else True


@runtime_checkable
class RankOnlyMetric(Protocol):
    """A metric of which ``by_rank`` is True depends on answers through the order of their scores alone."""

    @property
    def by_rank(self) -> bool:
        """Whether actions, contents and the size of scores leave it as it is."""
        ...


def is_by_rank(metric: Metric) -> bool:
    """Whether the order of scores is all that the metric sees; not where it does not say so."""
    return metric.by_rank if isinstance(metric, RankOnlyMetric) else False


@runtime_checkable
class LiveMetric(Protocol):
    """What serving a model does, measured on matured outcomes: the quotient of two sums over decisions.

    Experiments, shadows and rollouts compare arms by it. Decisions of one unit are summed up first, so that the unit
    that was randomised is the unit that is analysed.
    """

    @property
    def name(self) -> str:
        """The name used in case.toml, under ``[experiment]`` and ``[[guardrails]]``."""
        ...

    @property
    def unit(self) -> str:
        """Unit of the value: ``"share"``, ``"EUR"``, ``"count"``."""
        ...

    @property
    def direction(self) -> Direction:
        """Which way is better."""
        ...

    @property
    def outcome(self) -> str:
        """Name of the outcome it reads from the decision log."""
        ...

    @property
    def outcome_is_fact(self) -> bool:
        """Whether the outcome would have been the same whatever was served.

        True for a fact (a payment is fraud or is not), False for a reply to what was served (a click): then it says
        nothing of an answer that was not served, and no shadow is judged by it.
        """
        ...

    @property
    def largest_weight(self) -> float:
        """The largest ``outcome_weight`` there can be: 1 where every outcome is seen, 20 where one in twenty is."""
        ...

    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        """``numerator`` and ``denominator`` (Float64) of each decision; the value is the quotient of their sums.

        Args:
            decisions: (n,) rows as ``DecisionLog.table`` gives them, all old enough that their outcome should be known;
                of a shadow, ``action`` and ``score`` are the shadow's. A row counts ``outcome_weight`` times: 1 over
                the probability with which its outcome could be seen at all.

        Returns:
            n rows, both values null where the outcome is not known and its absence says nothing.
        """
        ...


@runtime_checkable
class ContentMetric(Protocol):
    """A live metric that reads what was served beside the action: the items, the quantity, the text.

    Where ``reads_content`` is True, ``decisions`` has a further column ``content``: JSON with sorted keys, null where
    the answer has none. Reading it takes time, so it is left out where no metric asks for it.
    """

    @property
    def reads_content(self) -> bool:
        """Whether it does."""
        ...


def reads_content(*metrics: LiveMetric) -> bool:
    """Whether one of the metrics reads the content of answers."""
    return any(metric.reads_content for metric in metrics if isinstance(metric, ContentMetric))


@runtime_checkable
class SimulatedMetric(Protocol):
    """A live metric that may be measured on simulated units; every reading of it then says so."""

    @property
    def simulated(self) -> bool:
        """Whether it is."""
        ...
