"""The shared stream of cards and terminals as a case."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polars as pl

from starcase.contract.case_spec import CandidateSpec, Case, DataSpec, ObjectiveSpec
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.candidate import FraudCandidate
from starcase.systems.fraud.catalogue import create_candidates
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.options import parse_options
from starcase.tables.clock import DAY
from starcase.tables.moment import parse_moment

SOURCE = "handbook_transactions/transactions_2018-04_2018-07.parquet"
EPOCH = "2018-04-01T00:00:00Z"
START = parse_moment(EPOCH)
DAYS = 122
CHAMPION, CHALLENGER, STRICT = "base_7d", "rich_60d", "base_7d_fine"

# All see labels seven days old at best: 14d holds seven labelled days, 67d holds sixty. The champion cuts each feature
# at 255 values, LightGBM's default; the strict one at 1023, which alone finds the frauds that are large amounts.
SAMPLE: dict[str, str | int | float | bool] = {"kind": "lightgbm", "legit_sample": 80_000}
CANDIDATES = (
    CandidateSpec(name=CHAMPION, parameters={**SAMPLE, "features": "base", "history": "14d", "bins": 255}),
    CandidateSpec(name=CHALLENGER, parameters={**SAMPLE, "features": "all", "history": "67d"}),
    CandidateSpec(name=STRICT, parameters={**SAMPLE, "features": "base", "history": "14d"}),
)


def case_of(folder: Path, *, days: int = DAYS) -> Case:
    """The case over the first ``days`` days, its data written to ``folder``."""
    root = os.environ.get("STARCASE_DATA")
    if not root:
        sys.exit("STARCASE_DATA does not name the folder of the shared data (handbook_transactions is needed)")
    rows = pl.scan_parquet(Path(root, SOURCE)).filter(pl.col("time_s") < days * 86_400).collect()
    rows.with_columns(amount=pl.col("amount_cents") / 100).drop("amount_cents").write_parquet(folder / "tx.parquet")
    return Case(
        name="handbook",
        title="Card transactions of the handbook",
        system="fraud",
        incumbent=CHAMPION,
        folder=str(folder),
        data=DataSpec(
            path="tx.parquet", time="time_s", target="is_fraud", id="tx_id", unit="customer_id", amount="amount",
            entities={"card": "customer_id", "terminal": "terminal_id"}, ignore=("fraud_scenario",), epoch=EPOCH,
            delay="7d",
        ),
        objective=ObjectiveSpec(metric="errors_at_0.1pct_fpr"),
        candidates=CANDIDATES,
        options={
            "windows": ("1d", "7d", "30d"),
            "label_windows": ("1d", "3d", "7d", "14d", "21d", "28d", "30d"),
            "calendar": True,
            "pass_through": 1.0,
        },
    )  # fmt: skip


def load(case: Case) -> tuple[FraudSystem, FraudDataset, dict[str, FraudCandidate]]:
    """The system, the data, and the candidates by name."""
    system = FraudSystem()
    named = {candidate.name: candidate for candidate in create_candidates(case, parse_options(case.options))}
    return system, system.load(case), named


def scenarios(case: Case) -> pl.Series:
    """(n,) how the simulator made each fraud: 1 large amount, 2 compromised terminal, 3 leaked card. For diagnosis."""
    return pl.read_parquet(Path(case.folder, case.data.path), columns=["fraud_scenario"])["fraud_scenario"]


def day(number: int) -> int:
    """When day ``number`` begins, microseconds UTC."""
    return START + number * DAY
