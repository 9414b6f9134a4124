"""Tell the story of a case, and hold a told story against the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from starcase.errors import StoryError
from starcase.evidence.records import StoryRecord
from starcase.story import VIEWS, WRITERS, Records, StoryFault, document, verify
from starcase.workspace.workspace import Workspace


def story(work: Workspace, *, form: str = "md", view: str = "star", teller: str = "", to: Path | None = None) -> Path:
    """Write the story of the case into a file, and keep its hash in the ledger.

    Telling an unchanged case again writes the same bytes.

    Args:
        work: the opened case.
        form: ``"md"`` or ``"html"``.
        view: which view; see ``starcase.story.VIEWS``.
        teller: whose story it is: that person's actions are told in the first person.
        to: the file; ``<view>.<form>`` in the case's ``story`` folder by default.

    Returns:
        The file that was written.

    Raises:
        StoryError: the format or view does not exist, or the ledger is empty.
    """
    _known(form, WRITERS, "format")
    _known(view, VIEWS, "view")
    records = Records.of_ledger(work.ledger)
    if not records.entries:
        raise StoryError("there is nothing to tell yet", where=str(work.root), mend="run `starcase check` first")
    told = document(records, view=view, teller=teller)
    text = WRITERS[form](told)
    path = to or story_file(work, form=form, view=view)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    record = StoryRecord(
        format=form,
        path=path.name,
        sha256=sha256(text.encode()).hexdigest(),
        claims=len(told.claims),
        ledger_head=told.head,
    )
    work.ledger.append(record, key=record.sha256[:16], at=records.entries[-1].at)
    return path


def verified(work: Workspace, path: Path) -> tuple[StoryFault, ...]:
    """Every fault of a story that was written before; none where it says what the records say.

    Raises:
        StoryError: there is no such file, or its format is none of ours.
    """
    form = path.suffix.removeprefix(".")
    _known(form, WRITERS, "format")
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise StoryError("there is no story here", where=str(path), mend="write it with `starcase story`") from error
    return verify(text, form, work.ledger)


def story_file(work: Workspace, *, form: str, view: str) -> Path:
    """Where a story is kept by default."""
    return work.root / "story" / f"{view}.{form}"


def _known(word: str, words: Iterable[str], what: str) -> None:
    if word not in words:
        raise StoryError(f"there is no {what} {word!r}", mend=f"one of: {', '.join(words)}")
