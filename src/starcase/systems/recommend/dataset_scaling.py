"""Rescale a dataset to fewer or more users and items, with the same interactions for each user.

Interactions per user stay, so interactions grow as users do. Items of about the same popularity are merged into one
to have fewer, and split into several to have more: the shape of popularity stays, and how
densely users cover the catalogue changes as it would.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from starcase.contract.growth import ResizedTraining
from starcase.contract.system import Fold
from starcase.errors import DataError
from starcase.systems.recommend.arrays import IntArray
from starcase.systems.recommend.evaluation_span import build_requests
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.options import RecommendOptions
from starcase.systems.recommend.training import TrainingSet, build_training_set, select_catalogue

GROWS_BY = "users and items"
FEWEST_USERS, FEWEST_ITEMS, MOST_ROWS = 50, 20, 40_000_000
MIX = 0x9E3779B97F4A7C15


def shrink_dataset(
    rows: Interactions, fold: Fold, options: RecommendOptions, share: float, rng: np.random.Generator
) -> ResizedTraining:
    """Keep a share of the users, and merge the catalogue into a share of its items.

    Raises:
        DataError: fewer than 50 users or 20 items would be left.
    """
    listed = select_catalogue(rows, fold.train_end, options)
    users = np.sort(rng.permutation(len(rows.users))[: round(share * len(rows.users))])
    items = round(share * listed.size)
    if users.size < FEWEST_USERS or items < FEWEST_ITEMS:
        raise DataError(
            f"{users.size} users and {items} items are too few to estimate how costs grow",
            mend="remove the smallest share from `growth` under [contest]",
        )
    fewer = _select_interactions(rows, _merge_items(rows, listed, items), users, listed)
    every = replace(options, fewest_users=1)
    train = build_training_set(fewer, fold.train_end, every)
    return ResizedTraining(train=train, counts=count_sizes(train), requests=build_requests(fewer, fold, every))


def grow_dataset(train: TrainingSet, factor: int) -> ResizedTraining:
    """Make ``factor`` users of each user, and as many items of each item; interactions are spread over these items.

    Raises:
        DataError: the table would be too large.
    """
    if len(train) * factor > MOST_ROWS:
        raise DataError(
            f"{len(train) * factor:,} interactions are too many for a cost forecast",
            mend="forecast from a share of the users",
        )
    copy = np.tile(np.arange(factor), len(train))
    user, item = np.repeat(train.user, factor), np.repeat(train.item, factor)
    mixed = (user.astype(np.uint64) * np.uint64(MIX)) ^ (item.astype(np.uint64) * np.uint64(MIX >> 1))
    part = (copy + (mixed >> np.uint64(33)).astype(np.int64)) % factor
    larger = replace(
        train,
        items=tuple(f"{name} {number}" for name in train.items for number in range(factor)),
        texts=tuple(text for text in train.texts for _ in range(factor)),
        users=train.users * factor,
        at=np.repeat(train.at, factor),
        user=user * factor + copy,
        item=item * factor + part,
        hit=np.repeat(train.hit, factor),
    )
    return ResizedTraining(train=larger, counts=count_sizes(larger))


def count_sizes(train: TrainingSet) -> dict[str, int]:
    """Count users, items and interactions."""
    return {"users": train.users, "items": len(train.items), "interactions": len(train)}


def _merge_items(rows: Interactions, listed: IntArray, groups: int) -> IntArray:
    """Map items to the smaller catalogue, (n_items,); -1 for items outside the catalogue."""
    ranked = listed[np.argsort(-rows.takers[listed], kind="stable")]
    group = np.full(len(rows.items), -1)
    group[ranked] = np.arange(ranked.size) * groups // ranked.size
    return group


def _select_interactions(rows: Interactions, group: IntArray, users: IntArray, listed: IntArray) -> Interactions:
    place = np.full(len(rows.users), -1)
    place[users] = np.arange(users.size)
    kept = np.flatnonzero((place[rows.user] >= 0) & (group[rows.item] >= 0))
    kept = kept[np.lexsort((group[rows.item[kept]], rows.basket[kept]))]
    first = {int(group[code]): code for code in reversed(listed.tolist())}
    return Interactions(
        at=rows.at[kept], user=place[rows.user[kept]], item=group[rows.item[kept]],
        basket=np.unique(rows.basket[kept], return_inverse=True)[1].astype(np.int64), weight=rows.weight[kept],
        carried={name: values[kept] for name, values in rows.carried.items()},
        users=tuple(rows.users[code] for code in users.tolist()),
        items=tuple(rows.items[first[number]] for number in range(len(first))),
        texts=rows.texts, fingerprint=rows.fingerprint, findings=(),
    )  # fmt: skip
