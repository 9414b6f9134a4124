"""The gates of the fraud system, in addition to the gates of every system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from starcase.casefile.decode import DecodeError, decode, format_path
from starcase.contract.case_spec import Case
from starcase.contract.system import Gate
from starcase.errors import CaseFileError
from starcase.systems.fraud.gates.alert_budget import AlertBudget
from starcase.systems.fraud.gates.alert_precision import AlertPrecision
from starcase.systems.fraud.gates.false_positives import FalsePositives
from starcase.systems.fraud.options import FraudOptions

__all__ = ["AlertBudget", "AlertPrecision", "FalsePositives", "build_gates"]

Made = TypeVar("Made")
FALSE_POSITIVES, ALERT_PRECISION, ALERT_BUDGET = "false_positives", "alert_precision", "alert_budget"


def build_gates(case: Case, options: FraudOptions) -> Sequence[Gate]:
    """The gates with the thresholds the case gives them.

    Raises:
        CaseFileError: a gate is given a threshold it lacks.
    """
    given = {spec.name: spec.parameters for spec in case.gates if not spec.use}
    budget = {"share": options.alert_budget, **given.get(ALERT_BUDGET, {})}
    return (
        _build_gate(FalsePositives, FALSE_POSITIVES, given.get(FALSE_POSITIVES, {})),
        _build_gate(AlertPrecision, ALERT_PRECISION, given.get(ALERT_PRECISION, {})),
        _build_gate(AlertBudget, ALERT_BUDGET, budget),
    )


def _build_gate(gate: type[Made], name: str, parameters: Mapping[str, float]) -> Made:
    try:
        return decode(gate, dict(parameters))
    except DecodeError as misfit:
        raise CaseFileError(misfit.what, key=f"gates.{name}.{format_path(misfit.path)}", mend=misfit.mend) from misfit
