"""The answers given lately, for levels of durability at which nothing else remembers them in time."""

from __future__ import annotations

from starcase.serving.http.wire import AnswerMessage

GENERATION = 50_000


class IdempotencyCache:
    """Remembers at least the last ``GENERATION`` answers, at most twice as many.

    >>> recent = IdempotencyCache()
    >>> recent.store_answer(AnswerMessage("t1", "u", 5, 1, 3, "logistic", "c0ffee", 1.0, "approve", 0.25))
    >>> recent.find_answer("t1").action, recent.find_answer("t2")
    ('approve', None)
    """

    __slots__ = ("_new", "_old")

    def __init__(self) -> None:
        self._new: dict[str, AnswerMessage] = {}
        self._old: dict[str, AnswerMessage] = {}

    def find_answer(self, id_: str) -> AnswerMessage | None:
        """The answer that ``id_`` got, None where it is not remembered."""
        return self._new.get(id_) or self._old.get(id_)

    def store_answer(self, answer: AnswerMessage) -> None:
        """Remember an answer."""
        self._new[answer.id] = answer
        if len(self._new) >= GENERATION:
            self._old, self._new = self._new, {}
