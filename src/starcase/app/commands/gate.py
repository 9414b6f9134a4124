"""Check a fitted model against every gate in force, and clear it if it passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import cast

from starcase.app.candidate_identity import find_reader, hash_ground
from starcase.app.commands.case_wording import record_case
from starcase.app.commands.opponent_fit import find_opponent
from starcase.app.commands.refit import build_judged_fold, find_retrained_fit, find_tried_refit, refit
from starcase.app.fit_history import build_contest_fold, find_contest, find_costs, find_reached_time
from starcase.app.gate_lookup import create_gate_lookup
from starcase.app.stored_models import StoredModel, load_model, restore_candidate
from starcase.app.workspace import Workspace
from starcase.casefile.verdict_settings import GATE, select_verdict_settings
from starcase.contract.system import Fold, GateEvidence
from starcase.decide import Clearance
from starcase.errors import GateNotPassed, LedgerError, NotComparable
from starcase.evidence import Entry, Figure
from starcase.evidence.records import ContestRecord, GateRecord, LessonRecord, RefitRecord
from starcase.stages.contest.cost_measurement import collect_costs, measure_latencies
from starcase.stages.contest.evaluation import FittedCandidate
from starcase.stages.gate import GateInForce, clear, define_gate, gates_in_force, run


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """The results of a run of gates.

    Args:
        entry: the ledger entry of the record.
        record: the results.
        fold: the span the measured fit answered.
        incumbent: the model it was compared with.
        clearance: proof for the rollout; None where the model is not cleared.
        refusal: why it is not; None where it is, and for a run that explains a past exposure.
        stands: whether the run was recorded before, on inputs that have not changed since.
    """

    entry: Entry
    record: GateRecord
    fold: Fold
    incumbent: StoredModel
    clearance: Clearance | None
    refusal: GateNotPassed | None
    stands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSubject:
    """The model that the gates check.

    Args:
        candidate: the candidate's name.
        measured: hash of the fit that answers ``fold``, which it has not seen.
        fold: the span.
        model: hash of what would go live; ``measured`` itself, or a refit on everything known.
        until: the end of that refit's training, microseconds UTC; the fold's where it is ``measured`` itself.
        figures: what a contest found of the costs of ``measured``.
        costs: of the fit of ``model``, where it is a refit.
        fitted: ``measured``, if no contest has recorded its costs.
    """

    candidate: str
    measured: str
    fold: Fold
    model: str
    until: int
    figures: Mapping[str, Figure] = field(default_factory=dict)
    costs: Sequence[Figure] = ()
    fitted: FittedCandidate | None = None

    @property
    def is_refit(self) -> bool:
        """Whether the model that would go live is not the measured one."""
        return self.model != self.measured


def gate(
    work: Workspace, candidate: str, *, model: str = "", fold: Fold | None = None,
    fitted: FittedCandidate | None = None, incumbent: StoredModel | None = None, retrospective: bool = False,
    now: int | None = None,
) -> GateReport:  # fmt: skip
    """Run all gates in force on a candidate: on the fit of its last fold and on the model that would go live.

    The candidate fitted on all data known at ``now`` would go live; or, if it is already being tried out, that model.
    Gates that need unseen rows judge the fit of the fold. Running the gates again on unchanged inputs returns the
    existing record.

    Args:
        work: the opened case.
        candidate: the candidate's name.
        model: hash of a fitted model, which then goes live as it is; the candidate refitted now by default.
        fold: the span it answers; the last one of the contest that fitted it by default.
        fitted: a model that no contest fitted, with what its fitting cost; it is kept, and its answers are timed here.
        incumbent: the model to compare with; by default the champion at ``now``, or else the contest's incumbent.
        retrospective: True for a run that explains a past exposure: it clears nothing.
        now: the moment of the check, microseconds UTC; the event time the case has reached by default.

    Raises:
        LedgerError: no contest has fitted such a model, and no other way to it was given.
        NotComparable: the fold begins before the end of the model's training.
        ArtefactError: the model's files are not what their hash says.
        CaseFileError: a gate or candidate that the case names does not exist.
    """
    wording = record_case(work)
    moment = find_reached_time(work) if now is None else now
    asked = _find_subject(work, candidate, model=model, fold=fold, fitted=fitted, now=moment)
    beside = find_opponent(work, asked.fold, now=moment, incumbent=incumbent)
    gates = gates_in_force(work.case, work.system, work.ledger.of(LessonRecord))
    key = _compute_key(work, asked, beside, gates, retrospective=retrospective, now=moment)
    held = next((e for e in work.ledger.entries(GateRecord.KIND) if e.key == key), None)
    stands = held is not None
    if held is None:
        evidence = collect_evidence(work, asked, beside, now=moment)
        held = run(work.ledger, evidence, gates, retrospective=retrospective, key=key, wording=wording)
    record = cast("GateRecord", held.record)
    clearance, refusal = (None, None) if retrospective else _request_clearance(work, asked, moment)
    return GateReport(
        entry=held, record=record, fold=asked.fold, incumbent=beside, clearance=clearance, refusal=refusal,
        stands=stands,
    )  # fmt: skip


def collect_evidence(work: Workspace, asked: GateSubject, incumbent: StoredModel, *, now: int) -> GateEvidence:
    """Collect the inputs of the gates: the measured fit, the refit and the incumbent, with answers to the same span."""
    fold, requests = asked.fold, work.dataset.requests(asked.fold)
    outcomes = work.dataset.outcomes(fold)
    against = load_model(work, incumbent.candidate, incumbent.model, anyway=True).decide(requests)

    def build_evidence(
        model: str, over: Fold, figures: Mapping[str, Figure], beside: GateEvidence | None = None
    ) -> GateEvidence:
        fitted = load_model(work, asked.candidate, model)
        return GateEvidence(
            case=work.case, system=work.system, dataset=work.dataset,
            candidate=restore_candidate(work, asked.candidate, model), model=fitted, artefact=model, fold=over,
            requests=requests, answers=fitted.decide(requests), incumbent_answers=against, outcomes=outcomes,
            figures=figures, now=now, seed=work.case.seed, refit=beside,
        )  # fmt: skip

    if not asked.is_refit:
        timed = asked.fitted and _measure_costs(work, asked.candidate, asked.fitted, fold)
        return build_evidence(asked.model, fold, timed or asked.figures)
    everything = Fold(
        name=fold.name, train_end=asked.until, test_start=fold.test_start, test_end=fold.test_end,
        known_by=fold.known_by,
    )  # fmt: skip
    return build_evidence(
        asked.measured, fold, asked.figures, build_evidence(asked.model, everything, _measure_refit_costs(work, asked))
    )


def _find_subject(
    work: Workspace, candidate: str, *, model: str, fold: Fold | None, fitted: FittedCandidate | None, now: int
) -> GateSubject:
    if fitted is not None and fold is not None:
        kept = fitted.hash in work.artefacts
        name = fitted.hash if kept else work.artefacts.save(fitted.files, find_reader(work, candidate))
        return GateSubject(
            candidate=candidate, measured=name, fold=fold, model=name, until=fold.train_end, fitted=fitted
        )
    if not model:
        record = (
            find_tried_refit(work, candidate)
            or find_retrained_fit(work, candidate)
            or refit(work, candidate, at=now, why="its gates are run")[1]
        )
        return _build_refit_subject(work, record, fold)
    made = work.ledger.last(RefitRecord, lambda one: (one.candidate, one.model) == (candidate, model))
    if made is not None:
        return _build_refit_subject(work, made[1], fold)
    found = find_contest(work.ledger, candidate, model)
    if found is None:
        raise _build_no_contest_error(work, candidate, model)
    entry, contest, _ = found
    over = _require_unseen(fold, build_contest_fold(entry, contest))
    return GateSubject(
        candidate=candidate, measured=model, fold=over, model=model, until=over.train_end,
        figures=find_costs(work.ledger, contest.contest, candidate),
    )  # fmt: skip


def _build_refit_subject(work: Workspace, record: RefitRecord, fold: Fold | None) -> GateSubject:
    contest = cast("ContestRecord", work.ledger.entry(record.contest).record)
    return GateSubject(
        candidate=record.candidate,
        measured=record.measured,
        fold=_require_unseen(fold, build_judged_fold(record)),
        model=record.model,
        until=record.until,
        figures=find_costs(work.ledger, contest.contest, record.candidate),
        costs=record.costs,
    )


def _require_unseen(fold: Fold | None, measured: Fold) -> Fold:
    if fold is not None and fold.test_start < measured.train_end:
        raise NotComparable(
            f"{fold.name} begins at {fold.test_start}, before the end of the model's training at {measured.train_end}",
            why="gates check a model on a span that was not in its training",
            mend="choose a later span, or fit the model on an earlier one",
        )
    return fold or measured


def _measure_refit_costs(work: Workspace, asked: GateSubject) -> Mapping[str, Figure]:
    """Return the costs of the model that would go live: of its fit from its record; its latency is measured here."""
    candidate = restore_candidate(work, asked.candidate, asked.model)
    files = work.artefacts.load(asked.model)
    by_name = {figure.name: figure for figure in asked.costs}
    fitted = FittedCandidate(
        candidate=candidate, model=candidate.load(files), files=files, hash=asked.model, trials=1,
        fit_seconds=by_name["fit time"].value, fit_memory_mb=by_name["fit memory"].value,
    )  # fmt: skip
    return _measure_costs(work, asked.candidate, fitted, asked.fold)


def _measure_costs(work: Workspace, candidate: str, fitted: FittedCandidate, fold: Fold) -> Mapping[str, Figure]:
    models = {candidate: fitted}
    (cost,) = collect_costs(models, measure_latencies(models, work.dataset.requests(fold)), seed=work.case.seed)
    return {figure.name: figure for figure in cost.figures}


def _request_clearance(work: Workspace, asked: GateSubject, now: int) -> tuple[Clearance | None, GateNotPassed | None]:
    try:
        return clear(
            work.ledger, asked.candidate, asked.model, now, in_force=create_gate_lookup(work)(work.ledger)
        ), None
    except GateNotPassed as refusal:
        return None, refusal


def _compute_key(
    work: Workspace,
    asked: GateSubject,
    beside: StoredModel,
    gates: Sequence[GateInForce],
    *,
    retrospective: bool,
    now: int,
) -> str:
    models = (asked.candidate, asked.measured, asked.model, *beside.named)
    held = [define_gate(gate) for gate in gates]
    grounds = (models, asked.fold, retrospective, now, held, select_verdict_settings(work.case, GATE))
    return sha256(repr((grounds, hash_ground(work))).encode()).hexdigest()[:16]


def _build_no_contest_error(work: Workspace, candidate: str, model: str) -> LedgerError:
    work.candidate(candidate)
    return LedgerError(
        f"no contest has fitted {candidate}" + (f" as model {model[:12]}" if model else ""),
        where=str(work.ledger.path),
        mend="run `starcase contest` first",
    )
