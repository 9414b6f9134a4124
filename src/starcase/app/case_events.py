"""The events of a case: the actions of its people as command lines."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from starcase.errors import CaseFileError

FILE = "events"
DONE = "events-played"
PROGRAM = "starcase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One command line of a case's events.

    Args:
        line: its line in the file, from 1.
        said: the comment above it, printed before it runs.
        words: what follows ``starcase``.
        refused: written with a ``!`` before it: the command is expected to say no.
    """

    line: int
    said: str
    words: tuple[str, ...]
    refused: bool


def read_events(folder: Path) -> tuple[Event, ...]:
    """The events of the case in ``folder``; raises CaseFileError where the file is missing or a line is no command.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "events").write_text("! starcase gate --candidate new")
    ...     read_events(Path(folder))[0].refused
    True
    """
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CaseFileError("the case has no events", where=str(path), why=str(error)) from error
    events: list[Event] = []
    said: list[str] = []
    for number, line in _join_lines(text):
        if line.startswith("#"):
            said.append(line.removeprefix("#").strip())
        elif line:
            events.append(_parse_event(path, number, line, " ".join(said)))
            said.clear()
        else:
            said.clear()
    return tuple(events)


def count_played_events(store: Path) -> int:
    """Return how many events have finished in the case whose evidence is in ``store``."""
    path = store / DONE
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


def mark_played(store: Path, event: Event) -> None:
    """Record that ``event`` has finished; an interrupted event runs again and finds what it recorded."""
    store.mkdir(parents=True, exist_ok=True)
    with (store / DONE).open("a", encoding="utf-8") as file:
        file.write(f"{event.line}\n")


def _join_lines(text: str) -> list[tuple[int, str]]:
    """Yield lines with their numbers; a line that ends in a backslash continues on the next."""
    whole: list[tuple[int, str]] = []
    open_ = ""
    for number, line in enumerate(text.splitlines(), 1):
        joined = f"{open_} {line.strip()}".strip()
        if joined.endswith("\\") and not joined.startswith("#"):
            open_ = joined[:-1].rstrip()
            continue
        whole.append((number, joined))
        open_ = ""
    return whole


def _parse_event(path: Path, number: int, line: str, said: str) -> Event:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise CaseFileError(
            f"this is no command line: {line}", where=f"{path}, line {number}", why=str(error)
        ) from error
    refused = words[0] == "!"
    words = words[1:] if refused else words
    if len(words) < 2 or words[0] != PROGRAM:  # noqa: PLR2004 - the program and its verb
        raise CaseFileError(
            f"this is no command line: {line}", where=f"{path}, line {number}", mend=f"begin it with `{PROGRAM} VERB`"
        )
    return Event(line=number, said=said, words=tuple(words[1:]), refused=refused)
