"""The story of a step over cohorts binds every share and value to its record."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.cards import card_records, open_ledger

from starcase.decide import Reach, encode_reaches
from starcase.evidence.records import StepRecord
from starcase.report import WRITERS, Records, build_document, verify

REACHES = (Reach.from_share(0.5, {"platform": ["web", "tv2"], "shop_7": [3]}), Reach.from_share(0.1))


@pytest.mark.parametrize("form", ["md", "html"])
def test_story_of_a_step_over_cohorts_verifies(tmp_path: Path, form: str) -> None:
    records = [record for record, _ in card_records()]
    place = max(n for n, one in enumerate(records) if isinstance(one, StepRecord) and one.step == "canary")
    step = records[place]
    assert isinstance(step, StepRecord)
    told = [*records[:place], replace(step, share=0.5, reaches=encode_reaches(REACHES))]
    with open_ledger(tmp_path) as ledger:
        for number, record in enumerate(told):
            ledger.append(record, at=10**15 + number)
        text = WRITERS[form](build_document(Records.from_ledger(ledger), view="star"))
        assert verify(text, form, ledger) == ()
    if form == "md":
        words = re.sub(r"\[\^\d+\]|`", "", text).replace("\xa0", " ")
        assert "50 % of the units where platform is tv2 or web and shop_7 is 3 and 10 % of the units" in words
