"""From a case to its dataset, read once as long as file and columns stay what they are."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starcase.case.spec import Case
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.options import FraudOptions
from starcase.systems.fraud.transactions import read_transactions


def load(case: Case, options: FraudOptions) -> FraudDataset:
    """The dataset of a case; asking again in the same process does not read the file again.

    Raises:
        DataError: the file cannot be used; the message names file, column, row and mend.
    """
    path = Path(case.folder) / case.data.path
    state = path.stat() if path.is_file() else None
    key = (str(path.resolve()), state and (state.st_mtime_ns, state.st_size), repr(case.data), repr(options))
    return _load(_Asked(key, case, options))


class _Asked:
    """A case that equals another one where file, columns and options are the same."""

    __slots__ = ("case", "key", "options")

    def __init__(self, key: object, case: Case, options: FraudOptions) -> None:
        self.key = key
        self.case = case
        self.options = options

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


@lru_cache(maxsize=1)
def _load(asked: _Asked) -> FraudDataset:
    rows = read_transactions(asked.case, asked.options)
    return FraudDataset(
        transactions=rows,
        features=rows.raw,
        money=frozenset({rows.amount}) if rows.amount else frozenset(),
        base=tuple(rows.raw.columns),
        review_cost=asked.options.review_cost,
    )
