"""Says on the error stream which job is done, while the others go on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from starcase.case.executor import Executor

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Telling:
    """An executor of fitting jobs that tells of each when it is done.

    Args:
        executor: does the work.
    """

    executor: Executor

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Results in the order of the items."""
        return self.executor.map(partial(_told, function), items)


def _told(function: Callable[[Item], Result], item: Item) -> Result:
    begun = time.perf_counter()
    result = function(item)
    who, where = getattr(item, "candidate", item), getattr(item, "fold", "")
    name, fold = getattr(who, "name", who), getattr(where, "name", where)
    print(f"  {name}, {fold}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return result
