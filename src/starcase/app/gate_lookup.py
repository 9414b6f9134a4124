"""Which gates of a case are in force, asked of its ledger at the moment of a clearance."""

from __future__ import annotations

from collections.abc import Callable

from starcase.app.workspace import Workspace
from starcase.errors import CaseFileError, GateNotPassed, PluginError
from starcase.evidence import Ledger
from starcase.evidence.records import GateDefinition
from starcase.stages.gate import definitions_in_force

NO_SYSTEM = "none"


def in_force_of(work: Workspace) -> Callable[[Ledger], tuple[GateDefinition, ...]]:
    """What a clearance must hold, by a ledger of the case: lessons come into force while a rollout is in progress.

    Where the gates cannot be made, what is given raises GateNotPassed: nobody is cleared by gates that do not exist. A
    folder without a case, from which models are served, has no gates of its own: there a recorded run alone counts.
    """

    def now(ledger: Ledger) -> tuple[GateDefinition, ...]:
        if work.case.system == NO_SYSTEM:
            return ()
        try:
            return definitions_in_force(work.case, work.system, ledger)
        except (CaseFileError, PluginError) as error:
            raise GateNotPassed(
                "the gates in force cannot be made", where=error.where, why=error.what, mend=error.mend
            ) from error

    return now
