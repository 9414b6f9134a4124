"""A reader of HTML stories: all text on the page with the bindings of its elements."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from starcase.report.reading.page import CODE, Page, PageSentence, parse_sentence, read_colophon

SILENT = frozenset({"style", "script", "title"})
VOID = frozenset({"meta", "br", "hr", "link", "img", "input", "wbr"})
ENDS = frozenset({"h1", "h2", "h3", "th", "text", "nav", "figcaption", "footer"})

_DRAWN = re.compile(r"<svg.*?</svg>", re.DOTALL)


def read_html(text: str) -> Page:
    """The story in an HTML page; raises StoryError where it is none."""
    facts = read_colophon(text)
    reader = SentenceReader()
    reader.feed(text)
    reader.close()
    reader.flush()
    return Page(
        title=reader.title,
        told=tuple(reader.told),
        view=facts["view"],
        head=facts["head"],
        teller=facts["as"],
        drawn=tuple(_DRAWN.findall(text)),
    )


class SentenceReader(HTMLParser):
    """A collector of the text of each claim and of all other text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.told: list[PageSentence] = []
        self._open: list[tuple[str, str]] = []
        self._text = ""
        self._codes: list[str] = []
        self._bindings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a sentence, or read the binding of a number or a name."""
        facts = dict(attrs)
        names = (facts.get("class") or "").split()
        if "claim" in names or tag in ENDS | {"p"}:
            self.flush()
        if evidence := facts.get("data-ev"):
            self._bindings.append(evidence)
        if "name" in names and evidence:
            self._text += CODE
            self._codes.append("")
        if tag == "q":
            self._text += "“"
        if tag == "td":
            self._text += " "
        if tag not in VOID:
            self._open.append((tag, "name" if "name" in names and evidence else "claim" if "claim" in names else ""))

    def handle_endtag(self, tag: str) -> None:
        """End the current element."""
        if tag == "q":
            self._text += "”"
        while self._open:
            name, role = self._open.pop()
            if name == "h1":
                self.title = " ".join(self._text.split())
                self._text = ""
            if role == "claim" or name in ENDS:
                self.flush()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        """Add text."""
        if any(tag in SILENT for tag, _ in self._open):
            return
        if self._open and self._open[-1][1] == "name":
            self._codes[-1] += data
        else:
            self._text += data

    def flush(self) -> None:
        """End the sentence that is being read."""
        if self._text.strip() or self._bindings:
            self.told.append(parse_sentence(self._text, self._codes, tuple(self._bindings)))
        self._text, self._codes, self._bindings = "", [], []
