"""A scorer with a threshold, served as a model that answers one of two actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol

from starcase.contract.request import Answer, Request
from starcase.errors import DataError


class Scorer(Protocol):
    """Computes a number from features in the order of ``names``."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its features, in order."""
        ...

    def score(self, values: Sequence[float | None], /) -> float:
        """Return the score of one row; a missing value is None or NaN. Raises TypeError where one is not a number."""
        ...


class ThresholdModel:
    """Answers ``above`` where the score reaches the threshold, ``below`` elsewhere.

    Args:
        scorer: features to a number.
        threshold: the score from which on ``above`` is done.
        above: an action.
        below: an action.
    """

    __slots__ = ("_above", "_below", "_row", "_threshold", "scorer")

    def __init__(self, scorer: Scorer, *, threshold: float, above: str, below: str) -> None:
        self.scorer = scorer
        self._row = _build_row_getter(scorer.names)
        self._threshold = threshold
        self._above = above
        self._below = below

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """Return one answer per request, in order; raises DataError naming a feature that is missing or no number."""
        row, score = self._row, self.scorer.score
        answers = []
        for request in requests:
            try:
                number = score(row(request.features))
            except KeyError as error:
                raise DataError(f"the request has no feature {error.args[0]!r}") from error
            except TypeError as error:
                raise DataError("a feature is not a number", why=str(error)) from error
            answers.append(Answer(self._above if number >= self._threshold else self._below, number))
        return answers


def _build_row_getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[float | None]]:
    """Build a function from features to values in the order of ``names``; it raises KeyError."""
    if len(names) == 1:  # itemgetter of one name does not return a tuple
        (name,) = names
        return lambda features: (features[name],)
    return itemgetter(*names)
