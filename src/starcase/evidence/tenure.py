"""Who served at any past moment, since when, and on what evidence."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.evidence.ledger import Ledger
from starcase.evidence.records import StepRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """The champion at a moment, and the challenger that shared the traffic with it.

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


def who_served(ledger: Ledger, at: int) -> Tenure | None:
    """Who served at ``at`` (microseconds UTC); None before the first rollout step.

    Indexed look-ups only: the cost does not grow with the ledger.
    """
    now = ledger.as_of(StepRecord, at)
    if now is None:
        return None
    step = now[1]
    other = ledger.as_of(StepRecord, at, lambda past: past.champion_model != step.champion_model)
    began, first = ledger.next_of(StepRecord, other[0] if other else None) or now
    return Tenure(
        champion=step.champion,
        model=step.champion_model,
        since=began.at,
        step=began.id,
        because=first.because,
        reason=first.reason,
        actor=began.actor,
        challenger=step.challenger if step.share > 0 else "",
        challenger_model=step.challenger_model if step.share > 0 else "",
        share=step.share,
    )
