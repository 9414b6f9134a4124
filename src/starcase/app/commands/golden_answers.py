"""Golden requests: the answers of a model when it was fitted, and a check of them under other versions."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from starcase.app.candidate_identity import list_imports
from starcase.app.fit_history import find_reached_time
from starcase.app.stored_models import load_model
from starcase.app.workspace import Workspace
from starcase.compute.library_versions import compare_versions, list_versions
from starcase.contract.model import Model
from starcase.contract.system import Fold
from starcase.errors import ArtefactError
from starcase.evidence.records import VersionsRecord
from starcase.serving.models.golden_requests import SHOWN, GoldenRequests, GoldenRequestStore
from starcase.serving.process.settings import PASSPORTS, SERVING


def open_golden_store(work: Workspace) -> GoldenRequestStore:
    """Open the store of the golden requests of the case's models."""
    return GoldenRequestStore(work.store / SERVING / PASSPORTS)


def keep_golden(work: Workspace, candidate: str, model: str, fold: Fold) -> None:
    """Store the answers of a newly fitted model to the first requests of a fold, and the installed versions.

    Nothing is done for a model whose versions are recorded already.
    """
    if work.ledger.last(VersionsRecord, lambda one: one.model == model and one.equal is None) is not None:
        return
    requests = work.dataset.requests(fold)
    fitted = load_model(work, candidate, model)
    shown = [requests[place] for place in range(min(SHOWN, len(requests)))]
    open_golden_store(work).save(GoldenRequests.collect(model, fitted, shown))
    _record_versions(
        work, VersionsRecord(candidate=candidate, model=model, versions=list_versions(list_imports(work, candidate)))
    )


def ask_again(work: Workspace, candidate: str, model: str, fitted: Model) -> VersionsRecord | None:
    """Ask the golden requests again if a version of Python, Starcase or a library differs from that of the fit.

    What they gave is recorded, once for each set of versions.

    Returns:
        What was recorded; None where versions are the same or not known.
    """
    before = work.ledger.last(VersionsRecord, lambda one: one.model == model and one.equal is None)
    passport = open_golden_store(work).load(model)
    now = list_versions(list_imports(work, candidate))
    changed = compare_versions(before[1].versions, now) if before else ()
    if not changed or passport is None or not passport.golden:
        return None
    why = ""
    try:
        passport.check(fitted)
    except ArtefactError as error:
        why = f"{error.where}: {error.why}"
    record = VersionsRecord(
        candidate=candidate,
        model=model,
        versions=now,
        asked=len(passport.golden),
        equal=not why,
        changed=changed,
        why=why,
    )
    _record_versions(work, record)
    return record


def load_champion(work: Workspace, candidate: str, model: str) -> Model:
    """Load the champion, also if versions have changed; the result of its golden requests is recorded.

    Raises:
        ArtefactError: its files are not what its hash says.
    """
    fitted = load_model(work, candidate, model, anyway=True)
    ask_again(work, candidate, model, fitted)
    return fitted


def load_challenger(work: Workspace, candidate: str, model: str) -> Model:
    """Load a challenger; it must answer its golden requests as it did when it was fitted.

    Raises:
        ArtefactError: its files do not match its hash, or its answers differ under the versions installed now.
    """
    fitted = load_model(work, candidate, model)
    asked = ask_again(work, candidate, model, fitted)
    if asked is not None and not asked.equal:
        raise ArtefactError(
            f"model {model[:12]} of {candidate} fails its golden requests: answers differ from those at fitting",
            where=asked.why,
            why=f"versions have changed: {', '.join(asked.changed)}",
            mend=f"install those versions again, or fit the candidate again: `starcase gate --candidate {candidate}`",
        )
    return fitted


def _record_versions(work: Workspace, record: VersionsRecord) -> None:
    asked = (record.model, record.versions, record.equal is None)
    work.ledger.append(record, key=sha256(msgspec.json.encode(asked)).hexdigest()[:16], at=find_reached_time(work))
