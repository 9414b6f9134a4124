from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path

import pytest
from tests.report.cards import card_ledger, card_records, open_ledger
from tests.report.changing import changed, unit_of_last_digit

from starcase.evidence import Ledger
from starcase.report import VIEWS, WRITERS, Records, build_document, verify
from starcase.report.binding import bind_piece
from starcase.report.claim import Claim
from starcase.report.pieces import ClaimVerb, Name, Quote
from starcase.report.reading import READERS
from starcase.report.reading.fault_marks import STYLE, mark_faults
from starcase.report.reading.page import Page
from starcase.report.story_verification import check, find_unbacked
from starcase.report.telling import contest

FORMS = ("md", "html")


def touched(page: Page, records: Records) -> list[str]:
    """Return the sentences without evidence in these records, without regenerating the story."""
    return [told.text for told in page.told if list(find_unbacked(told, records))]


def moved(value: float, *, by: float) -> float:
    """The value one unit of the last shown digit on, in its own type."""
    return type(value)(value + by)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return card_ledger(tmp_path)


@pytest.fixture
def records(ledger: Ledger) -> Records:
    return Records.from_ledger(ledger)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("teller", ["", "Jonas"])
def test_unchanged_story_verifies(ledger: Ledger, records: Records, form: str, view: str, teller: str) -> None:
    text = WRITERS[form](build_document(records, view=view, teller=teller))
    assert verify(text, form, ledger) == ()
    assert text == WRITERS[form](build_document(Records.from_ledger(ledger), view=view, teller=teller))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("view", VIEWS)
def test_any_record_changed_in_its_last_shown_digit_is_found(records: Records, form: str, view: str) -> None:
    told = build_document(records, view=view)
    page = READERS[form](WRITERS[form](told))
    shown = [(claim, number) for claim in told.claims for number in claim.numbers if number.source.operation == "value"]
    assert len(shown) >= 5
    missed = []
    for claim, number in shown:
        other = changed(records, number.source.arguments[0], partial(moved, by=unit_of_last_digit(number)))
        named = touched(page, other)
        if not any(number.text.split()[0] in " ".join(sentence.split()) for sentence in named):
            missed.append((claim.topic, number.text, number.source))
    assert missed == []


@pytest.mark.parametrize("form", FORMS)
def test_changed_record_words_are_reported(records: Records, form: str) -> None:
    told = build_document(records)
    page = READERS[form](WRITERS[form](told))
    taken = [p for claim in told.claims for p in claim.taken if isinstance(p, Name | Quote)]
    bound = {p.source for p in taken if bind_piece(p) and "@" not in p.source}
    assert len(bound) > 30
    assert [s for s in sorted(bound) if not touched(page, changed(records, s, lambda text: f"{text}x"))] == []


@pytest.mark.parametrize("source", ["check-1#figures.1.name", "choice-1#criteria.0", "note-1#@actor"])
def test_changed_plain_names_are_found_by_regenerating_the_story(records: Records, source: str) -> None:
    page = READERS["md"](WRITERS["md"](build_document(records)))
    assert list(check(page, changed(records, source, lambda text: f"{text} x"), "md"))


FORGERIES = {
    "a digit": ("83.6", "83.7"),
    "a sign": ("+12.4", "−12.4"),
    "the unit": ("+12.4\xa0points", "+12.4\xa0%"),
    "a claiming word": ("could not be judged", "improved"),
    "a new number": ("at once", "5 times"),
    "a number in words": ("Mara, Jonas and Priya decide", "Mara, Jonas and Priya decide, twice"),
    "a cause": ("was in front", "caused it"),
    "a harmless word": ("The objective is", "Our goal is"),
}


@pytest.mark.parametrize("forged", FORGERIES)
def test_edited_text_is_reported(ledger: Ledger, records: Records, forged: str) -> None:
    old, new = FORGERIES[forged]
    text = WRITERS["md"](build_document(records))
    if old not in text:
        old = "serves; the last step"
        new = f"{new}; the last step"
    faults = verify(text.replace(old, new, 1), "md", ledger)
    assert faults
    assert all(fault.sentence for fault in faults)


