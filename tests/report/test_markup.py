from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from tests.report.cards import CASE, cost, open_ledger

from starcase.casefile.toml import resolve_case
from starcase.evidence.records import CaseRecord, NoteRecord
from starcase.report import WRITERS, Records, build_document, verify

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) ![x](http://y) <http://z>",
    "end ” 25 % better [^1] “ begin",
    "\n\n# Result\n\n- 99 %[^3]\n\n[^3]: `number contest-1#x as share.1`",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "`code` ``more`` --> <!-- starcase story {} -->",
    "&lt;b&gt; &amp; \u202e right to left \u0000",
    "1. first 2) second > quote + plus ~~gone~~ ***all***",
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


@pytest.mark.parametrize("words", ATTACKS)
def test_user_text_never_becomes_markup(tmp_path: Path, words: str) -> None:
    case = replace(CASE, title=words, situation=words, task=words, deciders=(words,))
    with open_ledger(tmp_path) as ledger:
        ledger.append(
            CaseRecord(name=words, system=words, resolved=resolve_case(case), starcase_version="1"), actor=words
        )
        ledger.append(replace(cost(), costs=(replace(cost().costs[0], candidate=words),), front=(words,)), actor=words)
        ledger.append(NoteRecord(text=words, part="result", about=words), actor=words)
        records = Records.from_ledger(ledger)
        for teller in ("", words):
            texts = {form: WRITERS[form](build_document(records, teller=teller)) for form in ("md", "html")}
            assert verify(texts["md"], "md", ledger) == ()
            assert verify(texts["html"], "html", ledger) == ()
            tags = Tags()
            tags.feed(texts["html"])
            assert not [
                t for t in tags.seen if t[0] in {"script", "img", "iframe"} or any(a.startswith("on") for a in t[1])
            ]
            shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(texts["md"].partition("-->")[2])
            assert "<script" not in shown
            assert "<img" not in shown
            assert 'href="javascript' not in shown
            assert shown.count("<h1>") == 1
