"""The exposure under review: from the first unit the challenger served to the step that took it out."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.errors import RolloutError
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import StepRecord

EXPOSING = frozenset({"canary", "widen", "promote"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedExposure:
    """One rollout that was rolled back; moments in microseconds UTC.

    Args:
        rollout: its id.
        challenger: name of the candidate that was taken out, with the hash of its model.
        champion: name of the candidate that served before and after, with the hash of its model.
        since: when the challenger first served a unit; when it was taken out, where it never served.
        until: when it was taken out.
        steps: the entries of the rollout, in order.
        served: whether it ever served a unit.
    """

    rollout: str
    challenger: str
    model: str
    champion: str
    champion_model: str
    since: int
    until: int
    steps: tuple[Entry, ...]
    served: bool

    @property
    def end(self) -> StepRecord:
        """The step that rolled it back."""
        record = self.steps[-1].record
        assert isinstance(record, StepRecord)
        return record


def find_exposure(ledger: Ledger, rollout: str = "") -> ReviewedExposure:
    """Find the rollout of that id, or the latest that was rolled back.

    Raises:
        RolloutError: no rollout was rolled back, or that one was not.
    """
    steps = ledger.of(StepRecord)
    ends = [(entry, step) for entry, step in steps if step.step == "rollback" and rollout in {"", step.rollout}]
    if not ends:
        known = dict.fromkeys(step.rollout for _, step in steps)
        raise RolloutError(
            f"{rollout or 'no rollout'} was {'not ' if rollout else ''}rolled back: there is nothing to review",
            where=str(ledger.path),
            mend=f"rollouts so far: {', '.join(known) or 'none'}",
        )
    last, end = ends[-1]
    mine = [
        (entry, step)
        for entry, step in steps
        if step.rollout == end.rollout and entry.seq <= last.seq and step.challenger_model == end.challenger_model
    ]
    began = [entry.at for entry, step in mine if step.step in EXPOSING]
    return ReviewedExposure(
        rollout=end.rollout,
        challenger=end.challenger,
        model=end.challenger_model,
        champion=end.champion,
        champion_model=end.champion_model,
        since=min(began, default=last.at),
        until=last.at,
        steps=tuple(entry for entry, _ in mine),
        served=bool(began),
    )
