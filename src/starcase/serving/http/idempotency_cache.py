"""A cache of recent answers, for durability levels at which no record is on disk before the answer."""

from __future__ import annotations

from starcase.serving.http.wire import AnswerMessage

GENERATION = 50_000


class IdempotencyCache:
    """Keeps at least the last ``GENERATION`` answers, at most twice as many.

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
        """Return the answer to ``id_``; None where it is not in the cache."""
        return self._new.get(id_) or self._old.get(id_)

    def store_answer(self, answer: AnswerMessage) -> None:
        """Store an answer."""
        self._new[answer.id] = answer
        if len(self._new) >= GENERATION:
            self._old, self._new = self._new, {}
