"""Says on the error stream which piece of work is done, while the others go on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from starcase.compute.progress import ExpectedWork, ProgressStep, listen_to_progress


@contextmanager
def said() -> Iterator[None]:
    """Tell of every candidate when it is fitted and when it has answered, with the seconds since the beginning."""
    begun = time.perf_counter()

    def hear(word: ExpectedWork | ProgressStep) -> None:
        if isinstance(word, ProgressStep) and not word.doing:
            print(f"  {time.perf_counter() - begun:5.0f} s  {word.who}, {word.piece}", file=sys.stderr, flush=True)

    with listen_to_progress(hear):
        yield
