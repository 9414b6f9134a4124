"""Windows are pieces of work: models do not depend on their order, and no model is fitted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.stages.contest.test_tuning import FITTED, Slopes

from starcase.compute.executor import Executor, InProcess, WorkPlan
from starcase.compute.part_cache import cache_part
from starcase.compute.processes import Processes
from starcase.compute.progress import ExpectedWork, ProgressStep, listen_to_progress
from starcase.contract.case_spec import ContestSpec
from starcase.contract.model import Model
from starcase.stages.contest import Contest, ContestCheckpoint, run
from starcase.stages.contest.fitting import FitPiece, TuningPiece
from starcase.testing import ToyCandidate, ToySystem, toy_case

CASE = toy_case(contest=ContestSpec(folds=2, trials=4, draws=100))


class Mapped:
    """An executor that maps and does no more."""

    def map(self, function: Any, items: Any, /) -> list[Any]:
        return [function(item) for item in items]


class Ahead(InProcess):
    """An executor that takes all pieces ahead and returns the results in reverse."""

    def carry_out(self, function: Any, plan: WorkPlan, /) -> None:
        while taken := list(iter(lambda: plan.next(ahead=True), None)):
            for piece in reversed(taken):
                plan.accept_result(piece, function(piece))


class Broken(InProcess):
    """An executor that stops after some fits."""

    def __init__(self, fits: int) -> None:
        self.left = fits

    def carry_out(self, function: Any, plan: WorkPlan, /) -> None:
        while (piece := plan.next(ahead=False)) is not None:
            if isinstance(piece, FitPiece):
                self.left -= 1
                if self.left < 0:
                    raise KeyboardInterrupt
            plan.accept_result(piece, function(piece))


def held(executor: Executor, unfinished: ContestCheckpoint | None = None) -> Contest:
    system = ToySystem()
    entrants = [*system.candidates(CASE), Slopes("it", 5, "x", 0.0)]
    return run(CASE, system, system.load(CASE), entrants, executor, unfinished=unfinished)


@pytest.mark.parametrize("executor", [Mapped(), Ahead(), Processes(1), Processes(2)])
def test_the_contest_does_not_depend_on_workers_or_order(executor: Executor) -> None:
    assert held(executor).record == held(InProcess()).record


def test_an_interrupted_contest_reuses_finished_fits(tmp_path: Path) -> None:
    kept = ContestCheckpoint(folder=tmp_path / "unfinished", token="asked")
    with pytest.raises(KeyboardInterrupt):
        held(Broken(5), kept)
    assert len(list((tmp_path / "unfinished").iterdir())) == 5
    done: list[object] = []

    class Counted(InProcess):
        def carry_out(self, function: Any, plan: WorkPlan, /) -> None:
            while (piece := plan.next(ahead=False)) is not None:
                done.append(piece)
                plan.accept_result(piece, function(piece))

    whole = held(InProcess())
    fits = 2 * len(whole.fitted)
    again = held(Counted(), kept)
    assert sum(isinstance(piece, FitPiece) for piece in done) == fits - 5
    assert again.record == whole.record
    assert {n: f.files for n, f in again.fitted.items()} == {n: f.files for n, f in whole.fitted.items()}
    done.clear()
    held(Counted(), kept)
    assert done == [], "all was kept"
    held(Counted(), ContestCheckpoint(folder=tmp_path / "unfinished", token="something else"))
    assert sum(isinstance(piece, FitPiece) for piece in done) == fits
    kept.clear()
    assert not (tmp_path / "unfinished").exists()


def test_a_truncated_checkpoint_is_fitted_again(tmp_path: Path) -> None:
    kept = ContestCheckpoint(folder=tmp_path, token="asked")
    whole = held(InProcess(), kept)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-3])
    assert held(InProcess(), kept).record == whole.record


def test_an_idle_worker_takes_the_next_window() -> None:
    """One candidate has all the work: its windows are measured in parallel."""
    from starcase.stages.contest.fitting import Job
    from starcase.stages.contest.schedule import ContestSchedule

    system = ToySystem()
    dataset = system.load(CASE)
    job = Job(
        system=system, case=CASE, candidate=Slopes("it", 5, "x", 0.0), fold=dataset.folds(count=1)[0],
        objective="squared_error", trials=4, seed=0, windows=3,
    )  # fmt: skip
    pieces = ContestSchedule([job], dataset, ContestCheckpoint(), lambda *_: None, workers=2)
    small = pieces.next(ahead=False)
    assert small is not None
    pieces.accept_result(small, None)
    first, none, second = pieces.next(ahead=False), pieces.next(ahead=False), pieces.next(ahead=True)
    assert isinstance(first, TuningPiece)
    assert isinstance(second, TuningPiece)
    assert (first.number, none, second.number) == (0, None, 1)


class Ranks(ToyCandidate):
    """Shares the mean of its training rows between sets, and makes no threshold where only the order counts."""

    made: list[str] = []  # noqa: RUF012 - what was made, in this process

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[ToyCandidate]:
        del rng
        return [type(self)(self.name, self.complexity, self.feature, slope) for slope in (2.0, 3.0, 4.0)][:trials]

    def fit(self, train: Any, /, *, rng: np.random.Generator) -> Model:
        self.made.append("threshold")
        return self.fit_ranking(train, rng=rng)

    def fit_ranking(self, train: Any, /, *, rng: np.random.Generator) -> Model:
        def make() -> float:
            self.made.append("mean")
            return float(train["bad"].mean())

        cache_part(make, lambda: "mean")
        return super().fit(train, rng=rng)


@pytest.mark.parametrize("by_rank", [True, False])
def test_a_trial_fits_only_what_the_objective_reads_and_shares_invariant_work(
    by_rank: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from starcase.testing import toy

    monkeypatch.setattr(toy.SquaredError, "by_rank", by_rank, raising=False)
    case = toy_case(contest=ContestSpec(folds=1, trials=3, windows=1, draws=100))
    system = ToySystem()
    Ranks.made.clear()
    monkeypatch.setattr("starcase.stages.contest.fitting.measure_small_fits", lambda *_, **__: None)
    run(case, system, system.load(case), [*system.candidates(case), Ranks("it", 5, "x")], InProcess())
    tuned = 0 if by_rank else 3
    last = Ranks.made.count("threshold") - tuned
    assert last in {1, 2}, "the fit, and that of the default where tuning left it"
    assert Ranks.made.count("mean") == 1 + last, "once for the window, and once for each fit of its own"


def test_the_duration_is_estimated_before_the_contest() -> None:
    heard: list[ExpectedWork | ProgressStep] = []
    with listen_to_progress(heard.append):
        held(InProcess())
    said = [place for place, word in enumerate(heard) if isinstance(word, ExpectedWork) and word.about[1] > 0]
    begun = [place for place, word in enumerate(heard) if isinstance(word, ProgressStep) and "window" in word.doing]
    assert len(said) == 1
    assert said[0] < begun[0]


def test_checkpoints_contain_no_code(tmp_path: Path) -> None:
    held(InProcess(), ContestCheckpoint(folder=tmp_path, token="asked"))
    files: Mapping[str, bytes] = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert all(name.endswith(".msgpack") and not content.startswith(b"\x80\x04") for name, content in files.items())
    FITTED.clear()
