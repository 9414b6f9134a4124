"""The chapter on inference lists every public name."""

from __future__ import annotations

import re
from pathlib import Path

from starcase import inference

PAGE = (Path(__file__).parents[2] / "docs" / "inference.md").read_text()
TABLE = PAGE.partition("## Which method when")[2].partition("\n## ")[0]


def test_inference_table_lists_every_public_name() -> None:
    named = set(re.findall(r"`([A-Za-z_]+)", TABLE))
    assert named - set(inference.__all__) == set()
    assert len(named) > 40
