"""The interactions of a case, read and checked, in one global time order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.contract.case_spec import Case, DataSpec
from starcase.contract.request import RequestTable
from starcase.contract.system import Fold
from starcase.evidence.records import Finding, Fingerprint
from starcase.systems.recommend.arrays import FloatArray, IntArray
from starcase.systems.recommend.data.interaction_times import read_times
from starcase.systems.recommend.data.items import check_items, read_item_texts
from starcase.systems.recommend.data.reading import read, read_keys
from starcase.systems.recommend.options import RecommendOptions
from starcase.tables.clock import SECOND
from starcase.tables.data_errors import build_data_error
from starcase.tables.fingerprint import compute_fingerprint

Span = tuple[Fold, RecommendOptions]
BASKET, CARRIED = "basket", "carried "
EVENT = ("at", "user", "basket", "item")


@dataclass(frozen=True)
class Interactions:
    """Columns of n interactions, aligned, in order of (time, user, basket, item).

    Args:
        at: (n,) microseconds UTC; the time of its basket's first interaction, so that a basket is never split.
        user: (n,) indices in ``users``.
        item: (n,) indices in ``items``.
        basket: (n,) codes 0..k-1, rising with time; what a user took at one moment where the case names no basket.
        weight: (n,) strength; 1 where the case names no weight.
        carried: (n,) by name, what else identifies a basket: a device, a shop; that of its first interaction.
        users: names.
        items: names.
        texts: the words of items, by name.
        fingerprint: of the file's content.
        findings: of the reading.
    """

    at: IntArray
    user: IntArray
    item: IntArray
    basket: IntArray
    weight: FloatArray
    carried: Mapping[str, npt.NDArray[np.object_]]
    users: tuple[str, ...]
    items: tuple[str, ...]
    texts: Mapping[str, str]
    fingerprint: Fingerprint
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return int(self.at.size)

    @cached_property
    def catalogues(self) -> dict[tuple[int, int], IntArray]:
        """A cache of ``training.select_catalogue``, by moment and fewest users."""
        return {}

    @cached_property
    def requests(self) -> dict[Span, RequestTable]:
        """A cache of ``RecommendDataset.requests``."""
        return {}

    @cached_property
    def outcomes(self) -> dict[Span, pl.DataFrame]:
        """A cache of ``RecommendDataset.outcomes``."""
        return {}

    @cached_property
    def takers(self) -> IntArray:
        """(n_items,) how many users ever took each item."""
        pairs = np.unique(self.user * len(self.items) + self.item)
        return np.bincount(pairs % len(self.items), minlength=len(self.items))

    @cached_property
    def of_user(self) -> tuple[IntArray, IntArray]:
        """Rows ordered by user and time, and where each user's rows begin, (n_users + 1,)."""
        order = np.argsort(self.user, kind="stable")
        return order, np.searchsorted(self.user[order], np.arange(len(self.users) + 1))


def read_interactions(case: Case, options: RecommendOptions) -> Interactions:
    """Read and check the data of a case.

    Raises:
        DataError: the file cannot be used; the message names file, column, row and mend.
    """
    spec = case.data
    path = Path(case.folder) / spec.path
    frame = read(path, _list_columns(spec, options))
    texts = read_item_texts(case.folder, options)
    when = read_times(frame[spec.time], spec, exported=options.exported, saved=int(path.stat().st_mtime) * SECOND)
    rows = pl.DataFrame(
        {
            "at": when.at,
            "user": read_keys(frame, spec.unit, "user", spec.path),
            "item": read_keys(frame, spec.target, "item", spec.path),
            "weight": _read_weights(frame, spec, options),
        }
    )
    if BASKET in spec.entities:
        rows = rows.with_columns(basket=read_keys(frame, spec.entities[BASKET], BASKET, spec.path))
    else:
        rows = rows.with_columns(basket=pl.col("at").cast(pl.String))
    rows = rows.with_columns(at=pl.col("at").min().over("user", "basket"))
    carried = [name for name in spec.entities if name != BASKET]
    for name in carried:
        column = frame[spec.entities[name]].cast(pl.String)
        rows = rows.with_columns(column.alias(f"{CARRIED}{name}"))
    kept = [pl.col(f"{CARRIED}{name}").first() for name in carried]
    once = rows.group_by(*EVENT, maintain_order=True).agg(pl.col("weight").max(), *kept).sort(EVENT)
    findings = (*when.findings, *_check_duplicates(rows.height - once.height, spec), *_check_weight(options))
    if once["user"].n_unique() == 1:
        mend = "use the interactions of many users, or correct `unit` under [data]"
        raise build_data_error("all interactions are of one user", file=spec.path, column=spec.unit, mend=mend)
    return _encode_rows(once, texts, findings, compute_fingerprint(frame, path=spec.path), options)


