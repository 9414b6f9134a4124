"""A score made into an answer: what one's own model does when it is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol

from starcase.contract.request import Answer, Request
from starcase.errors import DataError


class Scorer(Protocol):
    """Features in the order of ``names`` to a number."""

    @property
    def names(self) -> tuple[str, ...]:
        """The features it wants, in order."""
        ...

    def score(self, values: Sequence[float | None], /) -> float:
        """The number for one row; a missing value is None or NaN. Raises TypeError where one is no number."""
        ...


class ThresholdModel:
    """Does ``above`` where the score reaches the threshold, ``below`` elsewhere.

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
        """One answer a request, in order; raises DataError naming a feature that is missing or is no number."""
        row, score = self._row, self.scorer.score
        answers = []
        for request in requests:
            try:
                number = score(row(request.features))
            except KeyError as error:
                raise DataError(f"the request has no feature {error.args[0]!r}") from error
            except TypeError as error:
                raise DataError("a feature is no number", why=str(error)) from error
            answers.append(Answer(self._above if number >= self._threshold else self._below, number))
        return answers


def _build_row_getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[float | None]]:
    """Features to their values in the order of ``names``; raises KeyError."""
    if len(names) == 1:  # itemgetter of one name gives no row
        (name,) = names
        return lambda features: (features[name],)
    return itemgetter(*names)
