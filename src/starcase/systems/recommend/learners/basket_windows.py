"""Windows of consecutive baskets for a sequence model: each basket predicts the next one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from starcase.systems.recommend.arrays import AnyArray, IntArray, SingleArray
from starcase.systems.recommend.training import TrainingSet


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketBatch:
    """A batch of users' latest baskets, right-aligned in ``length`` slots each.

    Args:
        users: how many.
        items: (i,) the items of all baskets, one basket after the other.
        begins: (b,) where each basket begins in ``items``.
        slots: (b,) user times length plus place of each basket.
        absent: (users, length) which slots are empty.
        asked: (q,) slots with a next basket.
        answers: (a,) the items of those next baskets.
        answer_of: (a,) which of ``asked`` each answers.
        answer_weight: (a,) one over the number of answers to the same question.
    """

    users: int
    items: IntArray
    begins: IntArray
    slots: IntArray
    absent: AnyArray
    asked: IntArray
    answers: IntArray
    answer_of: IntArray
    answer_weight: SingleArray


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketWindows:
    """Windows of at most ``length + 1`` baskets: the last one only answers.

    Args:
        item: (n,) items, ordered by user, then time.
        counts: (n,) whether the item counts as an answer.
        edges: (k + 1,) where each basket begins in ``item``.
        first: (w,) first basket of each window.
        last: (w,) its last one, which only answers.
        length: of a window.
    """

    item: IntArray
    counts: AnyArray
    edges: IntArray
    first: IntArray
    last: IntArray
    length: int

    def __len__(self) -> int:
        return int(self.first.size)

    def batch(self, rows: IntArray) -> BasketBatch:
        """The windows ``rows`` as flat arrays."""
        sizes = self.last[rows] - self.first[rows]
        owner = np.repeat(np.arange(rows.size), sizes)
        baskets = _build_ranges(self.first[rows], sizes)
        slots = owner * self.length + self.length - sizes[owner] + (baskets - self.first[rows][owner])
        widths = np.diff(self.edges)[baskets]
        items = self.item[_build_ranges(self.edges[baskets], widths)]
        answers = _build_ranges(self.edges[baskets + 1], np.diff(self.edges)[baskets + 1])
        answer_of = np.repeat(np.arange(baskets.size), np.diff(self.edges)[baskets + 1])
        kept = self.counts[answers]
        answers, answer_of = answers[kept], answer_of[kept]
        asked, answer_of, number = np.unique(answer_of, return_inverse=True, return_counts=True)
        absent = np.ones(rows.size * self.length, dtype=np.bool_)
        absent[slots] = False
        return BasketBatch(
            users=rows.size, items=items, begins=np.cumsum(widths) - widths, slots=slots,
            absent=absent.reshape(rows.size, self.length), asked=slots[asked], answers=self.item[answers],
            answer_of=answer_of, answer_weight=(1.0 / number[answer_of]).astype(np.float32),
        )  # fmt: skip


def build_windows(train: TrainingSet, length: int) -> BasketWindows:
    """Build the windows of all users; where only new items count, known items are not answers."""
    order = np.argsort(train.user, kind="stable")
    user, item, at = train.user[order], train.item[order], train.at[order]
    changed = (np.diff(user, prepend=-1) != 0) | (np.diff(at, prepend=-1) != 0)
    edges = np.append(np.flatnonzero(changed), user.size)
    whose = user[edges[:-1]]
    begin = np.flatnonzero(np.diff(whose, prepend=-1))
    end = np.append(begin[1:], whose.size) - 1
    first: list[int] = []
    last: list[int] = []
    for start, stop in zip(begin.tolist(), end.tolist(), strict=True):
        for until in range(stop, start, -length):
            first.append(max(start, until - length))
            last.append(until)
    return BasketWindows(
        item=item, counts=train.hit[order] & (train.repeat | _find_first_times(user, item)), edges=edges,
        first=np.array(first, dtype=np.int64), last=np.array(last, dtype=np.int64), length=length,
    )  # fmt: skip


def _find_first_times(user: IntArray, item: IntArray) -> AnyArray:
    _, first = np.unique(np.stack([user, item]), axis=1, return_index=True)
    found = np.zeros(user.size, dtype=np.bool_)
    found[first] = True
    return found


def _build_ranges(starts: IntArray, sizes: IntArray) -> IntArray:
    """Concatenate integer ranges, each with its start and size.

    >>> _build_ranges(np.array([5, 9]), np.array([2, 3])).tolist()
    [5, 6, 9, 10, 11]
    """
    begins = np.cumsum(sizes) - sizes
    return np.repeat(starts - begins, sizes) + np.arange(int(sizes.sum()))
