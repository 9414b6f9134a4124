"""Hold a fitted model against every gate in force, and clear it where it passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

from starcase.case.system import Fold, GateEvidence
from starcase.contest.cost import costs, latencies
from starcase.contest.entrant import Fitted
from starcase.decide import Clearance
from starcase.errors import GateNotPassed, LedgerError, NotComparable
from starcase.evidence import Entry, Figure, who_served
from starcase.evidence.records import ContestRecord, GateRecord, LessonRecord
from starcase.gate import InForce, clear, definition, gates_in_force, run
from starcase.workspace.fitted import contest_of, costs_in, fold_of, reached
from starcase.workspace.in_force import in_force_of
from starcase.workspace.models import Kept, loaded
from starcase.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """What the gates said.

    Args:
        entry: where the record stands in the ledger.
        record: the results.
        fold: the span the model answered.
        incumbent: the model it was held against.
        clearance: proof for the rollout; None where the model is not cleared.
        refusal: why it is not; None where it is, and for a run that explains a past exposure.
    """

    entry: Entry
    record: GateRecord
    fold: Fold
    incumbent: Kept
    clearance: Clearance | None
    refusal: GateNotPassed | None


def gate(
    work: Workspace, candidate: str, *, model: str = "", fold: Fold | None = None, fitted: Fitted | None = None,
    incumbent: Kept | None = None, retrospective: bool = False, now: int | None = None,
) -> Gated:  # fmt: skip
    """Run all gates in force over one fitted model on a span it has not seen.

    Running it again on unchanged grounds gives the record that stands.

    Args:
        work: the opened case.
        candidate: the candidate's name.
        model: hash of the fitted model; that of the candidate's latest contest by default.
        fold: the span it answers; the last one of the contest that fitted it by default.
        fitted: a model that no contest fitted, with what its fitting cost; it is kept, and its answers are timed here.
        incumbent: what it is held against; by default who serves at ``now``, or else the contest's incumbent.
        retrospective: True for a run that explains a past exposure: it clears nothing.
        now: the moment of the check, microseconds UTC; the event time the case has reached by default.

    Raises:
        LedgerError: no contest has fitted such a model, and no other way to it was given.
        NotComparable: the fold begins before the end of the model's training.
        ArtefactError: the model's files are not what their hash says.
        CaseFileError: a gate or candidate that the case names does not exist.
    """
    moment = reached(work) if now is None else now
    asked = Kept(candidate=candidate, model=fitted.hash if fitted else model)
    found = None if fitted else contest_of(work.ledger, asked.candidate, asked.model)
    if found is not None:
        entry, contest, standing = found
        asked = Kept(candidate=candidate, model=standing.model)
        fold = _unseen(fold, fold_of(entry, contest))
    if fold is None or not asked.model:
        raise _no_contest(work, candidate, model)
    beside = incumbent or _incumbent(work, moment)
    gates = gates_in_force(work.case, work.system, work.ledger.of(LessonRecord))
    key = _key(work, asked, beside, fold, gates, retrospective=retrospective, now=moment)
    held = next((e for e in work.ledger.entries(GateRecord.KIND) if e.key == key), None)
    if held is None:
        figures = _costs(work, asked, fold, found[1] if found else None, fitted)
        evidence = gate_evidence(work, asked, beside, fold, figures=figures, now=moment)
        held = run(work.ledger, evidence, gates, retrospective=retrospective, key=key)
    record = cast("GateRecord", held.record)
    clearance, refusal = (None, None) if retrospective else _cleared(work, asked, moment)
    return Gated(entry=held, record=record, fold=fold, incumbent=beside, clearance=clearance, refusal=refusal)


def gate_evidence(
    work: Workspace, asked: Kept, incumbent: Kept, fold: Fold, *, figures: Mapping[str, Figure], now: int
) -> GateEvidence:
    """What gates may look at: a model and the incumbent, both answering the same span anew from their artefacts."""
    requests, model = work.dataset.requests(fold), loaded(work, asked.candidate, asked.model)
    return GateEvidence(
        case=work.case,
        system=work.system,
        dataset=work.dataset,
        candidate=work.candidate(asked.candidate),
        model=model,
        artefact=asked.model,
        fold=fold,
        requests=requests,
        answers=model.decide(requests),
        incumbent_answers=loaded(work, incumbent.candidate, incumbent.model).decide(requests),
        outcomes=work.dataset.outcomes(fold),
        figures=figures,
        now=now,
        seed=work.case.seed,
    )


def _unseen(fold: Fold | None, measured: Fold) -> Fold:
    if fold is not None and fold.test_start < measured.train_end:
        raise NotComparable(
            f"{fold.name} begins at {fold.test_start}, before the end of the model's training at {measured.train_end}",
            why="a model is held against its gates on a span it has not seen",
            mend="choose a later span, or fit the model on an earlier one",
        )
    return fold or measured


def _incumbent(work: Workspace, now: int) -> Kept:
    tenure = who_served(work.ledger, now)
    if tenure is not None:
        return Kept(candidate=tenure.champion, model=tenure.model)
    found = contest_of(work.ledger, work.case.incumbent)
    if found is None:
        raise _no_contest(work, work.case.incumbent, "")
    return Kept(candidate=work.case.incumbent, model=found[2].model)


def _costs(
    work: Workspace, asked: Kept, fold: Fold, contest: ContestRecord | None, fitted: Fitted | None
) -> Mapping[str, Figure]:
    if contest is not None:
        return costs_in(work.ledger, contest.contest, asked.candidate)
    if fitted is None:
        return {}
    work.artefacts.save(fitted.files)
    models = {asked.candidate: fitted}
    (cost,) = costs(models, latencies(models, work.dataset.requests(fold)), seed=work.case.seed)
    return {figure.name: figure for figure in cost.figures}


def _cleared(work: Workspace, asked: Kept, now: int) -> tuple[Clearance | None, GateNotPassed | None]:
    try:
        return clear(work.ledger, asked.candidate, asked.model, now, in_force=in_force_of(work)(work.ledger)), None
    except GateNotPassed as refusal:
        return None, refusal


def _key(
    work: Workspace, asked: Kept, beside: Kept, fold: Fold, gates: Sequence[InForce], *, retrospective: bool, now: int
) -> str:
    models = (asked.candidate, asked.model, beside.candidate, beside.model)
    grounds = (models, fold, retrospective, now, [definition(gate) for gate in gates])
    return sha256(repr((grounds, work.dataset.check().fingerprint.sha256)).encode()).hexdigest()[:16]


def _no_contest(work: Workspace, candidate: str, model: str) -> LedgerError:
    work.candidate(candidate)
    return LedgerError(
        f"no contest has fitted {candidate}" + (f" as model {model[:12]}" if model else ""),
        where=str(work.ledger.path),
        mend="run `starcase contest` first",
    )
