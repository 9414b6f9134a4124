"""Readings of the case's shadows."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import polars as pl

from starcase.app.commands.case_wording import record_case
from starcase.app.commands.rollout import open_rollout
from starcase.app.commands.rollout_wiring import create_readings
from starcase.app.replay_progress import find_present_time, require_finished
from starcase.app.stored_models import load_model
from starcase.app.workspace import Workspace
from starcase.contract.request import Json
from starcase.errors import RolloutError
from starcase.evidence import Entry
from starcase.evidence.decisions.log import FOREVER
from starcase.evidence.records import ShadowRecord
from starcase.stages.shadow import Shadow


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowStatus:
    """The latest reading of one shadow, the number of readings, and whether it still runs."""

    evidence: str
    record: ShadowRecord
    looks: int
    running: bool


def shadow(work: Workspace) -> tuple[ShadowStatus, ...]:
    """Return every shadow of the case, oldest first; the running shadow is read again.

    Raises:
        RolloutError: no challenger has been in shadow.
        NotIdentifiable, CaseFileError: see ``build_comparison_spec``.
    """
    record_case(work)
    running = _read_running(work)
    looks: dict[tuple[int, str], list[tuple[Entry, ShadowRecord]]] = {}
    for entry, record in work.ledger.of(ShadowRecord):
        looks.setdefault((record.version, record.model), []).append((entry, record))
    if not looks:
        raise RolloutError(
            "no challenger has been in shadow", mend="begin one: `starcase replay --challenger NAME` without a share"
        )
    return tuple(
        ShadowStatus(evidence=seen[-1][0].id, record=seen[-1][1], looks=len(seen), running=key == running)
        for key, seen in looks.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowPair:
    """One request: the served answer, the shadow's answer, and the outcome, None while unknown.

    ``content`` and ``shadow_content`` are the content of both answers, such as the items; None if there is none.
    """

    decision: str
    champion: str
    served: str
    score: float
    shadow: str
    shadow_answer: str
    shadow_score: float
    outcome: float | None
    content: Json = None
    shadow_content: Json = None


def read_pairs(work: Workspace, most: int, *, outcome: str = "") -> tuple[ShadowPair, ...]:
    """The latest requests that a shadow has answered, at most ``most`` for each, oldest first; a failure has no answer.

    Args:
        work: the opened folder; it needs no case.
        most: how many of each shadow.
        outcome: name of the outcome; may be left out while only one was posted.

    Raises:
        LedgerError: no outcome was named and the log holds several.
    """
    found = []
    for model in work.artefacts.models():
        table = work.log.pairs(
            model, known_by=FOREVER, outcome=outcome or None, after=max(0, work.log.find_shadow_offset(model) - most),
            content=True,
        )  # fmt: skip
        answered = table.filter(pl.col("shadow_error").is_not_null())
        found += [
            ShadowPair(
                decision=row["id"], champion=row["arm"], served=row["action"], score=row["score"], shadow=model,
                shadow_answer=row["shadow_action"], shadow_score=row["shadow_score"], outcome=row["outcome"],
                content=_decode_content(row["content"]), shadow_content=_decode_content(row["shadow_content"]),
            )
            for row in answered.iter_rows(named=True)
        ]  # fmt: skip
    return tuple(found)


def _decode_content(text: str | None) -> Json:
    content: Json = None if text is None else msgspec.json.decode(text)
    return content


def catch_up(work: Workspace) -> int:
    """Let the running shadow answer the requests it has not answered yet; return their number.

    Raises:
        RolloutError: no challenger is in shadow.
        ArtefactError: the challenger's model is not what its hash says.
    """
    record_case(work)
    state = open_rollout(work).state
    if state.stage != "shadow":
        raise RolloutError("no challenger is in shadow now", why=f"the rollout is in stage {state.stage!r}")
    model = load_model(work, state.challenger, state.challenger_model)
    return Shadow(work.log, state.challenger_model, model, version=state.version).catch_up()


def _read_running(work: Workspace) -> tuple[int, str] | None:
    rollout = open_rollout(work)
    if rollout.state.stage != "shadow":
        return None
    require_finished(work)
    create_readings(work, rollout)(find_present_time(work))
    return rollout.state.version, rollout.state.challenger_model
