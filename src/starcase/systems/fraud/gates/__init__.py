"""What a fraud model must show before it meets a customer, beyond what every system asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from starcase.casefile.decode import Misfit, decode, dotted
from starcase.contract.case_spec import Case
from starcase.contract.system import Gate
from starcase.errors import CaseFileError
from starcase.systems.fraud.gates.alert_budget import AlertBudget
from starcase.systems.fraud.gates.alert_precision import AlertPrecision
from starcase.systems.fraud.gates.false_positives import FalsePositives
from starcase.systems.fraud.options import FraudOptions

__all__ = ["AlertBudget", "AlertPrecision", "FalsePositives", "gates_of"]

Made = TypeVar("Made")
FALSE_POSITIVES, ALERT_PRECISION, ALERT_BUDGET = "false_positives", "alert_precision", "alert_budget"


def gates_of(case: Case, options: FraudOptions) -> Sequence[Gate]:
    """The gates with the thresholds the case gives them.

    Raises:
        CaseFileError: a gate is given a threshold it lacks.
    """
    given = {spec.name: spec.parameters for spec in case.gates if not spec.use}
    budget = {"share": options.alert_budget, **given.get(ALERT_BUDGET, {})}
    return (
        _made(FalsePositives, FALSE_POSITIVES, given.get(FALSE_POSITIVES, {})),
        _made(AlertPrecision, ALERT_PRECISION, given.get(ALERT_PRECISION, {})),
        _made(AlertBudget, ALERT_BUDGET, budget),
    )


def _made(gate: type[Made], name: str, parameters: Mapping[str, float]) -> Made:
    try:
        return decode(gate, dict(parameters))
    except Misfit as misfit:
        raise CaseFileError(misfit.what, key=f"gates.{name}.{dotted(misfit.path)}", mend=misfit.mend) from misfit
