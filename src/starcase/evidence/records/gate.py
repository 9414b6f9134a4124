"""Records of the gates before exposure, and of waivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from starcase.evidence.figure import Figure
from starcase.evidence.records.setting import Setting

GateOutcome = Literal["passed", "failed", "failed-unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDefinition:
    """A gate as defined before the candidate's result was seen.

    ``sha256`` is over its class, its condition and ``parameters``, name and text of each; version 0.1 kept no
    parameters and hashed name and condition alone.
    """

    gate: str
    required: str
    sha256: str
    origin: str = "shared"
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePlanRecord:
    """The gates planned for a candidate, written before any of them ran."""

    KIND: ClassVar[str] = "gate-plan"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    candidate: str
    model: str
    gates: tuple[GateDefinition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """The observation, requirement and result of one gate.

    ``observed`` is None exactly for ``failed-unknown``: ``why`` then says how much data is missing.
    """

    gate: str
    outcome: GateOutcome
    observed: Figure | None
    required: str
    why: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRecord:
    """One run of all gates over one candidate; ``retrospective`` runs explain a past exposure and clear nothing.

    ``model`` is the model that would go live. ``measured`` is the fit that gates judged on rows it had not seen, which
    is another one where the candidate was refitted on everything known; older ledgers do not hold it.
    ``settings`` are the keys of case.toml that decided it in addition to the gates' definitions, and ``wording`` is
    the id of the case record that contains them.
    """

    KIND: ClassVar[str] = "gate"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    candidate: str
    model: str
    plan: str
    results: tuple[GateResult, ...]
    passed: bool
    retrospective: bool = False
    measured: str = ""
    settings: tuple[Setting, ...] = ()
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRecord:
    """A waiver of a failed gate: actor, reason, expiry (microseconds UTC)."""

    KIND: ClassVar[str] = "waiver"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    candidate: str
    model: str
    gate: str
    who: str
    why: str
    until: int
