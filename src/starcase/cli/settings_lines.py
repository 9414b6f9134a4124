"""The settings of case.toml that decided a result, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starcase.evidence.records import Setting

CONTEST = ("case.incumbent", "objective.margin", "guardrails", "contest.level", "contest.draws", "case.seed")
GATE = ("contest.level", "contest.draws", "case.seed", "gates")
ROLLOUT = ("rollout.alpha", "rollout.margin", "rollout.minimum_decisions", "rollout.minimum_outcomes", "guards")
LOOK = ("rollout.alpha", "rollout.margin", "rollout.shadow_coverage", "experiment.effect", "guardrails")
NAMING = (".name", ".metric", ".use")


def describe_settings(settings: Sequence[Setting], keys: Sequence[str]) -> list[str]:
    """Return one line with the settings that begin with one of the keys, in that order; no line if there are none.

    >>> from starcase.evidence.records import Setting
    >>> describe_settings([Setting(key="objective.margin", value=0.3), Setting(key="case.seed", value=7)], CONTEST)
    ['decided with: objective.margin 0.3, case.seed 7']
    """
    from starcase.evidence.settings import format_setting

    told = [
        f"{one.key} {format_setting(one.value)}"
        for key in keys
        for one in settings
        if (one.key == key or one.key.startswith(f"{key}.")) and not one.key.endswith(NAMING) and one.value != "[]"
    ]
    return [f"decided with: {', '.join(told)}"] if told else []
