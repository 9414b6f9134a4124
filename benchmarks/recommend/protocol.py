"""The anchors' own rules: their lines, cut and catalogue, so that a row means the same here and there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import polars as pl

from starcase.casefile.toml import read_case
from starcase.contract.case_spec import CandidateSpec, Case, DataSpec, ObjectiveSpec, TomlValue
from starcase.contract.system import Fold
from starcase.extensions.user_code import load_own
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.candidates import LEARNERS, is_installed
from starcase.systems.recommend.dataset import RecommendDataset
from starcase.systems.recommend.training import select_catalogue
from starcase.tables.moment import parse_moment

CASE = Path(__file__).parents[2] / "cases" / "ecommerce-recommender"
RETAIL_CUT = "2011-09-12T16:12:00Z"


@dataclass(frozen=True)
class CutDataset(RecommendDataset):
    """A data set with one fold, cut where the anchors cut: at 80 % of the lines, those a basket repeats included."""

    cut: str = ""

    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        if count != 1 or since is not None or until is not None:
            return super().folds(count=count, since=since, until=until)
        at, end = parse_moment(self.cut, start=self.span()[0], key="cut"), self.span()[1]
        return [Fold(name="fold-1", train_end=at, test_start=at, test_end=end, known_by=end)]

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        """A user who had taken nothing of the catalogue counts as one without a past, as for the anchors."""
        found, rows = super().outcomes(fold), self.interactions
        before = slice(0, int(np.searchsorted(rows.at, fold.train_end, side="left")))
        listed = np.isin(rows.item[before], select_catalogue(rows, fold.train_end, self.options))
        known = pl.Series([rows.users[user] for user in np.unique(rows.user[before][listed]).tolist()])
        has = pl.col("unit").is_in(known.implode())
        return found.with_columns(past=pl.when(has).then("past").otherwise(0).cast(pl.Int64))


@dataclass(frozen=True)
class AnchoredSystem(RecommendSystem):
    """The recommend system, cutting time where the anchors did."""

    cut: str

    def load(self, case: Case) -> RecommendDataset:
        found = super().load(case)
        if not self.cut:
            return found
        return CutDataset(
            interactions=found.interactions, options=found.options, delay=found.delay, notes=found.notes, cut=self.cut
        )


def root() -> Path | None:
    """The folder of the shared data."""
    named = os.environ.get("STARCASE_DATA")
    return Path(named) if named else None


@cache
def retail_folder() -> Path | None:
    """The anchors' lines of Online Retail II: sheets without their overlap, identified buyers, positive, products only.

    Unlike the case's own data, lines that were cancelled later are still there, as they were in the anchors' tables.
    """
    shared = root()
    if shared is None:
        return None
    once = load_own("prepare.py:one_of_each_sheet", CASE)(
        pl.read_parquet(shared / "online-retail" / "online_retail_ii.parquet")
    )
    lines = once.filter(
        pl.col("customer_id").is_not_null() & (pl.col("quantity") > 0) & (pl.col("unit_price") > 0)
    ).with_columns(code=pl.col("stock_code").str.strip_chars().str.to_uppercase())
    lines = lines.filter(pl.col("code").str.contains(r"^\d{5}"))
    folder = Path(mkdtemp(prefix="starcase-retail-"))
    columns = {"at": pl.col("invoice_ts"), "user": pl.col("customer_id").cast(pl.UInt32), "basket": "invoice",
               "item": "code"}  # fmt: skip
    lines.select(**columns).write_parquet(folder / "interactions.parquet")
    load_own("prepare.py:products", CASE)(lines).write_parquet(folder / "items.parquet")
    return folder


def retail(task: str) -> Case | None:
    """The anchors' purchases, every candidate that can be fitted here."""
    folder = retail_folder()
    if folder is None:
        return None
    shipped = read_case(CASE)
    named = tuple(CandidateSpec(name=kind) for kind, learner in LEARNERS.items() if is_installed(learner))
    options = {**shipped.options, "task": task, "items": "items.parquet"}
    data = replace(shipped.data, path="interactions.parquet")
    return replace(
        shipped, candidates=named, guardrails=(), claims=(), objective=ObjectiveSpec(metric=f"{task}_ndcg_10"),
        options=options, data=data, folder=str(folder),
    )  # fmt: skip


def movies() -> Case | None:
    """MovieLens 100k, for benchmarks only: its licence does not let anybody pass it on."""
    shared = root()
    if shared is None:
        return None
    options: dict[str, TomlValue] = {
        "task": "discovery", "fewest_users": 1, "weight": "rating", "hit_weight": 4.0, "items": "items.parquet",
        "item_id": "item_id", "item_text": "genres",
    }  # fmt: skip
    return Case(
        name="movies", title="Movies", system="recommend", incumbent="item_knn", seed=7, options=options,
        folder=str(shared / "movielens-100k"), objective=ObjectiveSpec(metric="discovery_ndcg_10"),
        data=DataSpec(path="ratings.parquet", time="ts", target="item_id", unit="user_id"),
    )  # fmt: skip
