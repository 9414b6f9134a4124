"""Read and write the journal page: Markdown with a section for each story part and a heading for each fact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starcase.contract.system import Prompt
from starcase.errors import CaseFileError, DataError
from starcase.evidence.records import NoteRecord
from starcase.tables.moment import parse_moment

PAGE = "journal.md"
PARTS = ("situation", "task", "action", "result", "reflection")
_HEADING = re.compile(r"(#{1,3})\s+(.*\S)\s*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FACT = re.compile(r"(who|when):\s*(.*\S)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """The content of a journal page.

    Args:
        who: the author.
        when: the day it happened, microseconds UTC.
        notes: one for each fact on the page.
    """

    who: str
    when: int
    notes: tuple[NoteRecord, ...]


def read_page(file: Path) -> JournalPage:
    """Read the page in ``file``; comments, which hold the prompts, are skipped.

    Raises:
        DataError: the file is missing, lacks the author or the day, or holds an unknown part.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        mend = "write the file, or create it with `starcase new`"
        raise DataError("the journal page cannot be read", where=str(file), mend=mend) from error
    lines = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text).splitlines()
    facts = {found[1].lower(): found[2] for line in lines if (found := _FACT.fullmatch(line))}
    for fact in ("who", "when"):
        if fact not in facts:
            mend = f"write a line `{fact}: ...` under the title"
            raise DataError(f"the page does not say {fact}", where=str(file), mend=mend)
    try:
        when = parse_moment(facts["when"])
    except CaseFileError as error:
        raise DataError(error.what, where=str(file), why=error.why, mend=error.mend) from error
    return JournalPage(who=facts["who"], when=when, notes=tuple(_parse_notes(lines, file)))


def render_empty_page(prompts: Sequence[Prompt], *, title: str, who: str, day: str) -> str:
    """Render an empty page with a prompt for each fact."""
    lines = [f"# {title}", "", f"who: {who}", f"when: {day}", ""]
    for part in PARTS:
        lines += [f"## {part.capitalize()}", ""]
        for prompt in prompts:
            if prompt.part == part:
                lines += [f"### {prompt.role}", "", f"<!-- {prompt.question} -->", ""]
    return "\n".join(lines)


def _parse_notes(lines: Sequence[str], file: Path) -> list[NoteRecord]:
    notes: list[NoteRecord] = []
    part, role, words = "", "", list[str]()
    for number, line in enumerate([*lines, "# end"], start=1):
        heading = _HEADING.fullmatch(line)
        if heading is None:
            words += [] if _FACT.fullmatch(line) else [line]
            continue
        said = " ".join(" ".join(words).split())
        if said and part:
            notes.append(NoteRecord(text=said, part=part, role=role))
        words = []
        if heading[1] == "##":
            part, role = heading[2].lower(), ""
            if part not in PARTS:
                where = f"{file}, line {number}"
                raise DataError(f"a story has no part {heading[2]!r}", where=where, mend=f"one of: {', '.join(PARTS)}")
        elif heading[1] == "###":
            role = heading[2].lower()
    return notes
