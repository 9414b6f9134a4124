"""Look up the gates in force in a case's ledger at the moment of a clearance."""

from __future__ import annotations

from collections.abc import Callable

from starcase.app.workspace import Workspace
from starcase.errors import CaseFileError, GateNotPassed, PluginError
from starcase.evidence import Ledger
from starcase.evidence.records import GateDefinition
from starcase.stages.gate import define_gates_in_force

NO_SYSTEM = "none"


def create_gate_lookup(work: Workspace) -> Callable[[Ledger], tuple[GateDefinition, ...]]:
    """Return a lookup of the gates that a clearance must cover: lessons come into force while a rollout is in progress.

    If the gates cannot be created, the lookup raises GateNotPassed: a missing gate clears no model. A folder without a
    case, from which models are served, has no gates: there only a recorded run counts.
    """

    def find_definitions(ledger: Ledger) -> tuple[GateDefinition, ...]:
        if work.case.system == NO_SYSTEM:
            return ()
        try:
            return define_gates_in_force(work.case, work.system, ledger)
        except (CaseFileError, PluginError) as error:
            raise GateNotPassed(
                "the gates in force cannot be created", where=error.where, why=error.what, mend=error.mend
            ) from error

    return find_definitions
