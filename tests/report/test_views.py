from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.cards import card_ledger

from starcase.report import PRINTERS, VIEWS, WRITERS, Records, build_document
from starcase.report.document import KINDS
from starcase.report.reading import READERS
from starcase.report.speech import estimate_minutes


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records.from_ledger(card_ledger(tmp_path))


def test_views_agree_on_every_figure(records: Records) -> None:
    written: dict[str, set[str]] = {}
    for view in VIEWS:
        for claim in build_document(records, view=view).claims:
            for number in claim.numbers:
                shape = number.shape
                key = f"{number.source}|{shape.signed}|{shape.style}|{shape.unit}"
                written.setdefault(key, set()).add(number.text)
    assert len(written) > 50
    assert [source for source, texts in written.items() if len(texts) > 1] == []


def test_every_view_has_a_name() -> None:
    assert set(VIEWS) <= set(KINDS)
    assert all(name.startswith("question-") for name in set(KINDS) - set(VIEWS))


def test_the_spoken_answer_takes_two_to_three_minutes(records: Records) -> None:
    page = READERS["md"](WRITERS["md"](build_document(records, view="spoken", teller="Jonas")))
    text = " ".join(told.text for told in page.told)
    assert 1.5 <= estimate_minutes(text) <= 3.0
    assert "% interval" not in text
    for event in ("past the gate", "tripped", "out again", "the champion"):
        assert event in text


def test_memo_names_every_candidate_and_stays_short(records: Records) -> None:
    text = WRITERS["md"](build_document(records, view="memo")).partition("## Evidence")[0]
    for name in ("boosted_trees", "logistic_regression", "isolation_forest", "amount"):
        assert name in text
    assert len(text.split()) < 600


def test_the_post_mortem_takes_its_times_from_the_records(records: Records) -> None:
    page = READERS["md"](WRITERS["md"](build_document(records, view="post-mortem")))
    times = [told.text[:16] for told in page.told if told.text.startswith("2013-")]
    assert times == sorted(times)
    assert len(times) > 8
    assert any("Jonas" in told.text and "interventions" in told.text and "holds" in told.text for told in page.told)


@pytest.mark.parametrize("view", VIEWS)
def test_print_is_the_same_bytes_every_time(records: Records, view: str) -> None:
    pytest.importorskip("typst", reason="the extra 'pdf' is not installed")
    first, second = (PRINTERS["pdf"](build_document(records, view=view)) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF")
