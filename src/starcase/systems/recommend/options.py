"""The ``[options]`` of a recommender case in case.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starcase.casefile.decode import DecodeError, decode, format_path
from starcase.contract.case_spec import TomlValue
from starcase.errors import CaseFileError
from starcase.tables.duration import parse_duration
from starcase.tables.moment import parse_moment

REPEAT, DISCOVERY = "repeat", "discovery"
TASKS = (REPEAT, DISCOVERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendOptions:
    """The options of a recommender case.

    Args:
        task: ``"repeat"`` where an item may be recommended again, ``"discovery"`` where only new ones may; figures of
            the two are not comparable, so the names of the metrics begin with the task.
        length: how many items are recommended.
        weight: the column of strengths; empty where every interaction counts the same.
        hit_weight: an interaction is a hit only from this weight on (four stars); all count as history.
        items: a table of items, relative to case.toml; empty where there is none.
        item_id: its column of ids.
        item_text: its column of words, for recommendations by content; of several, with commas between: `title, genre`.
        fewest_users: an item is in the catalogue once so many users have taken it in training time.
        recent: the period of "recently popular".
        history: at most this many of a user's latest interactions travel with a request.
        exported: when the data were exported; a later interaction is an error; empty where that is not known.
        simulate_from: in live traffic, simulated users decide what they take; they are fitted on what was taken from
            this moment on, so no candidate may have seen anything later. Empty for history as it was.
        simulated_accept: the share of the most popular items that simulated users take when they look at them.
        simulated_return: simulated users may come back within this time, such as `"7d"`, and that depends on what they
            take; empty where that is not asked.
        memory_mb: a model that would need more than this to be fitted is refused before it is.

    >>> RecommendOptions(task="discovery").length
    10
    """

    task: str = REPEAT
    length: int = 10
    weight: str = ""
    hit_weight: float = 0.0
    items: str = ""
    item_id: str = "item"
    item_text: str = ""
    fewest_users: int = 5
    recent: str = "30d"
    history: int = 1000
    exported: str = ""
    simulate_from: str = ""
    simulated_accept: float = 0.05
    simulated_return: str = ""
    memory_mb: float = 4000.0

    @property
    def item_words(self) -> tuple[str, ...]:
        """The columns that ``item_text`` names.

        >>> RecommendOptions(item_text="title, genre").item_words
        ('title', 'genre')
        """
        return tuple(name for column in self.item_text.split(",") if (name := column.strip()))

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise CaseFileError(f"{self.task!r} is not a task", key="task", mend=f"one of: {', '.join(TASKS)}")
        for key in ("length", "fewest_users", "history"):
            if getattr(self, key) < 1:
                raise CaseFileError(f"`{key}` is {getattr(self, key)}; it must be at least 1", key=key)
        if parse_duration(self.recent, key="recent") <= 0:
            raise CaseFileError("`recent` must be a length above zero", key="recent", mend='such as "30d"')
        for key in ("exported", "simulate_from"):
            if getattr(self, key):
                parse_moment(getattr(self, key), key=key, start=0)
        if not 0 < self.simulated_accept < 1:
            raise CaseFileError("`simulated_accept` must be between 0 and 1", key="simulated_accept")
        if self.simulated_return and (not self.simulate_from or parse_duration(self.simulated_return) <= 0):
            raise CaseFileError(
                "`simulated_return` must be a duration above zero and needs `simulate_from`", key="simulated_return"
            )
        if self.hit_weight and not self.weight:
            raise CaseFileError("`hit_weight` needs `weight`", key="hit_weight", mend="name the column of weights")


def parse_options(given: Mapping[str, TomlValue]) -> RecommendOptions:
    """The options of a case, with every default.

    Raises:
        CaseFileError: a key is unknown (the nearest known one is named), or a value cannot be.

    >>> parse_options({"length": 20}).length
    20
    """
    try:
        return decode(RecommendOptions, dict(given), ("options",))
    except DecodeError as misfit:
        raise CaseFileError(misfit.what, key=format_path(misfit.path), mend=misfit.mend) from misfit
