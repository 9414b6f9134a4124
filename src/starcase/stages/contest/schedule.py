"""Schedule the fits of a contest as pieces of work, by candidate and window, to keep all workers busy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starcase.compute.progress import ExpectedWork, report_progress
from starcase.contract.system import Dataset
from starcase.stages.contest.checkpoint import ContestCheckpoint
from starcase.stages.contest.duration_estimate import (
    FitTiming,
    FitWorkload,
    build_small_folds,
    count_fits,
    estimate_duration,
)
from starcase.stages.contest.fitting import FitPiece, FitResult, Job, TimingPiece, TuningPiece, create_judge
from starcase.stages.contest.tuning import Race

Piece = TuningPiece | FitPiece | TimingPiece


class FitSchedule:
    """One candidate on one fold: its windows, each a piece of work, and then its fit.

    Args:
        job: the candidate, the fold, the budget.
        dataset: the case's data.
    """

    def __init__(self, job: Job, dataset: Dataset) -> None:
        self.job = job
        self.race = Race(job.candidate, job.fold, dataset, job.budget)
        self.judge = create_judge(job, dataset) if self.race.windows else None
        self.first = build_small_folds(dataset, job.fold)[0]
        self.given = 0
        self.fit_given = False
        self.done: FitResult | None = None

    def take_next_piece(self, *, ahead: bool) -> TuningPiece | FitPiece | None:
        """Return the next window, before earlier ones are judged only if requested; after the last window, the fit."""
        if self.fit_given:
            return None
        if self.race.over:
            self.fit_given = True
            return FitPiece(self.job, self.race.tuned, self.first if self.race.windows else None)
        if self.given >= len(self.race.windows) or (self.given > self.race.judged and not ahead):
            return None
        number, self.given = self.given, self.given + 1
        return TuningPiece(self.job, self.race.sets, self.race.windows[number], number)

    def record_window(self, piece: TuningPiece, result: Any) -> None:
        """Record the measurements of a window."""
        if self.judge is not None:
            self.race.record_window(piece.number, result, self.judge)


class ContestSchedule:
    """The schedule of all fits: first a small fit of each candidate, to estimate the duration.

    A candidate that has begun is continued before another begins, the longest first, so that fits finish early and an
    interrupted contest keeps useful checkpoints.

    Args:
        jobs: one a candidate and fold.
        dataset: the case's data.
        kept: what an interrupted contest has finished already, and where what is finished now is kept.
        fitted: called with each job once its model is there, in any order.
        workers: how many work at once.
    """

    def __init__(
        self, jobs: Sequence[Job], dataset: Dataset, kept: ContestCheckpoint, fitted: Callable[[Job, FitResult], None],
        *, workers: int,
    ) -> None:  # fmt: skip
        self._dataset, self._kept, self._fitted, self._workers = dataset, kept, fitted, workers
        self._courses = [FitSchedule(job, dataset) for job in jobs]
        self._timed: dict[str, FitTiming | None] = {}
        self._restore_checkpoint()
        left = {c.job.candidate.name: c.job for c in self._courses if c.done is None}
        folds = build_small_folds(dataset, jobs[0].fold)
        self._small = [TimingPiece(job, folds) for job in left.values()]
        self._untimed = len(self._small)

    def next(self, *, ahead: bool) -> Piece | None:
        """Return a small fit, then a piece of a candidate already begun, then of the longest one not begun."""
        if self._small:
            return self._small.pop(0)
        for course in sorted((c for c in self._courses if c.done is None), key=self._rank):
            if (piece := course.take_next_piece(ahead=ahead)) is not None:
                return piece
        return None

    def accept_result(self, piece: Piece, result: Any, /) -> None:
        """Accept a time, the measurements of a window, or a model."""
        if isinstance(piece, TimingPiece):
            self._timed[piece.job.candidate.name] = result
            self._untimed -= 1
            if not self._untimed:
                self._report_duration()
            return
        course = next(c for c in self._courses if c.job is piece.job)
        if isinstance(piece, TuningPiece):
            course.record_window(piece, result)
            return
        course.done = result
        self._kept.save(course.job, course.race.proposals, result)
        self._report_finished(course)

    def _rank(self, course: FitSchedule) -> tuple[bool, float]:
        one = self._timed.get(course.job.candidate.name)
        return not course.given and not course.fit_given, -(one.fit_seconds if one else float("inf"))

    def _restore_checkpoint(self) -> None:
        for course in self._courses:
            course.done = self._kept.load(course.job, course.race.proposals)
            if course.done is not None:
                self._report_finished(course)

    def _report_finished(self, course: FitSchedule) -> None:
        course.job.tell("", 1.0)
        if course.done is not None:
            self._fitted(course.job, course.done)

    def _report_duration(self) -> None:
        asked = self._estimate_workloads()
        found = [(one, asked[name]) for name, one in self._timed.items() if one is not None and name in asked]
        if found:
            report_progress(ExpectedWork(0, about=estimate_duration(found, workers=self._workers)))

    def _estimate_workloads(self) -> dict[str, FitWorkload]:
        """Estimate the remaining work by candidate."""
        found = {}
        for name in self._timed:
            mine = [c for c in self._courses if c.job.candidate.name == name and c.done is None]
            if not mine:
                continue
            job, judge, sets = mine[0].job, mine[0].judge, len(mine[0].race.proposals)
            ranking = judge is not None and judge.can_rank(job.candidate)
            fits = count_fits(job.case.contest, sets, len(mine), self._dataset, ranking=ranking)
            found[name] = FitWorkload(fits, self._dataset.outcomes(job.fold).height)
        return found
