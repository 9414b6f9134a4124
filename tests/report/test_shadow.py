"""The story names what a shadow disagreed on: the action, or also its content."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from tests.report.cards import card_records, open_ledger

from starcase.evidence.records import ShadowRecord
from starcase.report import WRITERS, Records, build_document, verify


@pytest.mark.parametrize(
    ("compared", "wanted"),
    [
        ("action", r"disagreed on the action in 100\.0 % .*of the pairs\."),
        ("items", r"disagreed in 100\.0 % .*of the pairs, on the action or on the list of items\."),
        ("content", r"disagreed in 100\.0 % .*of the pairs, on the action or on what was served with it\."),
    ],
)
def test_story_names_the_disagreement_of_a_shadow(
    compared: Literal["action", "items", "content"], wanted: str, tmp_path: Path
) -> None:
    records = [record for record, _ in card_records()]
    place = next(n for n, one in enumerate(records) if isinstance(one, ShadowRecord))
    record = records[place]
    assert isinstance(record, ShadowRecord)
    record = replace(
        record, compared=compared, disagreement=replace(record.disagreement, value=1.0, low=0.97, high=1.0)
    )
    with open_ledger(tmp_path) as ledger:
        for number, one in enumerate([*records[:place], record]):
            ledger.append(one, at=10**15 + number)
        text = WRITERS["md"](build_document(Records.from_ledger(ledger), view="star"))
        assert verify(text, "md", ledger) == ()
    assert re.search(wanted, re.sub(r"\[\^\d+\]|`", "", text).replace("\xa0", " "))
