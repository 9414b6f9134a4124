"""Live traffic: one request for each basket, with the user's history before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from starcase.contract.request import Request
from starcase.systems.recommend.arrays import IntArray
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.options import DISCOVERY, RecommendOptions
from starcase.systems.recommend.request_features import collect_features, find_past_rows


@dataclass(frozen=True)
class Visits:
    """The baskets of a case, one request for each.

    Args:
        rows: the interactions.
        options: the task, and the features of a request.
        delay: time after the request in which a taken item counts, microseconds.
    """

    rows: Interactions
    options: RecommendOptions
    delay: int

    @cached_property
    def begins(self) -> IntArray:
        """(n_baskets + 1,) the start of each basket's rows."""
        count = int(self.rows.basket[-1]) + 1
        return np.searchsorted(self.rows.basket, np.arange(count + 1))

    def between(self, since: int, until: int) -> range:
        """The baskets of ``[since, until)`` in order."""
        first, last = np.searchsorted(self.rows.at[self.begins[:-1]], [since, until], side="left").tolist()
        return range(first, max(first, last))

    def request(self, basket: int) -> Request:
        """The request of a basket."""
        row = int(self.begins[basket])
        user, at = int(self.rows.user[row]), int(self.rows.at[row])
        known = collect_features(self.rows, user, at, self.options.history)
        known |= {name: values[row] for name, values in self.rows.carried.items()}
        return Request(f"b{basket}", self.rows.users[user], at, known)

    def find_targets(self, basket: int) -> list[str]:
        """Find the distinct items taken from this basket until ``delay`` later; only new ones where only they count."""
        row = int(self.begins[basket])
        user, at = int(self.rows.user[row]), int(self.rows.at[row])
        order, edges = self.rows.of_user
        mine = order[edges[user] : edges[user + 1]]
        first, last = np.searchsorted(self.rows.at[mine], [at, at + self.delay + 1], side="left").tolist()
        span = mine[first:last]
        found = np.unique(self.rows.item[span][self.rows.weight[span] >= self.options.hit_weight])
        if self.options.task == DISCOVERY:
            found = np.setdiff1d(found, self.rows.item[find_past_rows(self.rows, user, at)])
        return [self.rows.items[item] for item in found.tolist()]
