"""The training set: interactions before the end of training with the items in the catalogue by then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import xxhash
from scipy import sparse

from starcase.errors import DataError
from starcase.systems.recommend.arrays import AnyArray, FloatArray, IntArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.options import DISCOVERY, RecommendOptions
from starcase.tables.duration import parse_duration


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """All interactions before ``end`` with items of the catalogue, in order of time.

    Args:
        items: (n_items,) the catalogue, in an arbitrary order.
        texts: (n_items,) the words of each; empty where there are none.
        users: number of users, who are identified by number.
        at: (n,) microseconds UTC, never decreasing.
        user: (n,) 0..users-1.
        item: (n,) indices in ``items``.
        hit: (n,) whether the interaction counts as a hit.
        end: the end of training time, microseconds UTC.
        repeat: whether an item a user has taken may be recommended again.
        length: how many items are to be recommended.
        recent: the period of "recently popular", microseconds.
        memory_mb: memory limit of fitting.
    """

    items: tuple[str, ...]
    texts: tuple[str, ...]
    users: int
    at: IntArray
    user: IntArray
    item: IntArray
    hit: AnyArray
    end: int
    repeat: bool
    length: int
    recent: int
    memory_mb: float

    def __len__(self) -> int:
        return int(self.at.size)

    def before(self, moment: int) -> TrainingSet:
        """The interactions before an earlier moment, over the same catalogue."""
        rows = slice(0, int(np.searchsorted(self.at, moment, side="left")))
        return replace(
            self, at=self.at[rows], user=self.user[rows], item=self.item[rows], hit=self.hit[rows], end=moment
        )

    def counts(self) -> sparse.csr_matrix:
        """(users, n_items) the number of baskets in which each user took each item, float32."""
        ones = np.ones(len(self), dtype=np.float32)
        return sparse.csr_matrix((ones, (self.user, self.item)), shape=(self.users, len(self.items)))

    def takers(self) -> FloatArray:
        """(n_items,) the number of users of each item."""
        return np.asarray((self.counts() > 0).sum(axis=0), dtype=np.float64).ravel()

    def count_recent(self) -> FloatArray:
        """(n_items,) how often each item was taken within ``recent``."""
        return self.count_since(self.end - self.recent)

    def count_since(self, moment: int, *, by_user: bool = False) -> FloatArray:
        """(n_items,) how often each item was taken from ``moment`` on, or by how many users."""
        rows = slice(int(np.searchsorted(self.at, moment, side="left")), None)
        items = np.unique(self._encode_pairs(rows)) % len(self.items) if by_user else self.item[rows]
        return np.bincount(items, minlength=len(self.items)).astype(np.float64)

    def histories(self, users: IntArray) -> Iterator[History]:
        """The history of each of ``users`` at the end of training."""
        order = np.argsort(self.user, kind="stable")
        begins = np.searchsorted(self.user[order], np.arange(self.users + 1))
        for user in users.tolist():
            rows = order[begins[user] : begins[user + 1]]
            yield History(self.item[rows], self.at[rows], self.end)

    def find_hits_since(self, moment: int) -> dict[int, IntArray]:
        """Find the distinct hits of each user from ``moment`` on; only new items where only those count."""
        late = slice(int(np.searchsorted(self.at, moment, side="left")), None)
        pairs = np.unique(self._encode_pairs(late)[self.hit[late]])
        if not self.repeat:
            pairs = np.setdiff1d(pairs, self._encode_pairs(slice(0, late.start)))
        users, items = np.divmod(pairs, len(self.items))
        found, first = np.unique(users, return_index=True)
        return dict(zip(found.tolist(), np.split(items, first[1:]), strict=True))

    def cut(self, share: float) -> int:
        """Return the moment before which ``share`` of the interactions lie."""
        return int(self.at[min(len(self) - 1, int(share * len(self)))])

    def _encode_pairs(self, rows: slice) -> IntArray:
        return self.user[rows] * len(self.items) + self.item[rows]


def compute_taken_digest(train: TrainingSet) -> str:
    """Compute a digest of users and items in their order, without times."""
    digest = xxhash.xxh3_128(repr((train.users, len(train.items))).encode())
    for column in (train.user, train.item):
        digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()


def build_training_set(rows: Interactions, end: int, options: RecommendOptions) -> TrainingSet:
    """Build the training set of what was known at ``end``.

    Raises:
        DataError: no item was taken by enough users.
    """
    known = slice(0, int(np.searchsorted(rows.at, end, side="left")))
    kept = select_catalogue(rows, end, options)
    if not kept.size:
        raise DataError(
            f"no item has been taken by {options.fewest_users} users by the end of training",
            mend="use more history, or lower `fewest_users` under [options]",
        )
    place = np.full(len(rows.items), -1)
    place[kept] = np.arange(kept.size)
    item = place[rows.item[known]]
    listed = item >= 0
    users, user = np.unique(rows.user[known][listed], return_inverse=True)
    return TrainingSet(
        items=tuple(rows.items[code] for code in kept.tolist()),
        texts=tuple(rows.texts.get(rows.items[code], "") for code in kept.tolist()),
        users=int(users.size),
        at=rows.at[known][listed],
        user=user.astype(np.int64),
        item=item[listed],
        hit=rows.weight[known][listed] >= options.hit_weight,
        end=end,
        repeat=options.task != DISCOVERY,
        length=options.length,
        recent=parse_duration(options.recent),
        memory_mb=options.memory_mb,
    )


def select_catalogue(rows: Interactions, end: int, options: RecommendOptions) -> IntArray:
    """Select the items that enough users had taken before ``end``, as indices in ``rows.items``, in arbitrary order.

    An item that appears later is in no catalogue and in no count. The result is cached for each moment.
    """
    asked = (end, options.fewest_users)
    if asked not in rows.catalogues:
        rows.catalogues[asked] = _select_items(rows, end, options.fewest_users)
    return rows.catalogues[asked]


def _select_items(rows: Interactions, end: int, fewest_users: int) -> IntArray:
    known = slice(0, int(np.searchsorted(rows.at, end, side="left")))
    pairs = np.unique(rows.user[known] * len(rows.items) + rows.item[known])
    takers = np.bincount(pairs % len(rows.items), minlength=len(rows.items))
    kept = np.flatnonzero(takers >= fewest_users)
    return kept[np.argsort([xxhash.xxh3_64_intdigest(rows.items[code].encode()) for code in kept.tolist()])]
