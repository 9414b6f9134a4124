"""The ledger of a card-fraud case as the stages write it: contest, waiver, flood, rollback, review, second try."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starcase.casefile.toml import resolve_case
from starcase.contract.case_spec import Case, DataSpec, GuardrailSpec, ObjectiveSpec
from starcase.evidence import Figure, Ledger
from starcase.evidence.records import (
    ArmFigure,
    CandidateCost,
    CaseRecord,
    Cause,
    CheckRecord,
    ChoiceRecord,
    ClaimAnswer,
    ColumnPrint,
    ComparisonFigure,
    ContestRecord,
    CostRecord,
    Finding,
    Fingerprint,
    FoldSpan,
    GateDefinition,
    GatePlanRecord,
    GateRecord,
    GateResult,
    GuardReading,
    LessonRecord,
    MonitorRecord,
    NoteRecord,
    PlanRecord,
    Prevention,
    ReadingRecord,
    Record,
    ReplayRecord,
    ReviewRecord,
    ShadowRecord,
    Standing,
    StepRecord,
    Vote,
    WaiverRecord,
)
from starcase.tables.clock import HOUR, SimulatedClock

START = 1_377_993_600_000_000
SHA = "5f" * 32
CASE = Case(
    name="card-fraud",
    title="Real-time card fraud",
    system="fraud",
    incumbent="logistic_regression",
    data=DataSpec(path="data/transactions.parquet", time="time_s", target="is_fraud"),
    objective=ObjectiveSpec(metric="average_precision", margin=0.02),
    guardrails=(GuardrailSpec(metric="false_positive_rate", margin=0.001),),
    situation="Card payments are judged as they happen; 3 of 4 calls to support are about blocked cards.",
    task="Find more of the frauds without blocking more honest customers.",
    deciders=("Mara", "Jonas", "Priya"),
)
AP = {"logistic_regression": 0.712, "boosted_trees": 0.836, "isolation_forest": 0.163, "amount": 0.021}


def share(name: str, value: float, half: float = 0.0, *, kind: str = "offline", n: int = 11_904) -> Figure:
    """A share with a symmetric interval."""
    low, high, level = (value - half, value + half, 0.95) if half else (None, None, None)
    return Figure(name=name, value=value, unit="share", low=low, high=high, level=level, n=n, evidence_class=kind)  # type: ignore[arg-type]


def plain(name: str, value: float, unit: str, *, clock: bool = False) -> Figure:
    return Figure(name=name, value=value, unit=unit, clock=clock)


@dataclass
class Teller:
    """Appends records an hour apart."""

    ledger: Ledger
    at: int = START

    def __call__(self, record: Record, *, actor: str = "Mara", hours: int = 1) -> str:
        self.at += hours * HOUR
        return self.ledger.append(record, at=self.at, actor=actor).id


def open_ledger(folder: Path, name: str = "card-fraud") -> Ledger:
    return Ledger.open(
        folder / f"{name}.sqlite", case=name, clock=SimulatedClock(START), actor="Mara", wall=SimulatedClock(7)
    )


def card_ledger(folder: Path) -> Ledger:
    """The whole case."""
    ledger = open_ledger(folder)
    for record, actor in card_records():
        ledger.append(record, actor=actor, at=START + HOUR * (ledger.verify().records + 1))
    return ledger


def card_records() -> list[tuple[Record, str]]:
    return [*_before(), *_flood(), *_after()]


def _before() -> list[tuple[Record, str]]:
    columns = tuple(ColumnPrint(name=c, dtype="f64", nulls=0, sha256=SHA) for c in ("time_s", "amount", "is_fraud"))
    check = CheckRecord(
        fingerprint=Fingerprint(path="data/transactions.parquet", rows=22_461, columns=columns, sha256=SHA),
        figures=(
            plain("transactions", 22_461, "count"),
            share("fraud share", 0.005164, n=22_461),
            plain("fraud amount", 14_210.55, "EUR"),
        ),
        findings=(Finding(severity="warning", where="target", what="116 frauds carry wide intervals"),),
    )
    return [
        (CaseRecord(name="card-fraud", system="fraud", resolved=resolve_case(CASE), starcase_version="0.1.0"), "Mara"),
        (check, "Mara"),
        (contest(), "Mara"),
        (cost(), "Mara"),
        (
            ChoiceRecord(
                contest="contest-1",
                chosen="isolation_forest",
                criteria=("frauds nobody labelled", "latency"),
                votes=(Vote(who="Mara", candidate="isolation_forest", reason="it needs no label", at=START),),
                dissent=(Vote(who="Priya", candidate="boosted_trees", reason="it is 5 times as precise", at=START),),
                reason="the board wants new kinds of fraud found before the holidays",
            ),
            "Mara",
        ),
    ]


def contest() -> ContestRecord:
    def compared(a: str, b: str, half: float) -> ComparisonFigure:
        gap = AP[a] - AP[b]
        shown = abs(gap) > half
        return ComparisonFigure(
            candidate=a,
            against=b,
            metric="average_precision",
            difference=share("average_precision", gap, half),
            p_value=plain("adjusted p-value", 0.003 if shown else 0.21, "p"),
            verdict=("better" if gap > 0 else "worse") if shown else "no difference shown",
            method="paired bootstrap",
            adjusted=share("average_precision", gap, min(1.1 * half, abs(gap) - 0.001) if shown else 1.1 * half),
        )

    standings = tuple(
        Standing(
            candidate=name,
            model=name,
            role=role,  # type: ignore[arg-type]
            complexity=2,
            trials=4,
            figures=(share("average_precision", AP[name], 0.06),),
        )
        for name, role in zip(AP, ("incumbent", "candidate", "candidate", "baseline"), strict=True)
    )
    fold = FoldSpan(name="fold 1", train_end=START, test_start=START, test_end=START + HOUR, units=5_952, outcomes=31)
    return ContestRecord(
        contest="contest-1",
        objective="average_precision",
        direction="higher",
        question="this model against that one",
        folds=(fold, fold),
        standings=standings,
        comparisons=(
            compared("boosted_trees", "logistic_regression", 0.05),
            compared("boosted_trees", "isolation_forest", 0.1),
            compared("isolation_forest", "amount", 0.2),
            compared("boosted_trees", "amount", 0.1),
        ),
        verdict="winner",
        recommended="boosted_trees",
        tied=("boosted_trees",),
        reason="shown better than every other",
        trials_each=4,
        values_sha256=SHA,
        data_sha256=SHA,
    )


def cost() -> CostRecord:
    costs = tuple(
        CandidateCost(
            candidate=name,
            figures=(plain("p99 latency", 41.7 + i, "us", clock=True), plain("fit memory", 310.0, "MB", clock=True)),
        )
        for i, name in enumerate(AP)
    )
    found = Figure(name="average_precision", value=0.07, unit="share", low=0.02, high=0.12, level=0.95, clock=True)
    claim = ClaimAnswer(
        claim="a quarter more", verdict="refused", candidate="boosted_trees", against="logistic_regression",
        changes=(found,), wanted=(plain("average_precision", 0.25, "share", clock=True),), method="log quotient",
    )  # fmt: skip
    front = ("boosted_trees", "amount")
    return CostRecord(contest="contest-1", machine="a machine", costs=costs, front=front, claims=(claim,))


def gate_run(candidate: str, *, passed: bool, retrospective: bool = False) -> GateRecord:
    results = (
        GateResult(
            gate="budget",
            outcome="passed",
            observed=plain("p99 latency", 41.7, "us", clock=True),
            required="p99 at most 50000 us",
            why="in budget",
        ),
        GateResult(
            gate="interventions",
            outcome="passed" if passed else "failed",
            observed=share("share of answers that intervene", 0.0019 if passed else 0.0213, 0.0012),
            required="at most 0.004 of the answers intervene",
            why="held" if passed else "it intervenes too often",
        ),
        GateResult(
            gate="calibration",
            outcome="passed" if passed else "failed-unknown",
            observed=share("gap", 0.01) if passed else None,
            required="a gap of 0.02 at most",
            why="no outcome has matured",
        ),
    )
    return GateRecord(
        candidate=candidate, model=SHA, plan="gate-plan-1", results=results, passed=passed, retrospective=retrospective
    )


def step(
    kind: str, challenger: str, at_share: float, reason: str, *, version: int, automatic: bool = True
) -> StepRecord:
    return StepRecord(
        rollout="rollout-1",
        version=version,
        step=kind,  # type: ignore[arg-type]
        champion="logistic_regression",
        champion_model=SHA,
        challenger=challenger,
        challenger_model=SHA if challenger else "",
        share=at_share,
        because=(),
        reason=reason,
        automatic=automatic,
        decisions=500,
    )


def _flood() -> list[tuple[Record, str]]:
    definition = GateDefinition(gate="interventions", required="at most 0.004 of the answers intervene", sha256=SHA)
    reading = GuardReading(
        guard="alert rate",
        arm="isolation_forest",
        tripped=True,
        observed=share("alert rate", 0.0213, kind="replayed", n=423),
        allowed=share("allowed alert rate", 0.002),
        evidence_against=plain("e-value", 184.2, "ratio"),
        n=423,
        why="9 of 423",
    )
    return [
        (step("install", "", 0.0, "the incumbent serves", version=1), "Mara"),
        (GatePlanRecord(candidate="isolation_forest", model=SHA, gates=(definition,)), "Mara"),
        (gate_run("isolation_forest", passed=False), "Mara"),
        (
            WaiverRecord(
                candidate="isolation_forest",
                model=SHA,
                gate="interventions",
                who="Jonas",
                why="the launch date stands",
                until=START + 90 * HOUR,
            ),
            "Jonas",
        ),
        (step("canary", "isolation_forest", 0.25, "out on a waiver", version=2, automatic=False), "Jonas"),
        (
            MonitorRecord(model=SHA, since=START, until=START + HOUR, readings=(reading,), tripped=("alert rate",)),
            "Mara",
        ),
        (step("rollback", "isolation_forest", 0.0, "guard alert rate tripped", version=3), "Mara"),
        (NoteRecord(text="I called the team at once and said the fault was mine."), "Jonas"),
    ]


def _after() -> list[tuple[Record, str]]:
    harm = (plain("honest transactions blocked", 9, "count"), plain("cost above that of the other", 1_312.4, "EUR"))
    saved = (plain("honest transactions blocked", 9, "count"),)
    shown = share("error_rate", -0.00041, 0.00021, kind="replayed")
    return [
        (gate_run("isolation_forest", passed=False, retrospective=True), "Mara"),
        (
            ReviewRecord(
                rollout="rollout-1",
                candidate="isolation_forest",
                timeline=(),
                causes=(Cause(what="small payments at night", figures=(share("share of the false alerts", 0.667),)),),
                harm=harm,
                preventions=(
                    Prevention(gate="interventions", stopped=True, waived=True, saved=saved, evidence="gate-2"),
                    Prevention(gate="budget", stopped=False, waived=False, saved=(), evidence="gate-2"),
                ),
                summary="a flood of false alerts, stopped by the guard",
            ),
            "Mara",
        ),
        (
            LessonRecord(
                review="review-1",
                lesson="no waiver for the share of interventions",
                gate="interventions",
                parameters=(("allowed", 0.004),),
                reason="",
                who="Jonas",
            ),
            "Jonas",
        ),
        (step("shadow", "boosted_trees", 0.0, "tried out in shadow", version=4), "Mara"),
        (
            ShadowRecord(
                champion="logistic_regression",
                challenger="boosted_trees",
                since=START,
                until=START + HOUR,
                pairs=4_210,
                missed=3,
                failed=0,
                coverage=share("coverage", 0.9993),
                disagreement=share("disagreement", 0.0114),
                figures=(share("frauds found by the shadow alone", 0.0021, 0.001, kind="replayed"),),
            ),
            "Mara",
        ),
        (gate_run("boosted_trees", passed=True), "Mara"),
        (
            PlanRecord(
                experiment="e-1",
                champion="logistic_regression",
                challenger="boosted_trees",
                unit="card",
                objective="error_rate",
                direction="lower",
                guardrails=("false_positive_rate",),
                margin=share("margin", 0.0005),
                alpha=0.05,
                planned=plain("planned size", 6_000, "count"),
                sha256=SHA,
            ),
            "Mara",
        ),
        (step("canary", "boosted_trees", 0.05, "cleared", version=5), "Mara"),
        (
            ReadingRecord(
                experiment="e-1",
                plan="experiment-plan-1",
                arms=(
                    ArmFigure(
                        arm="boosted_trees",
                        units=3_020,
                        figures=(share("error_rate", 0.00093, 0.0002, kind="replayed"),),
                    ),
                ),
                difference=shown,
                matured=share("matured", 0.97),
                sample_ratio=plain("sample ratio", 0.42, "p"),
                verdict="better",
                why="the interval lies below zero",
                method="confidence sequence",
            ),
            "Mara",
        ),
        (step("promote", "boosted_trees", 1.0, "shown better", version=6), "Mara"),
        (
            ReplayRecord(
                replay="replay-1",
                since=START,
                until=START + 40 * HOUR,
                decisions=22_461,
                outcomes=22_001,
                figures=(share("error_change", -0.113, 0.08, kind="replayed"),),
                log_sha256=SHA,
            ),
            "Mara",
        ),
        (NoteRecord(text="I ask the fraud desk first now.", part="reflection"), "Jonas"),
    ]
