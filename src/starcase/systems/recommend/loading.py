"""Load the dataset of a case, cached while files and columns are unchanged."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starcase.contract.case_spec import Case
from starcase.systems.recommend.dataset import RecommendDataset
from starcase.systems.recommend.interactions import read_interactions
from starcase.systems.recommend.options import RecommendOptions
from starcase.tables.duration import parse_duration


def load(case: Case, options: RecommendOptions) -> RecommendDataset:
    """Return the dataset of a case; a second call in the same process does not read the files again.

    Raises:
        DataError: a file cannot be used; the message names file, column, row and mend.
    """
    states = [_read_state(Path(case.folder, name)) for name in (case.data.path, options.items) if name]
    return _load(_CaseKey((tuple(states), repr(case.data), repr(options)), case, options))


def _read_state(path: Path) -> tuple[str, int, int]:
    if not path.is_file():
        return str(path.resolve()), 0, 0
    found = path.stat()
    return str(path.resolve()), found.st_mtime_ns, found.st_size


class _CaseKey:
    """A case that equals another one where files, columns and options are the same."""

    __slots__ = ("case", "key", "options")

    def __init__(self, key: object, case: Case, options: RecommendOptions) -> None:
        self.key = key
        self.case = case
        self.options = options

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _CaseKey) and self.key == other.key


@lru_cache(maxsize=2)
def _load(asked: _CaseKey) -> RecommendDataset:
    rows = read_interactions(asked.case, asked.options)
    return RecommendDataset(rows, asked.options, parse_duration(asked.case.data.delay, key="data.delay"))
