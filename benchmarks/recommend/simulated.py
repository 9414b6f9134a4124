"""Interactions of any size, and the requests of their users; simulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from starcase.contract.request import Request
from starcase.systems.recommend.history import encode_history
from starcase.systems.recommend.training import TrainingSet
from starcase.tables.clock import DAY

ITEMS, USERS, EACH, GROUPS = 100_000, 40_000, 40, 500
NOW = 400 * DAY


def taken(items: int, users: int, *, each: int = EACH, words: bool = False, seed: int = 1) -> TrainingSet:
    """Users with a taste for a few groups of items, popular items taken more often; simulated.

    With ``words`` an item is called by its group and by one of many makers.
    """
    rng = np.random.default_rng(seed)
    group = rng.integers(0, GROUPS, items)
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(GROUPS + 1))
    user = np.repeat(np.arange(users), each)
    favourite = rng.integers(0, GROUPS, (users, 4))
    mine = favourite[user, rng.integers(0, 4, user.size)]
    width = np.maximum(1, begins[mine + 1] - begins[mine])
    item = order[np.minimum(begins[mine] + (width * rng.random(user.size) ** 2).astype(np.int64), items - 1)]
    at = np.sort(rng.integers(0, NOW, user.size))
    shuffled = rng.permutation(user.size)
    makers = np.random.default_rng(seed + 1).integers(0, max(1, items // EACH), items)
    texts = tuple(f"group{g} maker{m}" if words else "" for g, m in zip(group.tolist(), makers.tolist(), strict=True))
    return TrainingSet(
        items=tuple(f"i{code}" for code in range(items)), texts=texts, users=users, at=at,
        user=user[shuffled], item=item[shuffled], hit=np.ones(user.size, dtype=np.bool_), end=NOW, repeat=True,
        length=10, recent=30 * DAY, memory_mb=8_000,
    )  # fmt: skip


def few(train: TrainingSet, users: int) -> TrainingSet:
    """The same catalogue, and what the first ``users`` took."""
    rows = train.user < users
    return replace(
        train, users=users, at=train.at[rows], user=train.user[rows], item=train.item[rows], hit=train.hit[rows]
    )


def asked(train: TrainingSet, count: int) -> list[Request]:
    """Requests of users of the training time."""
    users = np.random.default_rng(2).permutation(train.users)[:count]
    found = []
    for user, past in zip(users.tolist(), train.histories(np.sort(users)), strict=True):
        text = encode_history(past.at.tolist(), [train.items[code] for code in past.codes.tolist()])
        found.append(Request(f"r{user}", f"u{user}", NOW, {"history": text, "past": len(past)}))
    return found