def _list_columns(spec: DataSpec, options: RecommendOptions) -> dict[str, str]:
    if not spec.unit:
        mend = 'write `unit = "..."` under [data], or `--unit` with `starcase new`'
        raise build_data_error("the case does not name the column of users", file=spec.path, mend=mend)
    wanted = {"data.time": spec.time, "data.target": spec.target, "data.unit": spec.unit}
    wanted |= {f"data.entities.{name}": column for name, column in spec.entities.items()}
    if options.weight:
        wanted["options.weight"] = options.weight
    return wanted


def _read_weights(frame: pl.DataFrame, spec: DataSpec, options: RecommendOptions) -> pl.Series:
    if not options.weight:
        return pl.Series([1.0]).new_from_index(0, frame.height)
    series = frame[options.weight]
    numbers = series.cast(pl.Float64, strict=False)
    bad = (~numbers.is_finite()).fill_null(value=True) | (numbers < 0).fill_null(value=True)
    if bad.any():
        row = int(bad.arg_max() or 0)
        mend = "give a number of 0 or more, or leave the row out"
        said = "missing" if series[row] is None else series[row]
        raise build_data_error(f"the weight is {said}", file=spec.path, column=options.weight, row=row, mend=mend)
    return numbers


def _check_duplicates(count: int, spec: DataSpec) -> tuple[Finding, ...]:
    if not count:
        return ()
    what = f"{count} rows repeat a user, item and basket; each counts once, with its highest weight"
    return (Finding(severity="warning", where=spec.path, what=what, mend="check whether an export wrote rows twice"),)


def _check_weight(options: RecommendOptions) -> tuple[Finding, ...]:
    if options.weight:
        return ()
    return (Finding(severity="note", where="[options]", what="no weight is named: every interaction counts the same"),)


def _encode_rows(
    rows: pl.DataFrame, texts: Mapping[str, str], findings: tuple[Finding, ...], print_: Fingerprint,
    options: RecommendOptions,
) -> Interactions:  # fmt: skip
    users, items = rows["user"].unique().sort(), rows["item"].unique().sort()
    codes = rows.with_columns(
        user=pl.col("user").cast(pl.Enum(users)).to_physical().cast(pl.Int64),
        item=pl.col("item").cast(pl.Enum(items)).to_physical().cast(pl.Int64),
        basket=pl.struct("at", "user", "basket").rle_id().cast(pl.Int64),
    )
    names = tuple(items.to_list())
    return Interactions(
        at=codes["at"].to_numpy(), user=codes["user"].to_numpy(), item=codes["item"].to_numpy(),
        basket=codes["basket"].to_numpy(), weight=codes["weight"].to_numpy(),
        carried=_collect_carried(codes), users=tuple(users.to_list()),
        items=names, texts=texts, fingerprint=print_, findings=(*findings, *check_items(names, texts, options)),
    )  # fmt: skip


def _collect_carried(rows: pl.DataFrame) -> dict[str, npt.NDArray[np.object_]]:
    firsts = rows.select(pl.col(f"^{CARRIED}.*$").first().over("basket"))
    return {name.removeprefix(CARRIED): firsts[name].to_numpy() for name in firsts.columns}
