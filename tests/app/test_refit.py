"""The deployed model is fitted on all known data; a refit of the champion is an ordinary challenger."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from starcase.app import Stretch, Workspace, contest, gate, replay, retrain
from starcase.app.commands.rollout import status
from starcase.app.commands.story import story, verify_story
from starcase.app.stored_models import load_model
from starcase.contract.case_spec import Case, ContestSpec, DataSpec, ObjectiveSpec, RolloutSpec
from starcase.contract.system import Fold
from starcase.errors import ArtefactError
from starcase.evidence.records import ReadingRecord, RefitRecord, StepRecord, VersionsRecord
from starcase.systems.fraud import FraudSystem
from starcase.testing.toy import ToySystem, toy_case

DAY = 86_400_000_000
TOY = toy_case(
    incumbent="strong",
    contest=ContestSpec(folds=2, trials=1, draws=100, growth=()),
    rollout=RolloutSpec(
        steps=(0.5,), minimum_decisions=100, minimum_outcomes=50, minimum_duration="100us", reading_every="100us"
    ),
)


@pytest.fixture
def toy(tmp_path: Path) -> Workspace:
    work = Workspace(TOY, tmp_path, system=ToySystem(), actor="ana")
    contest(work, until=1_000)
    return work


def test_a_clearance_names_the_refit_and_the_fit_that_was_measured(toy: Workspace) -> None:
    held = gate(toy, "strong")
    record = toy.ledger.of(RefitRecord)[-1][1]
    assert held.clearance is not None
    assert (held.clearance.model, held.clearance.measured) == (record.model, record.measured)
    assert record.model != record.measured
    assert record.until == 1_000 > record.fold.train_end
    assert record.outcomes > record.measured_outcomes


def test_costs_age_and_interventions_are_those_of_the_refit(toy: Workspace) -> None:
    results = {result.gate: result for result in gate(toy, "strong").record.results}
    record = toy.ledger.of(RefitRecord)[-1][1]
    age = results["freshness"].figures[0]
    assert age.value == (1_000 - record.until) / DAY
    assert {"one_by_one", "agreement"} <= set(results)


def test_the_installed_champion_is_fitted_on_all_known_data(toy: Workspace) -> None:
    replay(toy, Stretch(since=1_000, until=1_400))
    record = toy.ledger.of(RefitRecord)[-1][1]
    assert status(toy).champion_model == record.model
    assert record.until == 1_000


def test_a_refit_of_the_champion_has_a_separate_arm(toy: Workspace) -> None:
    replay(toy, Stretch(since=1_000, until=1_400))
    entry, fit = retrain(toy, "strong", why="more outcomes are known")
    assert entry.at == fit.until == 1_400
    assert fit.fold.test_end <= 1_400
    held = gate(toy, "strong")
    assert held.record.model == fit.model
    assert held.clearance is not None
    replay(toy, Stretch(since=1_400, until=2_000, challenger="strong", share=0.5, why="trying"))
    arm = f"strong@{fit.model[:6]}"
    served = [one for one in toy.log.read(0, 10_000) if one.at >= 1_400]
    assert {one.arm for one in served} == {"strong", arm}
    reading = toy.ledger.last(ReadingRecord)
    assert reading is not None
    assert [one.arm for one in reading[1].arms] == ["strong", arm]
    counted = [one.decisions for one in reading[1].arms]
    assert min(counted) > 0


def test_a_newer_fit_of_the_incumbent_is_compared_with_it_as_another_model(tmp_path: Path) -> None:
    """At day 30 the incumbent knows nothing of an attack that began at day 20."""
    rng, n = np.random.default_rng(0), 6_000
    at, fraud = np.sort(rng.integers(0, 40 * 86_400, n)), (rng.random(n) < 0.05).astype(int)
    shift = fraud * (at > 20 * 86_400) * 2
    pl.DataFrame(
        {"t": at, "x": rng.normal(0, 1, n) + fraud, "z": rng.normal(0, 1, n) + shift, "eur": 20.0, "fraud": fraud}
    ).write_csv(tmp_path / "d.csv")
    case = Case(
        name="s1", title="s1", system="fraud", incumbent="logistic_regression",
        data=DataSpec(path="d.csv", time="t", target="fraud", amount="eur", delay="1h"),
        objective=ObjectiveSpec(metric="average_precision"),
        contest=ContestSpec(folds=1, trials=1, draws=200, growth=()),
        options={"alert_budget": 0.05, "pass_through": 0.5}, folder=str(tmp_path),
    )  # fmt: skip
    with Workspace(case, tmp_path, system=FraudSystem(), actor="ana") as work:
        contest(work, until=15 * DAY)
        replay(work, Stretch(since=15 * DAY, until=30 * DAY))
        contest(work, until=30 * DAY)
        _, record = replay(work, Stretch(challenger="logistic_regression"))
        found = {figure.name: figure.value for figure in record.figures}
        arm = f"logistic_regression@{status(work).challenger_model[:6]}"
        champion, challenger = (found[f"average_precision, {name}"] for name in ("logistic_regression", arm))
        assert challenger > champion
        everything = Fold(name="all", train_end=30 * DAY, test_start=30 * DAY, test_end=40 * DAY, known_by=40 * DAY)
        by_hand = work.candidate("logistic_regression").fit(
            work.dataset.train(everything), rng=np.random.default_rng(0)
        )
        requests = work.dataset.requests(everything)
        model = load_model(work, "logistic_regression", status(work).challenger_model)
        assert [a.score for a in model.decide(requests)] == [a.score for a in by_hand.decide(requests)]


def changed_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "starcase.app.commands.golden_answers.list_versions", lambda _: (("numpy", "9.9"), ("python", "3.99"))
    )


def test_golden_requests_are_asked_again_under_other_versions(toy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    gate(toy, "strong")
    digest = toy.ledger.digest()
    changed_versions(monkeypatch)
    replay(toy, Stretch(since=1_000, until=1_200))
    asked = [record for _, record in toy.ledger.of(VersionsRecord) if record.equal is not None]
    assert [(record.equal, record.asked) for record in asked] == [(True, 50)]
    assert any(change.startswith("numpy ") for change in asked[0].changed)
    story(toy, form="md", view="star")
    text = (toy.root / "story" / "star.md").read_text()
    assert "gave the same answers to 50 golden requests" in text
    assert verify_story(toy, toy.root / "story" / "star.md") == ()
    assert digest != toy.ledger.digest()


def test_versions_are_not_part_of_the_digest(toy: Workspace) -> None:
    before = toy.ledger.digest()
    record = VersionsRecord(candidate="strong", model="a" * 64, versions=(("python", "3.99"),))
    toy.ledger.append(record, at=1_000)
    assert toy.ledger.digest() == before


def test_a_challenger_that_fails_golden_requests_is_withdrawn_and_a_champion_is_not(
    toy: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay(toy, Stretch(since=1_000, until=1_200, challenger="weak"))
    changed_versions(monkeypatch)
    differs = ArtefactError("it answers otherwise", where="golden row 1", why="it said approve, and says block")

    def refuse(*_: object) -> None:
        raise differs

    monkeypatch.setattr("starcase.serving.models.golden_requests.GoldenRequests.check", refuse)
    replay(toy, Stretch(since=1_200, until=1_400))
    last = toy.ledger.of(StepRecord)[-1][1]
    assert (last.step, last.challenger, last.automatic) == ("rollback", "weak", True)
    assert "answers differ from those at fitting" in last.reason
    assert {one.arm for one in toy.log.read(0, 10_000)} == {"strong"}
    assert toy.log.last() > 0
    told = {record.candidate: record.equal for _, record in toy.ledger.of(VersionsRecord) if record.equal is not None}
    assert told == {"strong": False, "weak": False}
    with pytest.raises(ArtefactError, match="fails its golden requests"):
        replay(toy, Stretch(since=1_400, until=1_600, challenger="weak"))
