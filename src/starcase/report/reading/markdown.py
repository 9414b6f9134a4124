"""A reader of Markdown stories, by a Markdown parser: it checks the text as displayed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token as Inline

from starcase.report.reading.page import CODE, Page, PageSentence, parse_sentence, read_colophon

_NOTE = re.compile(r"\[\^(\d+)\]")


def read_markdown(text: str) -> Page:
    """The story in a Markdown file; raises StoryError where it is none."""
    facts = read_colophon(text)
    tokens = _build_parser().parse(text)
    title, row = "", False
    told: list[_RawSentence] = []
    notes: dict[str, tuple[str, ...]] = {}
    for place, token in enumerate(tokens):
        children = token.children or []
        if token.type == "tr_open":
            row = True
            told.append(_RawSentence(""))
        elif token.type == "tr_close":
            row = False
        elif token.type == "html_block" and place:
            told.append(_RawSentence(token.content))
        elif token.type == "inline" and tokens[place - 1].tag == "h1":
            title = title or "".join(child.content for child in children)
        elif token.type == "inline" and _is_definition(children):
            notes |= _read_definitions(children)
        elif token.type == "inline" and row:
            for cell in _split_sentences(children):
                told[-1].join(cell)
        elif token.type == "inline":
            told += _split_sentences(children)
    read = tuple(one.resolve_note(notes) for one in told)
    return Page(title=title, told=read, view=facts["view"], head=facts["head"], teller=facts["as"])


@dataclass(slots=True)
class _RawSentence:
    """A sentence, or a row of a table, whose footnote has not been looked up yet."""

    text: str
    codes: list[str] = field(default_factory=list)
    note: str = ""

    def join(self, cell: _RawSentence) -> None:
        self.text = f"{self.text} {cell.text}"
        self.codes += cell.codes
        self.note = cell.note or self.note

    def resolve_note(self, notes: dict[str, tuple[str, ...]]) -> PageSentence:
        return parse_sentence(self.text, self.codes, notes.get(self.note, ()))


def _split_sentences(children: list[Inline]) -> Iterator[_RawSentence]:
    now = _RawSentence("")
    for child in children:
        if child.type == "footnote":
            yield _RawSentence(now.text, now.codes, child.content)
            now = _RawSentence("")
        elif child.type == "code_inline":
            now.text += CODE
            now.codes.append(child.content)
        elif child.type in {"text", "softbreak", "html_inline"}:
            now.text += child.content or " "
    if now.text.strip() or now.codes:
        yield now


def _is_definition(children: list[Inline]) -> bool:
    return len(children) > 1 and children[0].type == "footnote" and children[1].content.startswith(":")


def _read_definitions(children: list[Inline]) -> dict[str, tuple[str, ...]]:
    notes: dict[str, tuple[str, ...]] = {}
    name = ""
    for child in children:
        if child.type == "footnote":
            name = child.content
            notes[name] = ()
        elif child.type == "code_inline":
            notes[name] = (*notes[name], child.content)
    return notes


@cache
def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").disable("reference")
    parser.inline.ruler.before("link", "footnote", _parse_footnote)
    return parser


def _parse_footnote(state: StateInline, silent: bool) -> bool:
    found = _NOTE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("footnote", "", 0).content = found[1]
    state.pos = found.end()
    return True
