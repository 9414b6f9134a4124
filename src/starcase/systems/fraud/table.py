"""Requests as columns, with the names of those that are amounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import polars as pl

from starcase.contract.request import Request, RequestTable


class TransactionTable(RequestTable):
    """A table of transactions that knows which of its features are amounts of money."""

    __slots__ = ("money",)

    def __init__(
        self, ids: Sequence[str], units: Sequence[str], at: Sequence[int], features: pl.DataFrame, money: frozenset[str]
    ) -> None:
        super().__init__(ids, units, at, features)
        self.money = money

    @overload
    def __getitem__(self, index: int) -> Request: ...
    @overload
    def __getitem__(self, index: slice) -> TransactionTable: ...
    def __getitem__(self, index: int | slice) -> Request | TransactionTable:
        if isinstance(index, slice):
            return TransactionTable(
                self.ids[index], self.units[index], self.at[index], self.features[index], self.money
            )
        return super().__getitem__(index)

    def replace_features(self, features: pl.DataFrame) -> TransactionTable:
        """The same transactions with other features."""
        return TransactionTable(self.ids, self.units, self.at, features, self.money)


def convert_to_table(requests: Sequence[Request]) -> TransactionTable:
    """Any requests as columns; those that come as rows name no amounts."""
    if isinstance(requests, TransactionTable):
        return requests
    if isinstance(requests, RequestTable):
        return TransactionTable(requests.ids, requests.units, requests.at, requests.features, frozenset())
    features = pl.DataFrame([dict(request.features) for request in requests], infer_schema_length=None)
    return TransactionTable(
        [request.id for request in requests],
        [request.unit for request in requests],
        [request.at for request in requests],
        features,
        frozenset(),
    )
