"""Costs and the objective together: the Pareto front, the best candidate by weighting, budget overruns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from starcase.contract.case_spec import BudgetSpec
from starcase.contract.request import FloatArray
from starcase.evidence.records import CandidateCost, ContestRecord, CostRecord, Growth, Standing
from starcase.stages.contest.cost_measurement import LOAD, describe_machine
from starcase.stages.contest.cost_scaling import find_steepest
from starcase.stages.contest.front_roles import assign_front_roles
from starcase.stages.contest.pareto_front import compute_front_share, compute_weight_share, find_pareto_front
from starcase.stages.contest.replicates import Replicates
from starcase.stages.contest.verdict import Verdict, judge

MEASURED = "p50 latency", "artefact size", "fit memory"
COMPLEXITY, GROWTH = "complexity", "growth"
SIGNIFICANT = 2


def build_cost_record(
    record: ContestRecord, costs: Sequence[CandidateCost], objective: Mapping[str, Replicates], *,
    budgets: BudgetSpec, margin: float, seed: int, growth: Growth | None = None,
) -> CostRecord:  # fmt: skip
    """Build the record of the candidates' costs, with the Pareto front and the recommendation within budgets.

    Args:
        record: the contest, judged on its objective and guardrails.
        costs: of every candidate, on one machine.
        objective: the objective of every candidate, observed and drawn.
        budgets: what an answer may cost.
        margin: of the objective, for a tie.
        seed: of the weightings.
        growth: how the costs grow with the data, where that was measured.
    """
    sign = -1.0 if record.direction == "higher" else 1.0
    counted, spent = _collect_spending(record, costs, growth)
    points = {name: (sign * objective[name].observed, *spent[name]) for name in spent}
    over = {cost.candidate: said for cost in costs if (said := _describe_overruns(cost, budgets))}
    serious = [s.candidate for s in record.standings if _is_eligible(s) and s.candidate not in over]
    return CostRecord(
        contest=record.contest,
        machine=describe_machine(),
        costs=tuple(costs),
        front=find_pareto_front(points),
        front_share=_estimate_front_share({name: _orient_draws(sign, objective[name]) for name in spent}, spent),
        weight_share=compute_weight_share({name: points[name] for name in serious}, seed=seed),
        over=tuple(over.items()),
        recommended=_judge_within_budgets(record, over, margin).recommended
        if record.recommended in over
        else record.recommended,
        counted=counted,
        places=assign_front_roles(points, counted, record.objective),
        growth=growth,
    )


def _collect_spending(
    record: ContestRecord, costs: Sequence[CandidateCost], growth: Growth | None
) -> tuple[tuple[str, ...], dict[str, list[float]]]:
    """Collect the costs on the Pareto front and each candidate's value, rounded to two digits.

    More digits would put candidates on the front by timing noise. A candidate without measured growth counts as growing
    like the steepest of the others.
    """
    complexity = {s.candidate: float(s.complexity) for s in record.standings}
    steep = find_steepest(growth.candidates) if growth else {}
    worst = max(steep.values(), default=0.0)
    names = tuple(name for name in MEASURED if costs and name in {f.name for f in costs[0].figures})
    spent = {}
    for cost in costs:
        found = {f.name: _round_cost(f.value) for f in cost.figures}
        grows = [round(steep.get(cost.candidate, worst), 1)] if steep else []
        spent[cost.candidate] = [*(found[name] for name in names), complexity[cost.candidate], *grows]
    return (*names, COMPLEXITY, *((GROWTH,) if steep else ())), spent


def _round_cost(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT}g}")


def _estimate_front_share(
    drawn: Mapping[str, FloatArray], spent: Mapping[str, Sequence[float]]
) -> tuple[tuple[str, float], ...]:
    """Estimate how often each candidate is on the front; nothing if too few units make the draws undefined."""
    return compute_front_share(drawn, spent) if all(np.isfinite(draws).any() for draws in drawn.values()) else ()


def _is_eligible(standing: Standing) -> bool:
    return standing.role != "baseline" and not standing.suspect and not standing.out


def _orient_draws(sign: float, replicates: Replicates) -> FloatArray:
    return np.asarray(sign * replicates.draws)


def _describe_overruns(cost: CandidateCost, budgets: BudgetSpec) -> str:
    """Describe the exceeded budgets; a cost with an interval counts at its upper end, as at the gate.

    A latency measured while the machine had more to do than cores says so: the gate takes it for inconclusive.
    """
    limits = budgets.limits
    broken = [
        f"{f.name} over {limits[f.name]:,g} {f.unit}"
        for f in cost.figures
        if f.name in limits and (f.value if f.high is None else f.high) > limits[f.name]
    ]
    busy = any(f.name == LOAD and f.value > 1 for f in cost.figures) and any("latency" in one for one in broken)
    return ", ".join(broken) + (", measured while the machine had more to do than cores" if busy else "")


def _judge_within_budgets(record: ContestRecord, over: Mapping[str, str], margin: float) -> Verdict:
    standings = [replace(s, out=s.out or over.get(s.candidate, "")) for s in record.standings]
    return judge(
        standings, record.comparisons, objective=record.objective,
        higher_is_better=record.direction == "higher", margin=margin,
    )  # fmt: skip
