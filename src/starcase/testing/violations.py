"""Errors and complaints of the contract checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


class ContractBroken(AssertionError):  # noqa: N818 - an assertion error of tests
    """A plug-in breaks its protocol; each complaint is a sentence.

    Args:
        subject: what was checked.
        complaints: the violations found.
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
    """Collect the complaints of ``check``; an exception becomes a complaint.

    >>> list(collect_complaints("deciding", lambda: [str(1 / 0)]))
    ['deciding raised ZeroDivisionError: division by zero']
    """
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - any exception of a plug-in is a complaint
        yield f"{what} raised {type(error).__name__}: {error}"


def find_missing(thing: object, members: Iterable[str]) -> Iterator[str]:
    """Yield a complaint for each member of a protocol that ``thing`` lacks."""
    for member in members:
        if not hasattr(thing, member):
            yield f"it has no `{member}`"
