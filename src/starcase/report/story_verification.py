"""Verification of a rendered story against the records; each fault names its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from starcase.errors import StoryError
from starcase.evidence import Ledger
from starcase.report.binding import Binding, Token
from starcase.report.escaping import sanitize
from starcase.report.reading import READERS
from starcase.report.reading.page import Page, PageSentence
from starcase.report.records import Records
from starcase.report.views import build_document
from starcase.report.writing import WRITERS


@dataclass(frozen=True, slots=True)
class StoryFault:
    """One sentence that differs from the records.

    Args:
        sentence: as written in the story; empty for the whole story.
        why: what is wrong with it.
    """

    sentence: str
    why: str

    def __str__(self) -> str:
        return f"{self.sentence!r}: {self.why}" if self.sentence else self.why


def verify(text: str, form: str, ledger: Ledger) -> tuple[StoryFault, ...]:
    """Every fault of a rendered story.

    Three independent passes: the chain of the ledger; every number, name, quotation and claiming word
    on the page against the record its thread leads to; every sentence against the story written again.

    Args:
        text: the file.
        form: ``"md"`` or ``"html"``.
        ledger: of the case.
    """
    broken = [StoryFault("", str(fault)) for fault in ledger.verify().faults]
    try:
        page = READERS[form](text)
        records = Records.from_ledger(ledger, head=page.head)
    except StoryError as error:
        return (*broken, StoryFault("", f"{error.what}{error.why and ': ' + error.why}"))
    return (*broken, *check(page, records, form))


def check(page: Page, records: Records, form: str) -> Iterator[StoryFault]:
    """Every fault of a page against the records it was written from."""
    seen: set[str] = set()
    for told in page.told:
        for why in find_unbacked(told, records):
            seen.add(told.text)
            yield StoryFault(told.text, why)
    try:
        again = READERS[form](WRITERS[form](build_document(records, view=page.view, teller=page.teller)))
    except (StoryError, KeyError) as error:
        yield StoryFault("", f"the story cannot be written again: {error}")
        return
    if sanitize(page.title) != sanitize(again.title):
        yield StoryFault(page.title, f"the case is called {again.title!r}")
    if page.drawn != again.drawn:
        yield StoryFault("", "a chart differs from the records")
    for mine, theirs in _find_differences(page.told, again.told):
        if mine is None or mine.text not in seen:
            yield _describe_difference(mine, theirs)


def _find_differences(
    mine: Sequence[PageSentence], theirs: Sequence[PageSentence]
) -> Iterator[tuple[PageSentence | None, PageSentence | None]]:
    """Return the sentences in which two versions differ, including removed and inserted ones."""
    for same, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if same != "equal":
            yield from zip_longest(mine[a:b], theirs[c:d])


def find_unbacked(told: PageSentence, records: Records) -> Iterator[str]:
    """Return the reasons why parts of a sentence have no evidence."""
    for token, thread in zip_longest(told.tokens, told.bindings):
        if thread is None:
            yield f"{_describe_token(token)} has no evidence"
        elif token is None:
            yield f"its evidence {thread!r} belongs to no text"
        else:
            try:
                why = Binding.parse(thread).find_fault(token, records)
            except StoryError as error:
                why = error.what
            if why:
                yield why


def _describe_token(token: Token) -> str:
    return f"the {'word' if token.kind == 'verb' else token.kind} {token.text!r}"


def _describe_difference(mine: PageSentence | None, theirs: PageSentence | None) -> StoryFault:
    if mine is None:
        return StoryFault(theirs.text if theirs else "", "the records say this, but the story leaves it out")
    if theirs is None:
        return StoryFault(mine.text, "the records do not say this")
    return StoryFault(mine.text, f"the records say: {theirs.text!r}")
