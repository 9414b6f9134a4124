"""The protocols of candidates, models and metrics, offline and live.

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
    """A model that answers requests.

    Answers come in the order of the requests; an answer may not depend on the other requests of the batch.
    """

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """One answer for each request, in order."""
        ...


@dataclass(frozen=True, slots=True)
class LearningExample:
    """A request, the model's answer to it, and the outcome."""

    request: Request
    answer: Answer
    outcome: Outcome


@runtime_checkable
class OnlineModel(Protocol):
    """A model that learns from its served decisions.

    Its answers depend on its files, on the outcomes it received, in order, and on the request; so every answer can be
    reproduced from the log. It receives the outcomes of its own decisions only, each when it becomes known. Because its
    decisions depend on earlier outcomes, its average is not that of an experiment; so it states the probability of its
    choice in each answer's ``content`` (``"propensity"``), and no probability may become zero.
    """

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """Return one answer for each request, in order; the model does not learn from the call."""
        ...

    def learn(self, told: Sequence[LearningExample], /) -> None:
        """Learn from outcomes, in the order in which they became known; outcomes of other names are ignored."""
        ...


@runtime_checkable
class Candidate(Protocol[Train_contra]):
    """A model that could be chosen: how to fit, save and load it.

    ``complexity`` is 0 for a constant answer and grows with what production must operate; it breaks ties.
    """

    @property
    def name(self) -> str:
        """The name of the candidate in the case."""
        ...

    @property
    def complexity(self) -> int:
        """0 for a constant answer; higher means more to operate."""
        ...

    @property
    def parameters(self) -> Parameters:
        """The parameters with which it is fitted."""
        ...

    def fit(self, train: Train_contra, /, *, rng: np.random.Generator) -> Model:
        """Fit on the data known at the end of training time."""
        ...

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """Return the fitted model as named files of data, never of code."""
        ...

    def load(self, files: Mapping[str, bytes], /) -> Model:
        """Return the model from files that ``save`` wrote; its answers are bit for bit the same."""
        ...


@runtime_checkable
class Tunable(Protocol):
    """A candidate whose parameters can be tuned."""

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[Self]:
        """Return at most ``trials`` versions of the candidate, its current parameters first."""
        ...


@runtime_checkable
class RankingFitCandidate(Protocol):
    """A candidate that can skip the parts of a fit that only its actions need: a threshold, a calibration.

    Where a metric is ``by_rank``, tuning fits parameter sets this way.
    """

    def fit_ranking(self, train: Any, /, *, rng: np.random.Generator) -> Model:
        """Return a model that ranks requests as ``fit`` with the same ``rng`` does; its actions are not meaningful.

        ``save`` and ``load`` handle it like a model of ``fit``.
        """
        ...


@runtime_checkable
class RemarkingCandidate(Protocol):
    """A candidate that can describe how a fit ended: training converged, or its budget ran out."""

    def remark(self, model: Model, /) -> str:
        """Return one line of text, from the content of the model's files; empty if there is nothing to report."""
        ...


@runtime_checkable
class Metric(Protocol):
    """An offline metric that can be recomputed under any weighting of its units, as a bootstrap needs.

    A metric that counts distinct things (the items shown at all) is not smooth in its weights: it has an attribute
    ``smooth = False``, see ``NonSmoothMetric``.
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
        """Return the values that the metric needs of each row, aligned with ``outcomes`` (one row a decision)."""
        ...

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """Return the metric under each weighting: weights (draws, n_rows) to values (draws,); NaN where undefined."""
        ...


@runtime_checkable
class NonSmoothMetric(Protocol):
    """A metric for which a bootstrap is biased, because a resample has fewer distinct units.

    Where ``smooth`` is False, its intervals come from the jackknife: each unit is left out once.
    """

    @property
    def smooth(self) -> bool:
        """False if the metric counts distinct things."""
        ...


def is_smooth(metric: Metric) -> bool:
    """Whether a bootstrap of the metric's units gives valid intervals; False for a ``NonSmoothMetric``."""
    return metric.smooth if isinstance(metric, NonSmoothMetric) else True


@runtime_checkable
class RankOnlyMetric(Protocol):
    """A metric that, where ``by_rank`` is True, depends only on the order of the answers' scores."""

    @property
    def by_rank(self) -> bool:
        """Whether it ignores actions, contents and the size of scores."""
        ...


def is_by_rank(metric: Metric) -> bool:
    """Whether the metric depends only on the order of scores; False if it does not say so."""
    return metric.by_rank if isinstance(metric, RankOnlyMetric) else False


@runtime_checkable
class LiveMetric(Protocol):
    """A metric measured on matured outcomes of served decisions: the quotient of two sums over decisions.

    Experiments, shadows and rollouts compare arms by it. Decisions of one unit are summed first, so that the unit of
    analysis is the unit of randomisation.
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
        """Whether the outcome does not depend on the served answer.

        True for a fact (a payment is fraud or is not), False for a reaction to the served answer (a click).
        Outcomes that depend on the answer cannot be judged in shadow.
        """
        ...

    @property
    def largest_weight(self) -> float:
        """The largest possible ``outcome_weight``: 1 if every outcome is observed, 20 if one in twenty is."""
        ...

    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        """Return ``numerator`` and ``denominator`` (Float64) of each decision; the value is the ratio of their sums.

        Args:
            decisions: (n,) rows as ``DecisionLog.table`` gives them, all old enough that their outcome should be known;
                of a shadow, ``action`` and ``score`` are the shadow's. A row counts ``outcome_weight`` times: 1 over
                the probability that its outcome is observed.

        Returns:
            n rows; both values are null where the outcome is unknown and its absence carries no information.
        """
        ...


@runtime_checkable
class ContentMetric(Protocol):
    """A live metric that reads the served content as well as the action: the items, the quantity, the text.

    Where ``reads_content`` is True, ``decisions`` has a further column ``content``: JSON with sorted keys, null where
    the answer has none. Reading it takes time, so it is omitted where no metric needs it.
    """

    @property
    def reads_content(self) -> bool:
        """Whether it reads the content."""
        ...


def reads_content(*metrics: LiveMetric) -> bool:
    """Whether one of the metrics reads the content of answers."""
    return any(metric.reads_content for metric in metrics if isinstance(metric, ContentMetric))


@runtime_checkable
class SimulatedMetric(Protocol):
    """A live metric that may be measured on simulated units; every reading of it reports this."""

    @property
    def simulated(self) -> bool:
        """Whether the units are simulated."""
        ...
