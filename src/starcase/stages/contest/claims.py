"""Evaluate claims about a new model: a claim holds for a named pair of candidates or is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from starcase.contract.case_spec import Case, ClaimSpec
from starcase.contract.request import FloatArray
from starcase.errors import CaseFileError
from starcase.evidence.figure import Figure
from starcase.evidence.records import CandidateCost, ClaimAnswer, ContestRecord, Standing
from starcase.stages.contest.cost_measurement import draw_quantiles
from starcase.stages.contest.replicates import Replicates

QUANTILES = {"p50 latency": 0.5, "p99 latency": 0.99}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQuantity:
    """One quantity of one candidate, and how it varies: ``draws`` of one quantity are paired between candidates."""

    value: float
    draws: FloatArray


Points = Mapping[str, Mapping[str, ClaimQuantity]]


def answer_claims(
    case: Case, record: ContestRecord, costs: Sequence[CandidateCost], drawn: Mapping[str, Mapping[str, Replicates]],
    taken: Mapping[str, FloatArray],
) -> tuple[ClaimAnswer, ...]:  # fmt: skip
    """Evaluate every claim of a case by the measurements of its contest.

    Args:
        case: names the claims.
        record: the contest, judged.
        costs: of every candidate.
        drawn: by metric and candidate, observed and drawn.
        taken: microseconds of single requests, candidates taking turns.

    Raises:
        CaseFileError: a claim names what was not measured.
    """
    if not case.claims:
        return ()
    points = {cost.candidate: _collect_cost_quantities(cost, taken[cost.candidate], case.seed) for cost in costs}
    for metric, replicates in drawn.items():
        for name, of in replicates.items():
            points[name][metric] = ClaimQuantity(value=of.observed, draws=of.draws)
    return tuple(
        answer_claim(claim, points, record.standings, recommended=record.recommended, level=case.contest.level)
        for claim in case.claims
    )


def _collect_cost_quantities(cost: CandidateCost, taken: FloatArray, seed: int) -> dict[str, ClaimQuantity]:
    """Return each cost as a point; a cost that was measured once does not vary."""
    found = {f.name: ClaimQuantity(value=f.value, draws=np.full(2, f.value)) for f in cost.figures}
    for name, q in QUANTILES.items():
        found[name] = ClaimQuantity(value=found[name].value, draws=draw_quantiles(taken, q, seed))
    return found


def answer_claim(
    claim: ClaimSpec, points: Points, standings: Sequence[Standing], *, recommended: str, level: float
) -> ClaimAnswer:
    """Find the pair for which every change that the claim promises is shown.

    First the candidates against the incumbent are asked, which is what a claim about a new model means; then every
    other pair; each set at a level that holds for all of its pairs and changes together.

    Args:
        claim: what is promised.
        points: by candidate and quantity.
        standings: who takes part.
        recommended: by the contest; a refused claim shows this candidate, or else the pair that reaches most.
        level: coverage of all intervals of one set together.

    Raises:
        CaseFileError: the claim names a quantity that was not measured.
    """
    known = points[standings[0].candidate]
    for name in claim.changes:
        if name not in known:
            raise CaseFileError(
                f"the claim {claim.text!r} names {name!r}, which is not measured", key="claims",
                mend=f"one of: {', '.join(sorted(known))}",
            )  # fmt: skip
    incumbent = next((s.candidate for s in standings if s.role == "incumbent"), "")
    new = [s.candidate for s in standings if s.role == "candidate"]
    meant = [(name, incumbent) for name in new if incumbent]
    others = [(a.candidate, b.candidate) for a in standings for b in standings if a is not b]
    for verdict, pairs in (("holds", meant), ("holds for another pair", [p for p in others if p not in meant])):
        shown = [(pair, found) for pair, found in _compare_pairs(claim, points, pairs, level) if _is_kept(claim, found)]
        if shown:
            pair, changes = max(shown, key=lambda one: _compute_least_excess(claim, one[1]))
            return _build_answer(claim, verdict, pair, changes, len(pairs))
    asked = dict(_compare_pairs(claim, points, meant, level))
    pair = (recommended, incumbent) if (recommended, incumbent) in asked else _find_nearest_pair(claim, asked)
    changes = asked.get(pair, ())
    return _build_answer(claim, "refused", pair, changes, len(meant))


def _compare_pairs(
    claim: ClaimSpec, points: Points, pairs: Sequence[tuple[str, str]], level: float
) -> Iterable[tuple[tuple[str, str], tuple[Figure, ...]]]:
    each = 1 - (1 - level) / max(1, len(pairs) * len(claim.changes))
    for a, b in pairs:
        yield (a, b), tuple(_estimate_change(name, points[a][name], points[b][name], each) for name in claim.changes)


def _estimate_change(name: str, ours: ClaimQuantity, theirs: ClaimQuantity, level: float) -> Figure:
    """Estimate the relative difference, with an interval on the log scale, on which quotients are symmetric."""
    defined = ours.value > 0 and theirs.value > 0
    middle = float(np.log(ours.value / theirs.value)) if defined else float("nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(ours.draws) - np.log(theirs.draws)
    logs = logs[np.isfinite(logs)]
    half = NormalDist().inv_cdf((1 + level) / 2) * float(logs.std(ddof=1)) if defined and logs.size > 1 else np.inf
    known = defined and np.isfinite(half)
    low, high = (float(np.expm1(middle + side * half)) if known else None for side in (-1, 1))
    return Figure(
        name=name, value=float(np.expm1(middle)), unit="share", low=low, high=high,
        level=None if low is None else level, evidence_class="offline", clock=True,
    )  # fmt: skip


def _is_kept(claim: ClaimSpec, changes: Sequence[Figure]) -> bool:
    return _compute_least_excess(claim, changes) >= 0


def _find_nearest_pair(claim: ClaimSpec, asked: Mapping[tuple[str, str], tuple[Figure, ...]]) -> tuple[str, str]:
    """Return the pair with the largest first change in the promised direction."""
    sign = np.sign(next(iter(claim.changes.values())))
    return max(asked, key=lambda pair: sign * np.nan_to_num(asked[pair][0].value, nan=-np.inf), default=("", ""))


def _compute_least_excess(claim: ClaimSpec, changes: Sequence[Figure]) -> float:
    """Return the least excess of an interval's near end over the promised change; negative if it falls short."""
    sure = []
    for change, wanted in zip(changes, claim.changes.values(), strict=True):
        end = change.low if wanted > 0 else change.high
        sure.append(-np.inf if end is None else (end - wanted) * np.sign(wanted))
    return float(min(sure))


def _build_answer(
    claim: ClaimSpec, verdict: str, pair: tuple[str, str], changes: tuple[Figure, ...], asked: int
) -> ClaimAnswer:
    wanted = tuple(Figure(name=name, value=change, unit="share", clock=True) for name, change in claim.changes.items())
    return ClaimAnswer(
        claim=claim.text, verdict=verdict, candidate=pair[0], against=pair[1], changes=changes, wanted=wanted,  # type: ignore[arg-type]
        method=f"normal interval of the log quotient, Bonferroni over {asked} pairs of {len(wanted)} changes",
    )  # fmt: skip
