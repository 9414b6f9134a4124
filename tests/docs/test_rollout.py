"""The case.toml tables in the chapter on rollouts parse as written."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from starcase.app.commands.rollout import build_rules
from starcase.casefile.decode import decode
from starcase.contract.case_spec import RolloutSpec

PAGE = Path(__file__).parents[2] / "docs" / "rollout.md"


def test_steps_of_the_page_parse_and_increase() -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    rules = build_rules(decode(RolloutSpec, tomllib.loads(block)["rollout"]))
    assert [str(rung.reach) for rung in rules.steps] == [
        "10 % of the units where platform is web",
        "50 % of the units where platform is tv or web",
        "50 % of the units",
    ]
    assert [rung.minimum_decisions for rung in rules.steps] == [300, 1000, 300]
