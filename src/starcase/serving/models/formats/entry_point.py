"""A Python entry point ``module:function`` as a model; it is code and is marked as code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from starcase.contract.request import Answer, Request, Scalar
from starcase.errors import ArtefactError, PluginError


class EntryPoint:
    """A function from features to a number, an (action, number) or an ``Answer``.

    Args:
        value: ``"module:function"`` of something installed.
        threshold: the score from which on ``above`` is done, where the function gives a number.
        above: an action.
        below: an action.

    Raises:
        PluginError: it cannot be imported.
    """

    def __init__(self, value: str, *, threshold: float, above: str, below: str) -> None:
        module, _, name = value.partition(":")
        try:
            self._function: Callable[[dict[str, Scalar]], Any] = getattr(import_module(module), name)
        except Exception as error:
            raise PluginError(f"{value!r} cannot be loaded", why=f"{type(error).__name__}: {error}") from error
        self._threshold = threshold
        self._above = above
        self._below = below

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """Return one answer per request, in order."""
        return [self._convert_answer(self._function(dict(request.features))) for request in requests]

    def _convert_answer(self, said: object) -> Answer:
        if isinstance(said, Answer):
            return said
        if isinstance(said, tuple):
            action, score = said
            return Answer(str(action), float(score))
        if not isinstance(said, int | float):
            raise ArtefactError(
                f"the entry point returned a {type(said).__name__}",
                mend="return a number, (action, number) or an Answer",
            )
        return Answer(self._above if said >= self._threshold else self._below, float(said))
