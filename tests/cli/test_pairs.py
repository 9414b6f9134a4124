"""``shadow --pairs``: items are shortened and escaped in the table, and complete in JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

from starcase.app.user_models import open_folder
from starcase.evidence import ServedDecision, ShadowAnswer

SERVED = ["bread", "\x1b[2Jmilk", *(f"item {n}" for n in range(9))]


def test_pairs_show_what_was_served(starcase: Run, tmp_path: Path) -> None:
    with open_folder(tmp_path) as work:
        model = work.artefacts.save({"model.json": b"{}"})
        work.log.append(
            [
                ServedDecision(
                    id="t1", unit="u", at=5, plan_version=1, bucket=3, arm="popularity", model="c0ffee", propensity=1.0,
                    action="rank", score=45.0, content={"items": SERVED, "policy": "popularity"},
                )
            ]
        )  # fmt: skip
        work.log.shadow(model, [ShadowAnswer("t1", "rank", 2.0, {"items": ["nails"]})])
    code, out, _ = starcase("shadow", "--case", tmp_path, "--pairs", 3)
    assert code == 0
    assert "rank at 45: bread, \\x1b[2Jmilk, item 0, item 1, item 2 and 6 more" in " ".join(out.split())
    assert "rank at 2: nails" in out
    (pair,) = json.loads(starcase("shadow", "--case", tmp_path, "--pairs", 3, "--json")[1])
    assert pair["content"]["items"] == SERVED
    assert pair["shadow_content"] == {"items": ["nails"]}