def test_dropped_sentence_is_reported(ledger: Ledger, records: Records) -> None:
    text = WRITERS["md"](build_document(records))
    kept = [line for line in text.splitlines() if "Priya spoke for" not in line]
    faults = verify("\n".join(kept), "md", ledger)
    assert any("leaves it out" in fault.why or "Priya" in fault.why for fault in faults)


@pytest.mark.parametrize("form", FORMS)
def test_one_removed_sentence_gives_one_fault(ledger: Ledger, records: Records, form: str) -> None:
    text = WRITERS[form](build_document(records))
    cut = {
        "md": "> “Find more of the frauds",
        "html": '<blockquote class="claim"><q class="said" data-ev="quote case-1#res',
    }
    kept = [line for line in text.splitlines() if not line.startswith(cut[form])]
    assert len(kept) < len(text.splitlines())
    faults = verify("\n".join(kept), form, ledger)
    assert 0 < len(faults) <= 2
    assert all("leaves it out" in fault.why for fault in faults)


def test_later_records_do_not_invalidate_a_story(ledger: Ledger, records: Records) -> None:
    text = WRITERS["md"](build_document(records))
    ledger.append(card_records()[2][0], key="again")
    assert verify(text, "md", ledger) == ()


def test_a_broken_chain_fails_every_story(ledger: Ledger, records: Records) -> None:
    text = WRITERS["md"](build_document(records))
    ledger._connection.execute("DROP TRIGGER entries_keep")
    ledger._connection.execute("UPDATE entries SET payload = replace(payload, '22461', '22462')")
    assert any("changed" in fault.why for fault in verify(text, "md", ledger))


@pytest.mark.parametrize("taken", ["outcome", "record"])
def test_sentences_without_record_are_marked_on_the_page(ledger: Ledger, records: Records, taken: str) -> None:
    """Exactly the faulty sentences are marked; faults without a sentence are listed at the top."""
    text = WRITERS["html"](build_document(records))
    ledger._connection.execute("DROP TRIGGER entries_keep")
    ledger._connection.execute("DROP TRIGGER entries_stay")
    if taken == "record":
        ledger._connection.execute("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries) - 2")
    else:
        ledger._connection.execute("UPDATE entries SET payload = replace(payload, '22461', '22462')")
    faults = {fault.sentence: fault.why for fault in verify(text, "html", ledger)}
    page = mark_faults(text, faults)
    plain = page.replace(STYLE, "")
    assert plain.count(" data-fault") == len(faults)
    for sentence in set(faults) & {told.text for told in READERS["html"](text).told}:
        assert f'title="{escape(faults[sentence])}" data-fault' in plain


def test_story_of_another_ledger_is_refused(tmp_path: Path, records: Records) -> None:
    text = WRITERS["md"](build_document(records))
    (tmp_path / "other").mkdir()
    with open_ledger(tmp_path / "other") as other:
        for record, actor in reversed(card_records()):
            other.append(record, actor=actor)
        assert "from another ledger" in verify(text, "md", other)[0].why


def test_file_without_story_is_refused(ledger: Ledger) -> None:
    for form in FORMS:
        assert "not a story" in verify("", form, ledger)[0].why
        assert "not a story" in verify("# Hello\n\n5 %", form, ledger)[0].why


def test_story_names_every_person_who_acted(records: Records) -> None:
    claims = build_document(records).claims
    text = " ".join(piece.text for claim in claims for piece in claim.taken if isinstance(piece, Name | Quote))
    for word in (
        "isolation_forest",
        "amount",
        "logistic_regression",
        "it is 5 times as precise",
        "the launch date stands",
    ):
        assert word in text
    assert len([c for c in claims if c.head == contest.HEAD]) == 4


def test_every_claiming_word_has_a_test(records: Records) -> None:
    verbs = [
        piece.word for claim in build_document(records).claims for piece in claim.taken if isinstance(piece, ClaimVerb)
    ]
    assert "better" in verbs
    assert "caused" not in verbs


def test_claims_know_their_records(records: Records) -> None:
    silent = [c for c in build_document(records).claims if not c.records and isinstance(c, Claim)]
    assert all(claim.numbers[:1] != () or claim.topic == "silence" for claim in silent)
