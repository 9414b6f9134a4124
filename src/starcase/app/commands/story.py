"""Write the story of a case, and verify a written story with the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from starcase.app.commands.case_wording import record_case
from starcase.app.workspace import Workspace
from starcase.errors import StoryError
from starcase.evidence.records import StoryRecord
from starcase.report import PRINTERS, VIEWS, WRITERS, Records, StoryFault, build_document, verify
from starcase.report.actors import build_stranger_error, has_acted


def story(work: Workspace, *, form: str = "md", view: str = "star", teller: str = "", to: Path | None = None) -> Path:
    """Write the story of the case into a file and record the file's hash in the ledger.

    Telling an unchanged case again writes the same bytes.

    Args:
        work: the opened case.
        form: ``"md"``, ``"html"`` or ``"pdf"``.
        view: which view; see ``starcase.report.VIEWS``.
        teller: the person whose actions are reported in the first person.
        to: the file; ``<view>.<form>`` in the case's ``story`` folder by default.

    Returns:
        The file that was written.

    Raises:
        StoryError: the format or view does not exist, the ledger is empty, or it records no action of the teller.
    """
    _require_known(form, (*WRITERS, *PRINTERS), "format")
    _require_known(view, VIEWS, "view")
    record_case(work)
    records = Records.from_ledger(work.ledger)
    if not records.entries:
        raise StoryError("nothing has been recorded yet", where=str(work.root), mend="run `starcase check` first")
    if teller and not has_acted(records, teller):
        raise build_stranger_error(teller, records)
    told = build_document(records, view=view, teller=teller)
    content = PRINTERS[form](told) if form in PRINTERS else WRITERS[form](told).encode()
    path = to or build_story_path(work, form=form, view=view)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    record = StoryRecord(
        format=form,
        path=path.name,
        sha256=sha256(content).hexdigest(),
        claims=len(told.claims),
        ledger_head=told.head,
        view=view,
        teller=teller,
    )
    work.ledger.append(record, key=record.sha256[:16], at=records.entries[-1].at)
    return path


def verify_story(work: Workspace, path: Path) -> tuple[StoryFault, ...]:
    """Return every difference between a written story and the records; empty if there is none.

    A PDF is compared with its record in the ledger, and with the same view printed again from the same head.

    Raises:
        StoryError: there is no such file, or its format is none of ours.
    """
    form = path.suffix.removeprefix(".")
    _require_known(form, (*WRITERS, *PRINTERS), "format")
    try:
        content = path.read_bytes()
        if form in WRITERS:
            return verify(content.decode(), form, work.ledger)
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise StoryError("there is no story here", where=str(path), mend="write it with `starcase story`") from error
    return _verify_print(work, content, form)


def _verify_print(work: Workspace, content: bytes, form: str) -> tuple[StoryFault, ...]:
    broken = [StoryFault("", str(fault)) for fault in work.ledger.verify().faults]
    name = sha256(content).hexdigest()
    found = work.ledger.last(StoryRecord, lambda record: record.sha256 == name)
    if found is None:
        return (*broken, StoryFault("", "the ledger knows of no story with these bytes"))
    record = found[1]
    records = Records.from_ledger(work.ledger, head=record.ledger_head)
    again = PRINTERS[form](build_document(records, view=record.view, teller=record.teller))
    return (*broken, *(() if again == content else (StoryFault("", "the records now give another story"),)))


def build_story_path(work: Workspace, *, form: str, view: str) -> Path:
    """Where a story is kept by default."""
    return work.root / "story" / f"{view}.{form}"


def _require_known(word: str, words: Iterable[str], what: str) -> None:
    if word not in words:
        raise StoryError(f"there is no {what} {word!r}", mend=f"one of: {', '.join(words)}")
