"""Progress of long work: what is counted, and the plain lines printed without a terminal."""

from __future__ import annotations

import pytest

from starcase.cli.progress import ProgressTally, show_progress
from starcase.compute.executor import InProcess
from starcase.compute.progress import ExpectedWork, ProgressStep, listen_to_progress, report_progress
from starcase.stages.contest import run
from starcase.testing import ToySystem, toy_case


def test_started_pieces_count_with_their_finished_part() -> None:
    heard = ProgressTally()
    heard(ExpectedWork(4))
    heard(ProgressStep("ease", "fold-1", "trial 2 of 4", 0.25))
    heard(ProgressStep("ease", "fold-1", "trial 4 of 4", 0.75))
    heard(ProgressStep("als", "fold-1"))
    assert (heard.done, heard.expected) == (1.75, 4)
    assert heard.line == "ease, fold-1: trial 4 of 4"


def test_a_contest_completes_every_piece_it_announced() -> None:
    heard, case, system = ProgressTally(), toy_case(), ToySystem()
    with listen_to_progress(heard):
        run(case, system, system.load(case), list(system.candidates(case)), InProcess())
    assert heard.done == heard.expected > 0
    assert not heard.line


def test_without_a_terminal_each_finished_candidate_gets_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Without these lines, a long contest with output to a file would appear to hang."""
    with show_progress("fitting"):
        report_progress(ExpectedWork(4, ("ease", "als")))
        report_progress(ProgressStep("ease", "fold-1", "trial 2 of 4", 0.25))
        report_progress(ProgressStep("ease", "fold-1"))
        assert capsys.readouterr() == ("", "")
        report_progress(ProgressStep("ease", "answers of fold-1"))
        report_progress(ProgressStep("growth", "x4"))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["ease: done, 1 of 2 candidates, 0 s", "growth, x4: done, 0 s"]


def test_a_contest_prints_one_line_for_each_candidate(capsys: pytest.CaptureFixture[str]) -> None:
    case, system = toy_case(), ToySystem()
    with show_progress("fitting"):
        held = run(case, system, system.load(case), list(system.candidates(case)), InProcess())
    told = capsys.readouterr().err.splitlines()
    names = {standing.candidate for standing in held.record.standings}
    assert {line.partition(":")[0] for line in told if " candidates, " in line} == names
    assert f"{len(names)} of {len(names)} candidates" in told[len(names) - 1]


def test_without_a_terminal_the_expected_time_and_regular_progress_are_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starcase.cli.progress.EVERY_S", 0.01)
    told = ""
    with show_progress("fitting"):
        report_progress(ExpectedWork(4, ("ease", "als")))
        report_progress(ExpectedWork(0, about=(130.0, 560.0)))
        report_progress(ProgressStep("ease", "fold-1", "trial 2 of 4", 0.5))
        while "0.5 of 4 parts" not in told:
            told += capsys.readouterr().err
    assert "this will take about 2 to 9 min on this machine" in told
    assert "s; ease, fold-1: trial 2 of 4" in told
