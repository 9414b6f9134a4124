"""Artefacts that records name outside the ledger are checked: tables, models, the decision log, the data."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from starcase.app import Stretch, Workspace, contest, replay
from starcase.app.commands.check import check
from starcase.app.queries.record_references import ReferencedArtefact, read_back
from starcase.contract.case_spec import ContestSpec, GuardSpec, RolloutSpec
from starcase.errors import DataError
from starcase.evidence import Outcome
from starcase.evidence.decisions import ServedDecision, ShadowAnswer
from starcase.evidence.records import ContestRecord, ReplayPlanRecord, ReplayRecord
from starcase.testing.toy import ToyDataset, ToySystem, toy_case

CASE = toy_case(
    contest=ContestSpec(folds=1, trials=1, draws=100, until="1970-01-01T00:00:00.001Z"),
    guards=(GuardSpec(name="alert rate", allowed=0.9),),
    rollout=RolloutSpec(
        steps=(0.5, 1.0), minimum_decisions=100, minimum_outcomes=50, minimum_duration="100us", reading_every="100us"
    ),
)


def opened(root: Path) -> Workspace:
    root.mkdir(exist_ok=True)
    return Workspace(CASE, root, system=ToySystem(), actor="ana")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("verify") / "toy"
    with opened(root) as work:
        check(work)
        contest(work, until=1000)
        replay(work, Stretch(since=1000, until=1_600, challenger="strong", why="it looks better"))
    return root


@pytest.fixture
def root(served: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(served, tmp_path / "toy"))


def amiss(root: Path, system: ToySystem | None = None) -> list[ReferencedArtefact]:
    with Workspace(CASE, root, system=system or ToySystem(), actor="ana") as work:
        assert work.ledger.verify().intact
        return [one for one in read_back(work) if one.state != "intact"]


def test_unchanged_artefacts_are_intact_and_all_are_read(root: Path) -> None:
    assert amiss(root) == []
    with opened(root) as work:
        found = {(one.what, one.records) for one in read_back(work)}
    assert ("table", ("contest-1",)) in found
    assert ("data", ("check-1", "contest-1")) in found
    assert ("decision log", ("replay-1",)) in found
    models = [records for what, records in found if what == "model"]
    assert any({"replay-plan-1", "rollout-2"} <= set(records) for records in models)
    assert any("contest-1" in records for records in models)


def challenger(work: Workspace) -> str:
    return work.ledger.of(ReplayPlanRecord)[-1][1].challenger_model


def changed_value(path: Path) -> None:
    table = pl.read_parquet(path)
    column = next(name for name, kind in table.schema.items() if isinstance(kind, pl.Struct))
    field = table[column].struct.fields[0]
    struct = table[column].struct.unnest()
    first = pl.int_range(pl.len()) == 0
    struct = struct.with_columns(pl.when(first).then(pl.col(field) + 1e-9).otherwise(pl.col(field)).alias(field))
    table.with_columns(struct.to_struct(column)).write_parquet(path)


@pytest.mark.parametrize(
    ("done", "state", "found"),
    [
        (changed_value, "changed", "found "),
        (lambda path: path.write_bytes(b"no table"), "changed", "no readable table"),
        (lambda path: path.unlink(), "missing", ""),
    ],
    ids=["a value", "the file", "gone"],
)
def test_a_table_that_differs_from_the_contest_is_reported(
    root: Path, done: Callable[[Path], object], state: str, found: str
) -> None:
    path = root / ".starcase" / "tables" / "contest-1.parquet"
    done(path)
    (one,) = amiss(root)
    assert (one.records, one.what, one.where, one.state) == (("contest-1",), "table", str(path), state)
    assert found in one.found
    assert "contest-1" in str(one)
    assert one.expected[:12] in str(one)
    assert one.is_fault


def test_a_table_of_equal_values_is_intact_in_any_encoding(root: Path) -> None:
    path = root / ".starcase" / "tables" / "contest-1.parquet"
    pl.read_parquet(path).write_parquet(path, compression="gzip", row_group_size=100)
    assert amiss(root) == []


def test_a_changed_or_missing_model_is_reported_with_all_its_records(root: Path) -> None:
    with opened(root) as work:
        model = challenger(work)
        folder = work.artefacts.path(model)
    file = folder / "model.json"
    file.write_bytes(file.read_bytes() + b" ")
    (one,) = amiss(root)
    assert (one.what, one.state, one.expected) == ("model", "changed", model)
    assert {"replay-plan-1", "rollout-2"} <= set(one.records)
    assert "model.json" in str(one)
    shutil.rmtree(folder)
    (one,) = amiss(root)
    assert one.state == "missing"


@pytest.mark.parametrize(
    "done",
    [
        "UPDATE decisions SET score = 0.125 WHERE seq = 5",
        "DELETE FROM decisions WHERE seq = 5",
        "UPDATE outcomes SET value = 1 - value WHERE decision = (SELECT min(decision) FROM outcomes)",
        "DELETE FROM outcomes WHERE decision = (SELECT min(decision) FROM outcomes)",
        "DELETE FROM shadows WHERE decision = (SELECT min(decision) FROM shadows)",
        "DELETE FROM decisions WHERE seq > 400",
    ],
)
def test_a_changed_decision_log_is_reported(root: Path, done: str) -> None:
    path = root / ".starcase" / "decisions.sqlite"
    raw = sqlite3.connect(path)
    for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {trigger}")
    assert raw.execute(done).rowcount
    raw.commit()
    raw.close()
    (one,) = amiss(root)
    assert (one.records, one.what, one.where, one.state) == (("replay-1",), "decision log", str(path), "changed")


def test_later_decisions_do_not_change_the_log_of_a_replay(root: Path) -> None:
    with opened(root) as work:
        record = work.ledger.of(ReplayRecord)[-1][1]
        last, model = work.log.read(limit=1)[0], challenger(work)
        work.log.append([
            ServedDecision(id="later", unit="u", at=9_000, plan_version=2, bucket=1, arm="weak", model="m",
            propensity=1.0,
                   action="pass", score=0.5),
        ])  # fmt: skip
        work.log.outcomes([Outcome("later", "bad", 1.0, at=9_001), Outcome(last.id, "bad", 0.5, at=9_002)])
        work.log.shadow(model, [ShadowAnswer(decision="later", action="pass", score=0.5)])
        assert work.log.digest(record.log) == record.log_sha256 != work.log.digest()
    assert amiss(root) == []


def test_data_that_have_grown_are_reported_as_changed(root: Path) -> None:
    class Grown(ToySystem):
        def load(self, case: object) -> ToyDataset:
            rows = super().load(CASE).rows
            return ToyDataset(pl.concat([rows, rows.tail(1).with_columns(pl.col("at") + 1)]))

    (one,) = amiss(root, Grown())
    assert (one.records, one.state) == (("check-1", "contest-1"), "changed")
    assert str(one).startswith("the data at none are not those of check-1, contest-1: expected ")


def test_missing_data_are_not_checked(root: Path) -> None:
    class Gone(ToySystem):
        def load(self, case: object) -> ToyDataset:
            raise DataError("none is not there")

    (one,) = amiss(root, Gone())
    assert (one.what, one.state, one.is_fault) == ("data", "not checked", False)
    assert "none is not there" in str(one)


def test_hashes_of_version_0_1_are_reported_as_not_checked(root: Path) -> None:
    with opened(root) as work:
        held, replayed = work.ledger.of(ContestRecord)[-1][1], work.ledger.of(ReplayRecord)[-1][1]
        work.ledger.append(replace(held, canonical=False, values_sha256="0" * 64))
        work.ledger.append(replace(replayed, log=None, log_sha256="0" * 64))
    found = amiss(root)
    assert [(one.what, one.state, one.is_fault) for one in found] == [
        ("table", "not checked", False), ("decision log", "not checked", False),
    ]  # fmt: skip
    assert all("recorded with a hash of version 0.1" in str(one) for one in found)
