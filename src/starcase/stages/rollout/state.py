"""The state of a rollout, computed as a fold over its steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from starcase.decide import Reach, build_arm_name, decode_reaches
from starcase.evidence.records import StepRecord

Stage = Literal["empty", "champion", "shadow", "canary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The champion, the challenger, their stage, and since when.

    Args:
        stage: ``"empty"`` before a champion is installed, ``"champion"`` while there is no challenger.
        rollout: id of the rollout in progress or of the last one.
        version: version of the plan in force.
        champion: name of the candidate that serves, with the hash of its artefact.
        challenger: name of the candidate that is tried out; empty outside ``"shadow"`` and ``"canary"``.
        previous: champion before the last promotion, kept for an instant rollback.
        reaches: which units the challenger serves; empty outside ``"canary"``.
        since: when the present step began, microseconds UTC.
    """

    stage: Stage = "empty"
    rollout: str = ""
    version: int = 0
    champion: str = ""
    champion_model: str = ""
    challenger: str = ""
    challenger_model: str = ""
    previous: str = ""
    previous_model: str = ""
    reaches: tuple[Reach, ...] = ()
    since: int = 0

    @property
    def challenger_arm(self) -> str:
        """The name of the challenger's arm, which always differs from the champion's."""
        return build_arm_name(self.challenger, self.challenger_model, champion=self.champion)

    @property
    def share(self) -> float:
        """The largest share of units, 0 to 1, that the challenger reaches."""
        return max((reach.share for reach in self.reaches), default=0.0)


def apply_step(state: State, step: StepRecord, at: int) -> State:
    """Return the state after ``step`` is taken at ``at``."""
    if step.step == "hold":
        return state
    exposed = step.step in {"canary", "widen"}
    trying = exposed or step.step == "shadow"
    promoted = step.step == "promote"
    return State(
        stage="canary" if exposed else "shadow" if trying else "champion",
        rollout=step.rollout,
        version=step.version,
        champion=step.challenger if promoted else step.champion,
        champion_model=step.challenger_model if promoted else step.champion_model,
        challenger=step.challenger if trying else "",
        challenger_model=step.challenger_model if trying else "",
        previous=step.champion if promoted else "" if step.step == "rollback" else state.previous,
        previous_model=step.champion_model if promoted else "" if step.step == "rollback" else state.previous_model,
        reaches=decode_reaches(step) if exposed else (),
        since=at,
    )


def compute_state(steps: Iterable[tuple[int, StepRecord]]) -> State:
    """Compute the state from ``(at, step)`` in the order of the ledger."""
    state = State()
    for at, step in steps:
        state = apply_step(state, step, at)
    return state
