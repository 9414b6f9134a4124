"""The people who acted in a case and may tell it in the first person."""

from __future__ import annotations

from starcase.errors import StoryError
from starcase.report.escaping import sanitize
from starcase.report.narrative import build_narrative
from starcase.report.pieces import Person
from starcase.report.point_of_view import is_same_person
from starcase.report.records import Records


def list_people(records: Records) -> tuple[str, ...]:
    """Return the names of all people who wrote a record or are reported to have acted."""
    told = {
        piece.name for claim in build_narrative(records).claims for piece in claim.taken if isinstance(piece, Person)
    }
    return tuple(sorted({name for one in told | {entry.actor for entry in records.entries} if (name := sanitize(one))}))


def has_acted(records: Records, teller: str) -> bool:
    """Return whether a person of this name acted."""
    return any(is_same_person(name, teller) for name in list_people(records))


def build_stranger_error(teller: str, *cases: Records) -> StoryError:
    """Return the error for a teller who acted in none of the cases."""
    there = sorted({name for records in cases for name in list_people(records)})
    return StoryError(
        f"no person called {teller!r} acted in the records",
        why="only a person who acted can tell the story in the first person",
        mend=f"set --as to one of {', '.join(there)}, or omit --as",
    )
