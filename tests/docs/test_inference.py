"""The chapter on inference names what there is."""

from __future__ import annotations

import re
from pathlib import Path

from starcase import inference

PAGE = (Path(__file__).parents[2] / "docs" / "inference.md").read_text()
TABLE = PAGE.partition("## Which method when")[2].partition("\n## ")[0]


def test_the_table_names_what_there_is() -> None:
    named = set(re.findall(r"`([A-Za-z_]+)", TABLE))
    assert named - set(inference.__all__) == set()
    assert len(named) > 40
