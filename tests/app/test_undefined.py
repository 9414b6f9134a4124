"""An undefined live figure is recorded as absent with its reason, and the next verb works."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from starcase.app import Stretch, Workspace, contest, replay
from starcase.app.commands.monitor import monitor
from starcase.app.commands.shadow import shadow
from starcase.contract.case_spec import (
    Case,
    ContestSpec,
    ExperimentSpec,
    GuardrailSpec,
    GuardSpec,
    ObjectiveSpec,
    RolloutSpec,
)
from starcase.contract.model import Candidate, Direction, LiveMetric, Metric, Model
from starcase.contract.request import Answer, FloatArray, Request
from starcase.errors import CaseFileError, NotIdentifiable, StarcaseError
from starcase.evidence.records import ReadingRecord, ReplayPlanRecord, ReplayRecord, ShadowRecord
from starcase.report import WRITERS, Records, build_document, verify
from starcase.testing.toy import SquaredError, ToyCandidate, ToyDataset, ToyErrors, ToyModel, ToySystem, toy_case

QUIET = 1_000
ROLLOUT = RolloutSpec(
    steps=(0.5, 1.0), minimum_decisions=20, minimum_outcomes=10, minimum_duration="20us", reading_every="50us"
)
CASE = toy_case(
    contest=ContestSpec(folds=1, trials=1, draws=100), rollout=ROLLOUT, objective=ObjectiveSpec(metric="recall"),
    guardrails=(GuardrailSpec(metric="precision", margin=1.0), GuardrailSpec(metric="area", margin=1.0)),
)  # fmt: skip


@dataclass(frozen=True)
class Share:
    """The share of rows with one property among those with another; NaN if there are none."""

    name: str
    unit: str = "share"
    direction: Direction = "higher"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        blocked = np.array([float(answer.action == "block") for answer in answers])
        bad = outcomes["outcome"].to_numpy()
        within = {"recall": bad, "precision": blocked, "area": bad * (1 - bad.all())}[self.name]
        return pl.DataFrame({"hit": blocked * bad, "within": within})

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        return np.asarray(weights @ units["hit"].to_numpy() / (weights @ units["within"].to_numpy()))


@dataclass(frozen=True, slots=True)
class LiveRecall(ToyErrors):
    """The share of bad ones that were blocked."""

    name: str = "live_recall"
    among_good: bool = False
    direction: Direction = "higher"

    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        bad = pl.col("outcome") * pl.col("outcome_weight")
        return decisions.select(numerator=bad * (pl.col("action") == "block"), denominator=bad)


class FailsLate(ToyModel):
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        if any(request.at >= QUIET + 30 for request in requests):
            raise ArithmeticError("out of its depth")
        return super().decide(requests)


class Fails(ToyCandidate):
    def load(self, files: Mapping[str, bytes], /) -> Model:
        model = super().load(files)
        assert isinstance(model, ToyModel)
        return FailsLate(model.feature, model.slope, model.constant)


class Quiet(ToySystem):
    """The toy system without bad outcomes from ``QUIET`` on."""

    def load(self, case: Case) -> ToyDataset:
        rows = super().load(case).rows
        return ToyDataset(rows.with_columns(bad=pl.when(pl.col("at") < QUIET).then("bad").otherwise(0.0)))

    def candidates(self, case: Case) -> Sequence[Candidate[pl.DataFrame]]:
        return (*super().candidates(case), Fails("fails", 4, "x", 2.0))

    def baselines(self, case: Case) -> Sequence[Candidate[pl.DataFrame]]:
        del case
        return (ToyCandidate("always", 0, "x", 0.01),)

    def metrics(self, case: Case) -> Sequence[Metric]:
        del case
        return (Share("recall"), Share("precision"), Share("area"), SquaredError())

    def live_metrics(self, case: Case) -> Sequence[LiveMetric]:
        return (*super().live_metrics(case), LiveRecall())


def opened(root: Path, case: Case = CASE) -> Workspace:
    root.mkdir(exist_ok=True)
    work = Workspace(case, root, system=Quiet(), actor="ana")
    contest(work, until=QUIET)
    return work


def absent(record: ReplayRecord) -> dict[str, str]:
    return {one.figure: one.why for one in record.undefined}


def goes_on(work: Workspace, until: int) -> None:
    """Check that every verb after a replay works, and that the story can be written and verifies."""
    assert shadow(work)
    assert monitor(work)
    assert replay(work, Stretch(until=until))[1].decisions
    text = WRITERS["md"](build_document(Records.from_ledger(work.ledger), view="star"))
    assert verify(text, "md", work.ledger) == ()
    assert work.ledger.verify().intact


def test_a_replay_without_positives_reports_undefined_metrics(tmp_path: Path) -> None:
    with opened(tmp_path) as work:
        _, record = replay(work, Stretch(until=QUIET + 300, challenger="strong"))
        assert replay(work, Stretch(until=QUIET + 300, challenger="strong"))[1] == record
        assert record.decisions == 300
        why = "each of the 281 outcomes known is 0"
        assert absent(record) == {
            "recall, weak": why, "recall, strong": why, "area, weak": why, "area, strong": why,
            "precision, change relative to weak": "weak reached exactly 0",
        }  # fmt: skip
        named = [figure.name for figure in record.figures]
        assert named == ["precision, weak", "precision, strong", "precision, strong less weak"]
        text = WRITERS["md"](build_document(Records.from_ledger(work.ledger), view="star"))
        plain = re.sub(r"\[\^\d+\]|`", "", text).replace("\xa0", " ")
        assert f"recall, weak has no value here: “{why}”" in plain
        goes_on(work, QUIET + 400)


def test_a_replay_without_known_outcomes_finishes(tmp_path: Path) -> None:
    with opened(tmp_path) as work:
        _, record = replay(work, Stretch(until=QUIET + 5, challenger="strong"))
        assert set(absent(record).values()) == {"no outcome of the stretch was known by its end"}
        assert set(absent(record)) == {"recall", "precision", "area"}
        (last, *_) = [look for _, look in work.ledger.of(ShadowRecord)][::-1]
        assert not any(figure.name == "outcomes known of matured pairs" for figure in last.figures)
        goes_on(work, QUIET + 100)


def test_a_challenger_that_fails_does_not_prevent_the_end_of_the_replay(tmp_path: Path) -> None:
    with opened(tmp_path) as work:
        _, record = replay(work, Stretch(until=QUIET + 60, challenger="fails"))
        assert record.figures == ()
        said = absent(record)["recall"]
        assert said.startswith(
            "fails fails where it is asked every request of the stretch: ArithmeticError: out of its"
        )
        goes_on(work, QUIET + 100)


def test_a_live_metric_without_positives_is_absent_and_not_zero(tmp_path: Path) -> None:
    case = replace(CASE, guardrails=(GuardrailSpec(metric="live_recall", margin=0.1),))
    with opened(tmp_path, case) as work:
        replay(work, Stretch(until=QUIET + 300, challenger="strong"))
        looks = [look for _, look in work.ledger.of(ShadowRecord)]
        assert looks
        assert all(reading.metric != "live_recall" for look in looks for reading in look.metrics)
        for _, look in work.ledger.of(ReadingRecord):
            assert all(figure.name != "live_recall" for arm in look.arms for figure in arm.figures)
        goes_on(work, QUIET + 400)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"guards": (GuardSpec(name="score shift", allowed=0.05),)}, CaseFileError),
        ({"rollout": replace(ROLLOUT, margin=0.0), "experiment": ExperimentSpec(effect=0.0)}, NotIdentifiable),
        ({"experiment": ExperimentSpec(metric="none")}, CaseFileError),
        ({"experiment": ExperimentSpec(segments="none")}, CaseFileError),
    ],
)
def test_an_invalid_rollout_is_refused_before_a_plan_is_recorded(
    changes: dict[str, object], error: type[StarcaseError], tmp_path: Path
) -> None:
    with opened(tmp_path) as work:
        work.case = replace(CASE, **changes)  # type: ignore[arg-type]
        with pytest.raises(error):
            replay(work, Stretch(until=QUIET + 300, challenger="strong"))
        assert work.ledger.last(ReplayPlanRecord) is None
        work.case = CASE
        assert replay(work, Stretch(until=QUIET + 300, challenger="strong"))[1].decisions == 300
