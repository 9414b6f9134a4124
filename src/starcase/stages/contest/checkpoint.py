"""Checkpoints of a contest: finished fits stored as data, so that an interrupted contest does not repeat them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from starcase.contract.model import Candidate
from starcase.stages.contest.fitting import FitResult, Job


class _SavedFit(msgspec.Struct, frozen=True):
    """A ``FitResult`` in which candidates are the places of their proposals."""

    chosen: int
    files: dict[str, bytes]
    trials: int
    fit_seconds: float
    fit_memory_mb: float
    refits: tuple[dict[str, bytes], ...]
    default: tuple[int, dict[str, bytes]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestCheckpoint:
    """A folder with one file for each finished candidate and fold; without a folder nothing is stored.

    Args:
        folder: of one contest; created with the first file.
        token: what was asked: data, case, span, versions; another token finds nothing.
        tokens: by candidate, what its fit depends on apart from its name and parameters, such as its code.
    """

    folder: Path | None = None
    token: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict)

    def load(self, job: Job, proposals: Sequence[Candidate[Any]]) -> FitResult | None:
        """Return the finished fit of the job; None if there is no complete file."""
        if self.folder is None:
            return None
        try:
            kept = msgspec.msgpack.decode(self._build_path(self.folder, job).read_bytes(), type=_SavedFit)
            default = kept.default and (proposals[kept.default[0]], kept.default[1])
            chosen = proposals[kept.chosen]
        except (OSError, msgspec.MsgspecError, IndexError):
            return None
        return FitResult(
            candidate=chosen, files=kept.files, trials=kept.trials, fit_seconds=kept.fit_seconds,
            fit_memory_mb=kept.fit_memory_mb, refits=kept.refits, default=default,
        )  # fmt: skip

    def save(self, job: Job, proposals: Sequence[Candidate[Any]], done: FitResult) -> None:
        """Store a finished fit atomically."""
        if self.folder is None:
            return
        places = [dict(one.parameters) for one in proposals]
        default = done.default and (places.index(dict(done.default[0].parameters)), dict(done.default[1]))
        kept = _SavedFit(
            chosen=places.index(dict(done.candidate.parameters)), files=dict(done.files), trials=done.trials,
            fit_seconds=done.fit_seconds, fit_memory_mb=done.fit_memory_mb,
            refits=tuple(dict(files) for files in done.refits), default=default,
        )  # fmt: skip
        path = self._build_path(self.folder, job)
        path.parent.mkdir(parents=True, exist_ok=True)
        writing = path.with_suffix(".writing")
        writing.write_bytes(msgspec.msgpack.encode(kept))
        writing.replace(path)

    def clear(self) -> None:
        """Remove everything: the contest is recorded."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _build_path(self, folder: Path, job: Job) -> Path:
        name = job.candidate.name
        asked = (
            self.token, self.tokens.get(name, ""), name, sorted(job.candidate.parameters.items()), job.fold,
            job.objective, job.trials, job.windows, job.seeds, job.seed,
        )  # fmt: skip
        return folder / f"{sha256(repr(asked).encode()).hexdigest()[:32]}.msgpack"
