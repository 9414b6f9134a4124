"""The answers given lately, for levels of durability at which nothing else remembers them in time."""

from __future__ import annotations

from starcase.serving.http.wire import Given

GENERATION = 50_000


class Recent:
    """Remembers at least the last ``GENERATION`` answers, at most twice as many.

    >>> recent = Recent()
    >>> recent.keep(Given("t1", "u", 5, 1, 3, "logistic", "c0ffee", 1.0, "approve", 0.25))
    >>> recent.get("t1").action, recent.get("t2")
    ('approve', None)
    """

    __slots__ = ("_new", "_old")

    def __init__(self) -> None:
        self._new: dict[str, Given] = {}
        self._old: dict[str, Given] = {}

    def get(self, id_: str) -> Given | None:
        """The answer that ``id_`` got, None where it is not remembered."""
        return self._new.get(id_) or self._old.get(id_)

    def keep(self, answer: Given) -> None:
        """Remember an answer."""
        self._new[answer.id] = answer
        if len(self._new) >= GENERATION:
            self._old, self._new = self._new, {}
