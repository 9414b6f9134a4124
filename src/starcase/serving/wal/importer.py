"""Moves records from segments to the decision log, where shadows, readings and people find them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from starcase.errors import LedgerConflict
from starcase.evidence import DecisionLog, ServedDecision
from starcase.serving.wal.record import unpack_decision
from starcase.serving.wal.segment import MAGIC, list_segments, read_records

AT_ONCE = 4_000


class Importer:
    """Tails every segment; a segment that is closed and wholly in the log is deleted.

    Its position is kept in memory only: after a crash it begins again with the existing segments, and the log takes no
    decision twice. A closed segment with an unreadable end is renamed to ``.torn``.

    Args:
        folder: where segments are kept.
        log: takes the decisions.
    """

    def __init__(self, folder: Path, log: DecisionLog) -> None:
        self._folder = folder
        self._log = log
        self._read: dict[Path, int] = {}
        self.refused = 0
        self.torn = 0

    def catch_up(self, *, all_closed: bool = False) -> int:
        """Import the records present; return the number of decisions.

        Args:
            all_closed: no worker runs, so every segment can be emptied.

        Raises:
            LedgerError: the log cannot take them; the segments keep them.
        """
        found = list_segments(self._folder)
        newest = {worker: number for worker, number, _ in found}
        total = 0
        for worker, number, path in found:
            with contextlib.suppress(FileNotFoundError):  # another importer was quicker
                total += self._import_segment(path)
                if all_closed or number < newest[worker]:
                    total += self._import_segment(path)
                    self._discard(path)
        return total

    def _import_segment(self, path: Path) -> int:
        total = 0
        tail = read_records(path, self._read.get(path, 0))
        while batch := list(islice(tail, AT_ONCE)):
            self._append_decisions([unpack_decision(record) for _, record in batch])
            self._read[path] = batch[-1][0]
            total += len(batch)
        return total

    def _append_decisions(self, decisions: Sequence[ServedDecision]) -> None:
        try:
            self._log.append(decisions)
        except LedgerConflict:
            if len(decisions) == 1:
                self.refused += 1
                return
            for decision in decisions:
                self._append_decisions([decision])

    def _discard(self, path: Path) -> None:
        with path.open("rb") as file:
            file.seek(max(self._read.get(path, 0), len(MAGIC)))
            rest = file.read()
        self._read.pop(path, None)
        if any(rest):
            self.torn += 1
            path.rename(path.with_suffix(".torn"))
        else:
            path.unlink(missing_ok=True)
