"""The test span of a fold: one request for each user, and the items each user took."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from starcase.contract.request import RequestTable
from starcase.contract.system import Fold
from starcase.systems.recommend.arrays import IntArray
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.options import DISCOVERY, RecommendOptions
from starcase.systems.recommend.request_features import build_schema, collect_features, find_past_rows
from starcase.systems.recommend.training import select_catalogue


def find_active_users(rows: Interactions, fold: Fold) -> tuple[slice, IntArray]:
    """Find the rows of a test span, and the users with at least one row, in rising order."""
    first, last = np.searchsorted(rows.at, [fold.test_start, fold.test_end], side="left").tolist()
    return slice(first, last), np.unique(rows.user[first:last])


def build_requests(rows: Interactions, fold: Fold, options: RecommendOptions) -> RequestTable:
    """Build one request for each user at the beginning of the span, with the user's history."""
    _, users = find_active_users(rows, fold)
    names = [rows.users[user] for user in users.tolist()]
    known = [collect_features(rows, user, fold.test_start, options.history) for user in users.tolist()]
    ids = [f"{fold.test_start}:{name}" for name in names]
    return RequestTable(ids, names, [fold.test_start] * len(names), pl.DataFrame(known, schema=build_schema(rows)))


def collect_targets(rows: Interactions, fold: Fold, options: RecommendOptions) -> pl.DataFrame:
    """Collect one row for each user of the span, in the order of ``build_requests``.

    Columns ``id``, ``unit``, ``cluster``, ``at``; ``targets``, distinct items taken that could be recommended;
    ``cold``, how many further ones are in no catalogue yet; ``past``, interactions before; ``catalogue``, its size.
    """
    span, users = find_active_users(rows, fold)
    listed = np.zeros(len(rows.items), dtype=np.bool_)
    kept = select_catalogue(rows, fold.train_end, options)
    listed[kept] = True
    hits = rows.weight[span] >= options.hit_weight
    pairs = np.unique(rows.user[span][hits] * len(rows.items) + rows.item[span][hits])
    if options.task == DISCOVERY:
        before = slice(0, int(np.searchsorted(rows.at, fold.train_end, side="left")))
        pairs = np.setdiff1d(pairs, np.unique(rows.user[before] * len(rows.items) + rows.item[before]))
    who, what = np.divmod(pairs, len(rows.items))
    edges = np.searchsorted(who, np.append(users, len(rows.users)))
    taken = [what[a:b] for a, b in pairwise(edges.tolist())]
    names = [rows.users[user] for user in users.tolist()]
    return pl.DataFrame(
        {
            "id": pl.Series([f"{fold.test_start}:{name}" for name in names], dtype=pl.String),
            "unit": pl.Series(names, dtype=pl.String),
            "cluster": pl.Series(names, dtype=pl.String),
            "at": pl.Series([fold.test_start] * len(names), dtype=pl.Int64),
            "targets": pl.Series(
                [_list_names(rows, items[listed[items]]) for items in taken], dtype=pl.List(pl.String)
            ),
            "cold": pl.Series([int((~listed[items]).sum()) for items in taken], dtype=pl.Int64),
            "past": pl.Series([find_past_rows(rows, u, fold.test_start).size for u in users.tolist()], dtype=pl.Int64),
            "catalogue": pl.Series([kept.size] * len(names), dtype=pl.Int64),
        }
    )


def _list_names(rows: Interactions, items: IntArray) -> list[str]:
    return [rows.items[item] for item in items.tolist()]
