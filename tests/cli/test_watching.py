"""The bar of a long work: what it shows, and that it keeps silent where nobody can see it."""

from __future__ import annotations

import pytest

from starcase.case.executor import InProcess
from starcase.case.progress import Expected, Step, listening, tell
from starcase.cli.watching import Heard, watching
from starcase.contest import run
from starcase.testing import ToySystem, toy_case


def test_parts_of_begun_pieces_count() -> None:
    heard = Heard()
    heard(Expected(4))
    heard(Step("ease", "fold-1", "trial 2 of 4", 0.25))
    heard(Step("ease", "fold-1", "trial 4 of 4", 0.75))
    heard(Step("als", "fold-1"))
    assert (heard.done, heard.expected) == (1.75, 4)
    assert heard.line == "ease, fold-1: trial 4 of 4"


def test_a_contest_does_all_that_it_said_it_would() -> None:
    heard, case, system = Heard(), toy_case(), ToySystem()
    with listening(heard):
        run(case, system, system.load(case), list(system.candidates(case)), InProcess())
    assert heard.done == heard.expected > 0
    assert not heard.line


def test_nothing_is_written_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with watching("fitting"):
        tell(Expected(2))
        tell(Step("ease", "fold-1", "trial 2 of 4", 0.25))
    assert capsys.readouterr() == ("", "")
