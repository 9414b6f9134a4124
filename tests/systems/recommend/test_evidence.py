"""R13 to R20: logged fields, refusals, and the allowed statements about a figure's evidence class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.app import Workspace
from starcase.app.commands.rollout import open_rollout
from starcase.app.commands.rollout_wiring import create_readings
from starcase.contract.case_spec import CandidateSpec, ExperimentSpec
from starcase.contract.model import SimulatedMetric
from starcase.evidence import EvidenceClass
from starcase.evidence.records import ReplayPlanRecord
from starcase.report.claim_rules import Test, is_licensed
from starcase.systems.recommend import RecommendSystem

SYSTEM = RecommendSystem()
EVIDENCE = {"items", "propensity", "policy", "catalogue", "candidates", "fallback"}


@pytest.mark.parametrize("kind", ["item_knn", "ease", "blend", "adaptive"])
def test_every_answer_carries_propensity_policy_and_candidate_set(tmp_path: Path, kind: str) -> None:
    parameters = {"sources": "item_knn popularity"} if kind == "adaptive" else {}
    case = case_of(tmp_path, purchases(), candidates=(CandidateSpec(name=kind, parameters=parameters),))
    dataset = SYSTEM.load(case)
    (fold,) = dataset.folds(count=1)
    (candidate,) = SYSTEM.candidates(case)
    model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
    for answer in model.decide(dataset.requests(fold)):
        assert isinstance(answer.content, dict)
        assert set(answer.content) >= EVIDENCE
        assert 0 < answer.content["propensity"] <= 1


def test_only_metrics_of_simulated_users_are_named_simulated(tmp_path: Path) -> None:
    for options, expected in (({"simulate_from": "+70d"}, True), ({}, False)):
        case = case_of(tmp_path, purchases(), options=dict(options))
        (metric,) = SYSTEM.live_metrics(case)
        assert isinstance(metric, SimulatedMetric)
        assert metric.simulated is expected
        assert metric.name.startswith("simulated") is expected


@pytest.mark.parametrize(("options", "said"), [({"simulate_from": "+70d"}, "simulated"), ({}, "replayed")])
def test_readings_of_a_replay_name_their_evidence_class(tmp_path: Path, options: dict[str, object], said: str) -> None:
    case = replace(case_of(tmp_path, purchases(), options=options), experiment=ExperimentSpec(effect=0.1))
    with Workspace(case, tmp_path) as work:
        served = create_readings(work, open_rollout(work)).evidence_class
        assert served == ("simulated" if options else "experiment")
        plan = ReplayPlanRecord(
            replay="replay-1",
            since=1,
            until=2,
            version=0,
            after=0,
            challenger="",
            challenger_model="",
            share=0.0,
            why="",
        )
        work.ledger.append(plan, at=1)
        assert create_readings(work, open_rollout(work)).evidence_class == said


@pytest.mark.parametrize("evidence", ["offline", "replayed", "off-policy", "simulated", "recorded"])
def test_only_an_experiment_allows_causal_claims(evidence: EvidenceClass) -> None:
    seen = Test(direction=1, agrees=True, fixed=True, evidence_class=evidence)
    assert is_licensed("better", seen)
    assert not is_licensed("caused", seen)
    assert is_licensed("caused", replace(seen, evidence_class="experiment"))
