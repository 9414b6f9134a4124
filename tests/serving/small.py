"""A small fraud case with a clearly better challenger that has passed contest and gates."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from starcase.cli.main import run

ROWS, CONTEST_ROWS = 16_000, 6_000
CASE = """[case]
name = "small"
title = "Small"
system = "fraud"
incumbent = "logistic_regression"

[data]
path = "tx.csv"
time = "at"
target = "fraud"
amount = "euros"
delay = "2h"

[objective]
metric = "average_precision"

[contest]
folds = 1
trials = 1
draws = 100

[rollout]
minimum_decisions = 300
minimum_outcomes = 300
minimum_duration = "1h"
reading_every = "1h"
margin = 0.05

[[rollout.steps]]
share = 0.3
cohorts = { branch = [1] }

[[rollout.steps]]
share = 0.5

[[candidates]]
name = "logistic_regression"

[[candidates]]
name = "lightgbm"
"""


def small_case(folder: Path) -> Path:
    """The case in ``folder``, its challenger cleared; a payment a minute, the contest on the first 6,000."""
    folder.mkdir()
    rng = np.random.default_rng(3)
    amount, shade = rng.gamma(2.0, 20.0, size=ROWS), rng.normal(size=ROWS)
    branch = rng.integers(3, size=ROWS)
    fraud = rng.random(ROWS) < np.where(abs(shade) > 1.8, 0.7, 0.005)
    rows = [f"{60 * n},{amount[n]:.2f},{shade[n]:.3f},{branch[n]},{int(fraud[n])}" for n in range(ROWS)]
    (folder / "tx.csv").write_text("\n".join(["at,euros,shade,branch,fraud", *rows]))
    (folder / "case.toml").write_text(CASE)
    case = ["--case", str(folder)]
    for words in (["check"], ["contest", "--until", f"+{CONTEST_ROWS}m", "--workers", "1"], ["choose"]):
        assert run([*words, *case]) == 0, words
    assert run(["gate", "--candidate", "lightgbm", *case]) == 1
    waived = ["--gate", "interventions", "--gate", "alert_precision"]
    until = ["--who", "ana", "--why", "a test", "--until", "+400h"]
    assert run(["waive", "--candidate", "lightgbm", *waived, *until, *case]) == 0
    return folder
