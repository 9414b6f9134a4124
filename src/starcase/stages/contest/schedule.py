"""The fitting of a contest as pieces of work, candidate by window, handed out so that nobody waits for a long one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starcase.compute.progress import Expected, tell
from starcase.contract.system import Dataset
from starcase.stages.contest.checkpoint import Unfinished
from starcase.stages.contest.duration_estimate import Asked, Timed, about, fits_of, small_folds
from starcase.stages.contest.fitting import Done, Fit, Job, Look, Small, judge_of
from starcase.stages.contest.tuning import Race

Piece = Look | Fit | Small


class Course:
    """One candidate on one fold: its windows, each a piece of work, and then its fit.

    Args:
        job: the candidate, the fold, the budget.
        dataset: the case's data.
    """

    def __init__(self, job: Job, dataset: Dataset) -> None:
        self.job = job
        self.race = Race(job.candidate, job.fold, dataset, job.budget)
        self.judge = judge_of(job, dataset) if self.race.windows else None
        self.first = small_folds(dataset, job.fold)[0]
        self.given = 0
        self.fit_given = False
        self.done: Done | None = None

    def next(self, *, ahead: bool) -> Look | Fit | None:
        """The next window, ahead of what is judged only if asked to; once no more are looked at, the fit."""
        if self.fit_given:
            return None
        if self.race.over:
            self.fit_given = True
            return Fit(self.job, self.race.tuned, self.first if self.race.windows else None)
        if self.given >= len(self.race.windows) or (self.given > self.race.judged and not ahead):
            return None
        number, self.given = self.given, self.given + 1
        return Look(self.job, self.race.sets, self.race.windows[number], number)

    def take(self, piece: Look, result: Any) -> None:
        """What was seen in a window."""
        if self.judge is not None:
            self.race.take(piece.number, result, self.judge)


class Pieces:
    """A plan of all the fitting: first a small fit of each candidate, which tells how long everything will take.

    A course that has begun goes on before another begins, the longest first, so that courses end early and what is kept
    of an interrupted contest is worth something.

    Args:
        jobs: one a candidate and fold.
        dataset: the case's data.
        kept: what an interrupted contest has finished already, and where what is finished now is kept.
        fitted: called with each job once its model is there, in any order.
        workers: how many work at once.
    """

    def __init__(
        self, jobs: Sequence[Job], dataset: Dataset, kept: Unfinished, fitted: Callable[[Job, Done], None], *,
        workers: int,
    ) -> None:  # fmt: skip
        self._dataset, self._kept, self._fitted, self._workers = dataset, kept, fitted, workers
        self._courses = [Course(job, dataset) for job in jobs]
        self._timed: dict[str, Timed | None] = {}
        self._finish_what_is_kept()
        left = {c.job.candidate.name: c.job for c in self._courses if c.done is None}
        folds = small_folds(dataset, jobs[0].fold)
        self._small = [Small(job, folds) for job in left.values()]
        self._untimed = len(self._small)

    def next(self, *, ahead: bool) -> Piece | None:
        """A small fit; then a piece of a course that has begun; then the longest course that has not."""
        if self._small:
            return self._small.pop(0)
        for course in sorted((c for c in self._courses if c.done is None), key=self._rank):
            if (piece := course.next(ahead=ahead)) is not None:
                return piece
        return None

    def done(self, piece: Piece, result: Any, /) -> None:
        """Take in a time, what was seen in a window, or a model."""
        if isinstance(piece, Small):
            self._timed[piece.job.candidate.name] = result
            self._untimed -= 1
            if not self._untimed:
                self._foretell()
            return
        course = next(c for c in self._courses if c.job is piece.job)
        if isinstance(piece, Look):
            course.take(piece, result)
            return
        course.done = result
        self._kept.keep(course.job, course.race.proposals, result)
        self._tell_of(course)

    def _rank(self, course: Course) -> tuple[bool, float]:
        one = self._timed.get(course.job.candidate.name)
        return not course.given and not course.fit_given, -(one.fit_seconds if one else float("inf"))

    def _finish_what_is_kept(self) -> None:
        for course in self._courses:
            course.done = self._kept.of(course.job, course.race.proposals)
            if course.done is not None:
                self._tell_of(course)

    def _tell_of(self, course: Course) -> None:
        course.job.tell("", 1.0)
        if course.done is not None:
            self._fitted(course.job, course.done)

    def _foretell(self) -> None:
        asked = self._asked()
        found = [(one, asked[name]) for name, one in self._timed.items() if one is not None and name in asked]
        if found:
            tell(Expected(0, about=about(found, workers=self._workers)))

    def _asked(self) -> dict[str, Asked]:
        """By candidate, what its courses that are not done will take."""
        found = {}
        for name in self._timed:
            mine = [c for c in self._courses if c.job.candidate.name == name and c.done is None]
            if not mine:
                continue
            job, judge, sets = mine[0].job, mine[0].judge, len(mine[0].race.proposals)
            ranking = judge is not None and judge.ranks(job.candidate)
            fits = fits_of(job.case.contest, sets, len(mine), self._dataset, ranking=ranking)
            found[name] = Asked(fits, self._dataset.outcomes(job.fold).height)
        return found
