"""The command monitor: guards, drift and health of a rollout; the exit code says whether a guard tripped."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.stages.review.rolled_back import flooded

from starcase.casefile.toml import write_case


def test_monitor_prints_guards_drift_and_health(starcase: Run, tmp_path: Path, site: Path) -> None:
    assert site.is_dir()
    with flooded(tmp_path) as work:
        (work.root / "case.toml").write_text(write_case(work.case))
        case = work.root
    code, out, _ = starcase("monitor", "--case", case)
    assert code == 1
    assert all(
        word in out
        for word in ("alert rate", "alert ratio", "error rate", "Drift since the model was measured", "Health")
    )
    code, out, _ = starcase("monitor", "--case", case, "--json")
    assert (code, json.loads(out)["monitor"]["tripped"]) == (1, ["alert rate"])
    code, out, _ = starcase("monitor", "--case", case, "--rollout", "toy-1")
    assert (code, "no challenger has answered in this rollout" in out, "observed" in out) == (0, True, False)
    assert starcase("monitor", "--case", case, "--rollout", "toy-7")[0] == 5
