"""Requests to a model and its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

Scalar = float | int | str | bool | None
Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
FloatArray = npt.NDArray[np.float64]


class Request(msgspec.Struct, frozen=True, gc=False):
    """One thing to decide: a transaction to judge, a user to recommend to, a product to order.

    Args:
        id: identifies the decision; a repeated request with the same id is the same decision.
        unit: the unit that is randomised: a card, a user, a shop.
        at: the time of the request, in microseconds UTC.
        features: the values known at that time, by name.
    """

    id: str
    unit: str
    at: int
    features: Mapping[str, Scalar]


class Answer(msgspec.Struct, frozen=True, gc=False):
    """The answer of a model to one request.

    Args:
        action: the action taken: ``"approve"``, ``"block"``, ``"rank"``, ``"order"``, ``"offer"``, ``"reply"``.
        score: the number from which the action was derived; comparable between requests, not between models.
        content: anything else that is served: the ranked items, the quantity, the text.
    """

    action: str
    score: float
    content: Json = None


class RequestTable(Sequence[Request]):
    """Requests stored as columns: a sequence of rows for any model, a matrix for a model that reads one.

    Args:
        ids: (n,) decision ids.
        units: (n,) randomisation units.
        at: (n,) microseconds UTC.
        features: n rows, one column a feature.

    >>> table = RequestTable(["a", "b"], ["u", "u"], [1, 2], pl.DataFrame({"x": [0.5, 1.5]}))
    >>> table[1].features["x"], table.matrix(["x"]).shape
    (1.5, (2, 1))
    """

    __slots__ = ("at", "features", "ids", "units")

    def __init__(self, ids: Sequence[str], units: Sequence[str], at: Sequence[int], features: pl.DataFrame) -> None:
        if not len(ids) == len(units) == len(at) == features.height:
            raise ValueError(f"{len(ids)} ids, {len(units)} units, {len(at)} times, {features.height} feature rows")
        self.ids = ids
        self.units = units
        self.at = at
        self.features = features

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Request: ...
    @overload
    def __getitem__(self, index: slice) -> RequestTable: ...
    def __getitem__(self, index: int | slice) -> Request | RequestTable:
        if isinstance(index, slice):
            return RequestTable(self.ids[index], self.units[index], self.at[index], self.features[index])
        return Request(self.ids[index], self.units[index], self.at[index], self.features.row(index, named=True))

    def __iter__(self) -> Iterator[Request]:
        for id_, unit, at, row in zip(self.ids, self.units, self.at, self.features.iter_rows(named=True), strict=True):
            yield Request(id_, unit, at, row)

    def matrix(self, names: Sequence[str]) -> FloatArray:
        """Return the features ``names`` as float64, shape (n_requests, n_names); missing values are NaN."""
        return self.features.select(pl.col(names).cast(pl.Float64)).fill_null(float("nan")).to_numpy()


def build_matrix(requests: Sequence[Request], names: Sequence[str]) -> FloatArray:
    """Return the features ``names`` of requests as float64, shape (n_requests, n_names); missing values are NaN."""
    if isinstance(requests, RequestTable):
        return requests.matrix(names)
    rows = [[np.nan if (x := r.features[name]) is None else x for name in names] for r in requests]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(names))


def extract_features(requests: Sequence[Request]) -> pl.DataFrame:
    """Return the features of requests, one column a feature."""
    if isinstance(requests, RequestTable):
        return requests.features
    return pl.DataFrame([dict(request.features) for request in requests], infer_schema_length=None)
