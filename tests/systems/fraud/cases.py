"""A small, seeded stream of transactions with known truth, and a case of it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from starcase.contract.case_spec import Case, DataSpec, ObjectiveSpec

ROWS = 3_000


def stream(rows: int = ROWS, *, seed: int = 1) -> pl.DataFrame:
    """Transactions of 60 cards at 40 terminals over about ten days; frauds have a high ``x`` and a high amount."""
    rng = np.random.default_rng(seed)
    seconds = np.sort(rng.integers(0, 10 * 86_400, size=rows))
    fraud = rng.random(rows) < 0.05
    amount = np.round(rng.lognormal(3, 1, rows) * np.where(fraud, 3, 1), 2)
    return pl.DataFrame(
        {
            "when": seconds,
            "pan": rng.integers(0, 60, rows),
            "shop": rng.integers(0, 40, rows),
            "eur": amount,
            "x": rng.normal(size=rows) + 2.5 * fraud,
            "noise": rng.normal(size=rows),
            "country": rng.choice(["BE", "FR", "NL"], rows),
            "fraud": fraud.astype(np.int8),
        }
    )


def case_of(folder: Path, frame: pl.DataFrame, name: str = "tx.parquet", **data: object) -> Case:
    """A case over ``frame``, written to ``folder`` as Parquet or CSV."""
    path = folder / name
    if name.endswith(".csv"):
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    spec: dict[str, object] = {"path": name, "time": "when", "target": "fraud", "amount": "eur", "delay": "1d"}
    options = data.pop("options", {})
    candidates = data.pop("candidates", ())
    return Case(
        name="tx", title="Transactions", system="fraud", incumbent="logistic_regression", folder=str(folder),
        data=DataSpec(**(spec | data)),  # type: ignore[arg-type]
        objective=ObjectiveSpec(metric="average_precision"),
        options=options,  # type: ignore[arg-type]
        candidates=candidates,  # type: ignore[arg-type]
    )  # fmt: skip


def shared(name: str) -> Path:
    """A file of the shared data; the test is skipped where STARCASE_DATA is not set."""
    root = os.environ.get("STARCASE_DATA")
    if not root:
        pytest.skip("STARCASE_DATA does not name the folder of the shared data")
    return Path(root, name)
