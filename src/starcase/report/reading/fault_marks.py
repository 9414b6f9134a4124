"""Marks the faults of an HTML story in the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from itertools import accumulate

from starcase.report.reading.html import SentenceReader

STYLE = "[data-fault]{outline:2px solid #b3261e;background:#fdecea;color:#7a1812}"
_TAG = re.compile(r"<\w+")
_BODY = re.compile(r"<body[^>]*>")


def mark_faults(text: str, faults: Mapping[str, str]) -> str:
    """Return the page with each faulty sentence in red and its fault as title; other faults are listed at the top.

    Args:
        text: the page.
        faults: what is wrong, by the sentence as written in the story; empty for the whole story.

    >>> page = '<head><style></style></head><body><p class="claim">It rose.</p></body>'
    >>> print(mark_faults(page, {"It rose.": "no record says so"}))  # doctest: +ELLIPSIS
    <head><style>...</style></head><body><p title="no record says so" data-fault class="claim">It rose.</p></body>
    """
    reader = _SentenceLocator(text)
    reader.feed(text)
    reader.close()
    reader.flush()
    there = [(place, said) for said, place in reader.places if place is not None and said in faults]
    for place, said in sorted(there, reverse=True):
        end = _TAG.match(text, place)
        if end:
            note = f' title="{escape(faults[said], quote=True)}" data-fault'
            text = f"{text[: end.end()]}{note}{text[end.end() :]}"
    shown = {said for _, said in there}
    above = "".join(
        f"<p data-fault>{escape(f'{said}: {why}' if said else why)}</p>"
        for said, why in faults.items()
        if said not in shown
    )
    text = text.replace("</style>", f"{STYLE}</style>", 1)
    return _BODY.sub(lambda body: body[0] + above, text, count=1)


class _SentenceLocator(SentenceReader):
    """Reads the sentences of a page, and where the element of each begins."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: list[tuple[str, int | None]] = []
        self._lines = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
        self._begins: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if "claim" in (dict(attrs).get("class") or "").split():
            line, column = self.getpos()
            self._begins = self._lines[line - 1] + column

    def flush(self) -> None:
        """End the sentence that is being read."""
        before = len(self.told)
        super().flush()
        if len(self.told) > before:
            self.places.append((self.told[-1].text, self._begins))
            self._begins = None
