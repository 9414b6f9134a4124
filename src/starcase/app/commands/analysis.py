"""Analyse the logs that a case names and record the results."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from starcase.app.commands.case_wording import record_case
from starcase.app.replay_progress import find_present_time
from starcase.app.stored_models import load_model
from starcase.app.workspace import Workspace
from starcase.comparison.comparison_spec import build_comparison_spec
from starcase.contract.model import OnlineModel
from starcase.errors import CaseFileError, RolloutError
from starcase.evidence import Entry
from starcase.evidence.records import AnalysisRecord, Fingerprint, StepRecord
from starcase.stages.analysis import analyse
from starcase.stages.analysis.decisions import collect_draws, summarize_decisions

DECISIONS = "decisions"


def analysis(
    work: Workspace, name: str = "", *, reading: Callable[[str], None] = lambda _: None
) -> list[tuple[Entry, AnalysisRecord]]:
    """Analyse one log or all logs; repeating the analysis of unchanged inputs adds no record.

    Args:
        work: the opened case.
        name: of the log, or ``"decisions"`` for what models that learn have served; all of the case's logs when empty.
        reading: called with the path of each log before it is read.

    Raises:
        CaseFileError: the case names no log, or none of that name.
        DataError: a log cannot be used.
        RolloutError: no model that learns has served.
    """
    record_case(work, at=find_present_time(work))
    if name == DECISIONS and DECISIONS not in {spec.name for spec in work.case.logs}:
        return _analyse_decisions(work)
    known = {spec.name: spec for spec in work.case.logs}
    if not known or (name and name not in known):
        raise CaseFileError(
            f"the case names no log {name!r}" if name else "the case names no logs",
            where=str(work.root),
            mend=f"known: {', '.join(known)}" if known else "add [[logs]] with name, path and outcome",
        )
    found = []
    for spec in [known[name]] if name else work.case.logs:
        reading(spec.path)
        record = analyse(work.root, spec, seed=work.case.seed)
        asked = repr((spec, work.case.seed, record.fingerprint.sha256))
        key = sha256(asked.encode()).hexdigest()[:16]
        found.append((work.ledger.append(record, key=key, at=find_present_time(work)), record))
    return found


def _analyse_decisions(work: Workspace) -> list[tuple[Entry, AnalysisRecord]]:
    """Write one record for each model that learns while it serves and has served."""
    outcome = build_comparison_spec(work.case, work.system).objective.metric.outcome
    steps = [step for _, step in work.ledger.of(StepRecord)]
    named = {step.champion_model: step.champion for step in steps}
    named |= {step.challenger_model: step.challenger for step in steps}
    found = []
    for model, candidate in named.items():
        if not model or not isinstance(load_model(work, candidate, model, anyway=True), OnlineModel):
            continue
        told = [(served, one) for served, one in work.log.read_model_outcomes(model) if one.name == outcome]
        rows = collect_draws(told)
        prints = Fingerprint(path=DECISIONS, rows=rows.height, columns=(), sha256=work.log.digest())
        record = AnalysisRecord(
            log=f"{DECISIONS} of {candidate}",
            outcome=outcome,
            fingerprint=prints,
            questions=tuple(summarize_decisions(rows)),
        )
        key = sha256(repr((model, prints.sha256)).encode()).hexdigest()[:16]
        found.append((work.ledger.append(record, key=key, at=find_present_time(work)), record))
    if not found:
        raise RolloutError(
            "no model that learns while it serves has served", mend="try one: `starcase replay --challenger NAME`"
        )
    return found
