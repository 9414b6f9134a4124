"""The keys of case.toml that affect each verdict."""

from __future__ import annotations

from hashlib import sha256

from starcase.casefile.toml import resolve_case
from starcase.contract.case_spec import Case
from starcase.evidence.records import Setting
from starcase.evidence.settings import select_settings

BASIS = ("case.incumbent", "case.seed", "data", "objective", "guardrails", "options")
CONTEST = (*BASIS, "budgets", "contest", "candidates", "claims")
DECIDERS = ("case.deciders",)
GATE = (*BASIS, "budgets", "contest.level", "contest.draws", "gates")
LOOK = (
    "data.delay", "guardrails", "claims", "experiment", "rollout.alpha", "rollout.margin", "rollout.shadow_coverage",
)  # fmt: skip
REPLAY = ("case.incumbent", "case.seed", "data", "guardrails", "claims", "guards", "experiment", "rollout", "options")
MONITOR = ("data", "guards", "experiment", "rollout.alpha", "rollout.margin")


def select_verdict_settings(case: Case, sections: tuple[str, ...]) -> tuple[Setting, ...]:
    """Return the settings of a case that affect a verdict, defaults included.

    Args:
        case: the case.
        sections: tables or keys of case.toml, such as ``CONTEST``.
    """
    return select_settings(resolve_case(case), sections)


def hash_settings(settings: tuple[Setting, ...]) -> str:
    """Return a short hash of settings and their values, the same in every process."""
    return sha256(repr([(one.key, one.value) for one in settings]).encode()).hexdigest()[:12]
