"""A score made into an answer: what one's own model does when it is served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from starcase.case.request import Answer, Request
from starcase.errors import DataError

NAN = float("nan")


class Scorer(Protocol):
    """Features in the order of ``names`` to a number."""

    @property
    def names(self) -> tuple[str, ...]:
        """The features it wants, in order."""
        ...

    def score(self, values: Sequence[float], /) -> float:
        """The number for one row; a missing value is NaN."""
        ...


class OwnModel:
    """Does ``above`` where the score reaches the threshold, ``below`` elsewhere.

    Args:
        scorer: features to a number.
        threshold: the score from which on ``above`` is done.
        above: an action.
        below: an action.
    """

    __slots__ = ("_above", "_below", "_threshold", "scorer")

    def __init__(self, scorer: Scorer, *, threshold: float, above: str, below: str) -> None:
        self.scorer = scorer
        self._threshold = threshold
        self._above = above
        self._below = below

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """One answer a request, in order; raises DataError naming a feature that is missing or is no number."""
        names, score = self.scorer.names, self.scorer.score
        answers = []
        for request in requests:
            features = request.features
            try:
                values = [NAN if (value := features[name]) is None else value for name in names]
                number = score(values)  # type: ignore[arg-type]
            except KeyError as error:
                raise DataError(f"the request has no feature {error.args[0]!r}") from error
            except TypeError as error:
                raise DataError("a feature is no number", why=str(error)) from error
            answers.append(Answer(self._above if number >= self._threshold else self._below, number))
        return answers
