"""The model in service at any past time, with its start and evidence."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.evidence.ledger import Ledger
from starcase.evidence.records import ReachRecord, StepRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """The champion at a given time, and the challenger that shared its traffic.

    Args:
        champion: the candidate's name.
        model: hash of the champion's artefact.
        since: when it became champion, microseconds UTC.
        step: id of the rollout record that put it in force.
        because: ids of the records that forced that step.
        reason: why, in words.
        actor: who or what took the step.
        challenger: name of the challenger in force; empty without one.
        challenger_model: hash of its artefact.
        share: the challenger's share of units, 0 to 1.
        reaches: shares by cohort if the share differs between units; ``share`` is then the largest of them.
        automatic: whether the step that put it in force was taken by itself; the actor ran what took it then.
    """

    champion: str
    model: str
    since: int
    step: str
    because: tuple[str, ...]
    reason: str
    actor: str
    challenger: str
    challenger_model: str
    share: float
    reaches: tuple[ReachRecord, ...] = ()
    automatic: bool = False


def who_served(ledger: Ledger, at: int) -> Tenure | None:
    """Return the tenure at ``at`` (microseconds UTC); None before the first rollout step.

    Indexed look-ups only: the cost does not grow with the ledger.
    """
    now = ledger.find_as_of(StepRecord, at)
    if now is None:
        return None
    step = now[1]
    champion, model = _resolve_champion(step)
    other = ledger.find_as_of(StepRecord, at, lambda past: _resolve_champion(past) != (champion, model))
    began, first = ledger.find_next(StepRecord, other[0] if other else None) or now
    exposed = step.share > 0 and step.step != "promote"
    return Tenure(
        champion=champion,
        model=model,
        since=began.at,
        step=began.id,
        because=first.because,
        reason=first.reason,
        actor=began.actor,
        challenger=step.challenger if exposed else "",
        challenger_model=step.challenger_model if exposed else "",
        share=step.share if exposed else 0.0,
        reaches=step.reaches if exposed else (),
        automatic=first.automatic,
    )


def _resolve_champion(step: StepRecord) -> tuple[str, str]:
    """Return the champion after the step: a promotion makes the challenger champion."""
    if step.step == "promote":
        return step.challenger, step.challenger_model
    return step.champion, step.champion_model
