"""Answer interview questions from cases: matching cases, missing facts, an interview plan."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from starcase.casefile.toml import FILE, read_case
from starcase.contract.case_spec import DataSpec
from starcase.contract.system import Prompt, PromptingSystem
from starcase.errors import LedgerError, StoryError
from starcase.evidence import Ledger
from starcase.report import WRITERS, Records, build_document
from starcase.report.claim import SECTIONS
from starcase.report.questions import QUESTIONS, InterviewQuestion, Match, find_question, match_question
from starcase.report.questions.match import list_shown_principles
from starcase.tables.clock import SystemClock
from starcase.tables.moment import format_moment

_NOTE, _ESCAPED = re.compile(r"\[\^\d+\]"), re.compile(r"\\([!-/:-@\[-`{-~])")
RECENT = 1e-3  # recency settles ties between cases that cover a question equally well


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMatch:
    """A case and the facts it holds for a question."""

    folder: Path
    match: Match

    @property
    def principles(self) -> tuple[str, ...]:
        """The principles of the question that its facts show."""
        return list_shown_principles(self.match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Cases by questions: the coverage of each, and the questions that no case covers."""

    cases: tuple[Path, ...]
    cells: tuple[tuple[CaseMatch, ...], ...]

    @property
    def holes(self) -> tuple[InterviewQuestion, ...]:
        """The questions that no case can answer in full."""
        columns = zip(*self.cells, strict=True) if self.cells else ((),) * len(QUESTIONS)
        return tuple(
            q for q, column in zip(QUESTIONS, columns, strict=True) if not any(c.match.complete for c in column)
        )


def find_case_folders(root: Path) -> tuple[Path, ...]:
    """Return the case folders in ``root`` that hold a ledger, ``root`` itself included."""
    found = {file.parent for file in (root / FILE, *root.glob(f"*/{FILE}"))}
    return tuple(sorted(folder for folder in found if (folder / ".starcase" / "ledger.sqlite").exists()))


def read_records(folder: Path) -> Records:
    """Return the records in the ledger of the case in ``folder``.

    Raises:
        CaseFileError: there is no case.
        LedgerError: nothing has been recorded yet.
    """
    case = read_case(folder)
    path = folder / ".starcase" / "ledger.sqlite"
    if not path.exists():
        mend = f"run `starcase check --case {folder}` first"
        raise LedgerError("nothing has been recorded yet", where=str(path), mend=mend)
    with Ledger.open(path, case=case.name, clock=SystemClock(), actor="") as ledger:
        return Records.from_ledger(ledger)


def rank_cases(question: InterviewQuestion, cases: Mapping[Path, Records]) -> tuple[CaseMatch, ...]:
    """Return the cases ordered by how many of the question's facts they cover, then by recency."""
    found = [
        (records, CaseMatch(folder=folder, match=match_question(question, records)))
        for folder, records in cases.items()
    ]
    ordered = sorted(found, key=lambda one: (-one[1].match.coverage, -_find_last_moment(one[0]), str(one[1].folder)))
    return tuple(candidate for _, candidate in ordered)


def answer_question(question: InterviewQuestion, records: Records, *, form: str = "md", teller: str = "") -> str:
    """Return the answer of a case to a question.

    Raises:
        StoryError: the case lacks a fact; it is named, with the way to supply it, and never borrowed or made up.
    """
    found = match_question(question, records)
    if found.missing:
        lines = [f"{need.role}: {need.prompt}" for need in found.missing]
        raise StoryError(
            "no record shows: " + "; ".join(need.role for need in found.missing),
            why="an answer uses only facts that this case has recorded",
            mend="record it with `starcase note TEXT --role ROLE`:\n    " + "\n    ".join(lines),
        )
    return WRITERS[form](build_document(records, view=f"question-{question.number}", teller=teller))


def strip_footnotes(text: str) -> str:
    r"""Return a Markdown answer as plain reading text: without footnotes, escapes and verification marks.

    >>> strip_footnotes("<!-- starcase story {} -->\n\nIt fell[^1].\n\n## Evidence\n\n[^1]: x\n")
    'It fell.'
    """
    told = text.partition("\n## Evidence\n")[0].partition("-->\n")[2]
    return _ESCAPED.sub(r"\1", _NOTE.sub("", told)).strip()


def build_matrix(cases: Mapping[Path, Records]) -> Matrix:
    """Build the coverage of every question by every case."""
    cells = tuple(
        tuple(CaseMatch(folder=folder, match=match_question(question, records)) for question in QUESTIONS)
        for folder, records in cases.items()
    )
    return Matrix(cases=tuple(cases), cells=cells)


def plan_interview(found: Matrix) -> tuple[tuple[InterviewQuestion, CaseMatch | None], ...]:
    """Assign a different case to each question so that as much as possible is covered.

    A question is left open where only cases that lack a fact are left.
    """
    if not found.cells:
        return tuple((question, None) for question in QUESTIONS)
    gain = np.array([[float(c.match.complete) + RECENT * c.match.coverage for c in row] for row in found.cells])
    rows, columns = linear_sum_assignment(gain, maximize=True)
    given = {int(column): found.cells[int(row)][int(column)] for row, column in zip(rows, columns, strict=True)}
    return tuple((question, _select_complete(given.get(place))) for place, question in enumerate(QUESTIONS))


def begin(kind: PromptingSystem, folder: Path, asked: str, *, title: str, who: str) -> DataSpec:
    """Write a system's pages with prompts for every fact of a question, or of all eight questions."""
    questions = (find_question(asked),) if asked else QUESTIONS
    needs = {need.role: need for question in questions for need in question.needs}
    prompts = [Prompt(role=n.role, part=_select_part(n.part), question=n.prompt) for n in needs.values()]
    day = format_moment(SystemClock().now())[:10]
    return kind.begin(folder, prompts, title=title, who=who or getpass.getuser(), day=day)


def _select_part(part: str) -> str:
    return part if part in SECTIONS else "action"


def _select_complete(candidate: CaseMatch | None) -> CaseMatch | None:
    return candidate if candidate is not None and candidate.match.complete else None


def _find_last_moment(records: Records) -> int:
    return max((entry.at for entry in records.entries), default=0)


def read_cases(folders: Sequence[Path]) -> dict[Path, Records]:
    """Return the records of several cases."""
    return {folder: read_records(folder) for folder in folders}
