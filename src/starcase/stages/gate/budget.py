"""The gate on costs: latency, memory, size."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from starcase.contract.case_spec import BudgetSpec
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.stages.gate.limit_check import build_unknown_result

LATENCY, MEMORY, SIZE, LOAD = "p99 latency", "fit memory", "artefact size", "load a core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """p99 latency of single requests, peak memory of fitting and size of the artefact are within the case's budgets.

    The figures come from the contest, where candidates took turns on one machine; latency counts at the upper end of
    its interval. A latency over its budget, measured while the machine had more processes than cores, is
    inconclusive and not passed. No measured number enters the text of the result, so two runs differ only in clock
    figures.

    Args:
        p99_us: microseconds.
        fit_memory_mb: MB.
        artefact_mb: MB.

    >>> Budget(p99_us=1000).required
    'p99 latency at most 1000 us, fit memory at most 8000 MB, artefact size at most 200 MB'
    """

    p99_us: float = BudgetSpec().p99_us
    fit_memory_mb: float = BudgetSpec().fit_memory_mb
    artefact_mb: float = BudgetSpec().artefact_mb
    name: str = "budget"

    @property
    def judges_refit(self) -> bool:
        """It needs no unseen rows."""
        return True

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"{LATENCY} at most {self.p99_us:g} us, {MEMORY} at most {self.fit_memory_mb:g} MB, "
            f"{SIZE} at most {self.artefact_mb:g} MB"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Compare each cost with its budget; the observed figure is the first one over budget, or latency."""
        limits = {LATENCY: self.p99_us, MEMORY: self.fit_memory_mb, SIZE: self.artefact_mb}
        absent = [name for name in limits if name not in evidence.figures]
        if absent:
            return build_unknown_result(self, f"not measured: {', '.join(absent)}; hold a contest first")
        figures = {name: evidence.figures[name] for name in limits}
        if broken := [name for name, figure in figures.items() if not isfinite(_find_upper_end(figure))]:
            return build_unknown_result(self, f"measured as no finite number: {', '.join(broken)}")
        over = [name for name, figure in figures.items() if _find_upper_end(figure) > limits[name]]
        if over == [LATENCY] and LOAD in evidence.figures and evidence.figures[LOAD].value > 1:
            return build_unknown_result(
                self, f"inconclusive: {LATENCY} was measured while the machine had more to do than cores"
            )
        return GateResult(
            gate=self.name,
            outcome="failed" if over else "passed",
            observed=figures[over[0] if over else LATENCY],
            required=self.required,
            why=f"over budget: {', '.join(over)}" if over else "every cost is within its budget",
            figures=tuple(figures.values()),
        )


def _find_upper_end(figure: Figure) -> float:
    return figure.value if figure.high is None else figure.high
