"""The decisions that a monitor reads, and the reference span they are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from starcase.app.fit_history import find_measured_fit
from starcase.app.stored_models import load_model
from starcase.app.workspace import Workspace
from starcase.contract.answer_content import encode_content, normalize_content
from starcase.contract.model import LiveMetric, reads_content
from starcase.contract.request import extract_features
from starcase.decide import Arm, Decision, build_arm_name, restore_decision
from starcase.errors import RolloutError
from starcase.evidence.decisions import ServedDecision
from starcase.evidence.decisions.tables import CONTENT, DECISIONS
from starcase.evidence.records import StepRecord
from starcase.stages.monitor import Window

PAGE = 5_000
EXPOSING = frozenset({"canary", "widen"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoredRollout:
    """One rollout as monitored.

    Args:
        rollout: its id.
        candidate: the arm that is watched: the challenger's where it was exposed, the champion's otherwise.
        model: the hash of its model.
        versions: the plans under which both arms could serve; empty if no unit was exposed.
        served: decisions of the rollout so far, in order.
    """

    rollout: str
    candidate: str
    model: str
    versions: frozenset[int]
    served: Sequence[ServedDecision]

    @property
    def canary(self) -> Iterator[tuple[Decision, float]]:
        """Return the decisions of both arms while the challenger was exposed, each with its latency in microseconds."""
        return ((restore_decision(one), one.latency_us) for one in self.served if one.plan_version in self.versions)


def find_monitored_rollout(work: Workspace, rollout: str = "") -> MonitoredRollout:
    """Return the latest rollout, or the one of that id; raises RolloutError if there is none."""
    steps = [step for _, step in work.ledger.of(StepRecord)]
    mine = [step for step in steps if step.rollout == (rollout or steps[-1].rollout)]
    if not mine:
        known = ", ".join(dict.fromkeys(step.rollout for step in steps))
        raise RolloutError(
            f"there is no rollout {rollout!r}" if rollout else "no champion serves yet",
            mend=f"known: {known or 'none'}",
        )
    versions = frozenset(step.version for step in mine if step.step in EXPOSING)
    last = mine[-1]
    arm = build_arm_name(last.challenger, last.challenger_model, champion=last.champion)
    who = (arm, last.challenger_model) if versions else (last.champion, last.champion_model)
    of_rollout = {step.version for step in mine}
    return MonitoredRollout(
        rollout=last.rollout,
        candidate=who[0],
        model=who[1],
        versions=versions,
        served=[one for one in _read_log(work) if one.plan_version in of_rollout],
    )


def _read_log(work: Workspace) -> Iterator[ServedDecision]:
    after = 0
    while page := work.log.read(after, PAGE):
        yield from page
        after = page[-1].seq


def build_current_window(work: Workspace, seen: MonitoredRollout, metric: LiveMetric, *, known_by: int) -> Window:
    """Build the window of the monitored model's decisions, with outcomes known by a moment, microseconds UTC."""
    mine = [one for one in seen.served if one.model == seen.model]
    ids = pl.DataFrame({"id": [one.id for one in mine]}, schema={"id": pl.String})
    known = work.log.table(known_by=known_by, outcome=metric.outcome, content=reads_content(metric))
    table = ids.join(known, on="id", how="left", maintain_order="left")
    features = pl.DataFrame([dict(one.features) for one in mine], infer_schema_length=None)
    return Window(decisions=table, features=features, contents=[one.content for one in mine])


def build_reference_window(work: Workspace, seen: MonitoredRollout, metric: LiveMetric) -> Window | None:
    """Build the window of the span on which a contest measured the model; None if no contest did."""
    candidate = Arm(seen.candidate, seen.model).candidate
    found = find_measured_fit(work.ledger, candidate, seen.model)
    if found is None:
        return None
    measured, fold = found
    requests, outcomes = work.dataset.requests(fold), work.dataset.outcomes(fold)
    answers = load_model(work, candidate, measured, anyway=True).decide(requests)
    table = outcomes.select("id", "unit", "at", outcome=pl.col("outcome").cast(pl.Float64, strict=False)).with_columns(
        seq=pl.int_range(1, pl.len() + 1), plan_version=pl.lit(0), bucket=pl.lit(0), arm=pl.lit(seen.candidate),
        model=pl.lit(seen.model), propensity=pl.lit(1.0), action=pl.Series([answer.action for answer in answers]),
        score=pl.Series([answer.score for answer in answers]), error=pl.lit(""), latency_us=pl.lit(0.0),
        outcome_at=pl.lit(fold.known_by), outcome_weight=pl.lit(1.0),
    )  # fmt: skip
    shaped = table.select(pl.col(name).cast(dtype) for name, dtype in DECISIONS.items())
    contents = [normalize_content(answer.content) for answer in answers]
    if reads_content(metric):
        shaped = shaped.with_columns(pl.Series(CONTENT, map(encode_content, contents), dtype=pl.String()))
    known = shaped["outcome"].is_not_null()
    return Window(
        decisions=shaped.filter(known), features=extract_features(requests).filter(known),
        contents=[content for content, counts in zip(contents, known, strict=True) if counts],
    )  # fmt: skip
