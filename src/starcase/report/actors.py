"""Who acted in a case: whoever may tell it in the first person."""

from __future__ import annotations

from starcase.errors import StoryError
from starcase.report.escaping import sanitize
from starcase.report.narrative import build_narrative
from starcase.report.pieces import Person
from starcase.report.point_of_view import is_same_person
from starcase.report.records import Records


def list_people(records: Records) -> tuple[str, ...]:
    """Everybody who wrote a record or is told to have acted, by name."""
    told = {
        piece.name for claim in build_narrative(records).claims for piece in claim.taken if isinstance(piece, Person)
    }
    return tuple(sorted({name for one in told | {entry.actor for entry in records.entries} if (name := sanitize(one))}))


def has_acted(records: Records, teller: str) -> bool:
    """Whether somebody of that name did."""
    return any(is_same_person(name, teller) for name in list_people(records))


def build_stranger_error(teller: str, *cases: Records) -> StoryError:
    """What is said to somebody who took no part in any of the cases."""
    there = sorted({name for records in cases for name in list_people(records)})
    return StoryError(
        f"nobody called {teller!r} acted here",
        why="only who acted can tell it in the first person",
        mend=f"tell it as one of {', '.join(there)}, or without --as",
    )
