"""How a contract kit says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


class ContractBroken(AssertionError):  # noqa: N818 - what a test fails with
    """A plug-in does not do what its protocol promises; each complaint is a sentence.

    Args:
        subject: what was checked.
        complaints: what is wrong with it.
    """

    def __init__(self, subject: str, complaints: tuple[str, ...]) -> None:
        self.subject = subject
        self.complaints = complaints
        super().__init__("\n".join((f"{subject}:", *(f"  - {complaint}" for complaint in complaints))))


def require(subject: str, complaints: Iterable[str]) -> None:
    """Raise ContractBroken where there is a complaint.

    >>> require("the model m", [])
    """
    found = tuple(dict.fromkeys(complaints))
    if found:
        raise ContractBroken(subject, found)


def collect_complaints(what: str, check: Callable[[], Iterable[str]]) -> Iterator[str]:
    """The complaints of ``check``; that it raised is one of them.

    >>> list(collect_complaints("deciding", lambda: [str(1 / 0)]))
    ['deciding raised ZeroDivisionError: division by zero']
    """
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - whatever a plug-in raises is a complaint about it
        yield f"{what} raised {type(error).__name__}: {error}"


def find_missing(thing: object, members: Iterable[str]) -> Iterator[str]:
    """A complaint for each member of a protocol that ``thing`` lacks."""
    for member in members:
        if not hasattr(thing, member):
            yield f"it has no `{member}`"
