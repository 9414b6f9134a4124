"""A small, seeded stream of purchases with known structure, and a case of it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from starcase.contract.case_spec import Case, DataSpec, ObjectiveSpec

DAY = 86_400


def purchases(users: int = 60, items: int = 40, baskets: int = 12, *, seed: int = 1) -> pl.DataFrame:
    """Each user belongs to one of four tastes of ten items each, and buys three of them at a time, some again."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(users):
        favourites = rng.choice(items // 4, 5, replace=False) * 4 + user % 4
        taste = np.arange(user % 4, items, 4)
        for moment in np.sort(rng.integers(0, 100 * DAY, baskets)).tolist():
            taken = set(rng.choice(favourites, 2, replace=False).tolist()) | {int(rng.choice(taste))}
            rows += [(moment, f"u{user:02d}", f"i{item:02d}", 1.0 + item % 5) for item in sorted(taken)]
    return pl.DataFrame(rows, schema=["at", "user", "item", "stars"], orient="row").sort("at", "user", "item")


def case_of(folder: Path, frame: pl.DataFrame, name: str = "taken.parquet", **given: object) -> Case:
    """A case over ``frame``, written to ``folder`` as Parquet or CSV."""
    path = folder / name
    if name.endswith(".csv"):
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    options = {"fewest_users": 2, **given.pop("options", {})}  # type: ignore[dict-item]
    candidates = given.pop("candidates", ())
    spec: dict[str, object] = {"path": name, "time": "at", "target": "item", "unit": "user"}
    task = options.get("task", "repeat")
    return Case(
        name="shop", title="A shop", system="recommend", incumbent="item_knn", folder=str(folder),
        data=DataSpec(**(spec | given)),  # type: ignore[arg-type]
        objective=ObjectiveSpec(metric=f"{task}_ndcg_{options.get('length', 10)}"),
        options=options,
        candidates=candidates,  # type: ignore[arg-type]
    )  # fmt: skip


def shared(name: str) -> Path:
    """A file of the shared data; the test is skipped where STARCASE_DATA is not set."""
    root = os.environ.get("STARCASE_DATA")
    if not root:
        pytest.skip("STARCASE_DATA does not name the folder of the shared data")
    return Path(root, name)
