"""The post-mortem of a rolled-back exposure: what happened, why, what it cost, what would have stopped it."""

from __future__ import annotations

from dataclasses import replace

from starcase.evidence import Entry, Figure, Ledger
from starcase.evidence.records import Cause, GateRecord, ReviewRecord
from starcase.stages.review.concentration import find_concentrations
from starcase.stages.review.exposure import ReviewedExposure
from starcase.stages.review.exposure_decisions import ExposureDecisions
from starcase.stages.review.prevention import build_preventions, find_exposure_waivers, find_waived_causes
from starcase.stages.review.timeline import build_timeline


def run(
    ledger: Ledger,
    exposure: ReviewedExposure,
    seen: ExposureDecisions,
    afterwards: tuple[Entry, GateRecord],
    *,
    seed: int,
) -> ReviewRecord:
    """Write a review from records; it looks for conditions, never for people.

    Args:
        ledger: the case's ledger.
        exposure: what is reviewed.
        seen: the decisions of the exposure, with what the champion would have answered and what turned out.
        afterwards: the gates in force, run over the challenger as it stood before the exposure.
        seed: of the bootstrap over slices.
    """
    passed_by = find_exposure_waivers(ledger, exposure)
    harm = _collect_harm(seen)
    causes = (
        *find_waived_causes(*afterwards, passed_by),
        *find_concentrations(seen, seed=seed),
    )
    would_stop = build_preventions(*afterwards, passed_by, harm)
    return ReviewRecord(
        rollout=exposure.rollout,
        candidate=exposure.challenger,
        timeline=build_timeline(ledger, exposure),
        causes=causes or (_describe_spread(seen),),
        harm=harm,
        preventions=would_stop,
        summary=_summarize(exposure, [p.gate for p in would_stop if p.stopped], list(passed_by)),
    )


def _collect_harm(seen: ExposureDecisions) -> tuple[Figure, ...]:
    counts = [Figure(name="decisions of the exposure", value=len(seen.requests), unit="count", n=len(seen.requests))]
    if seen.unknown:
        counts.append(Figure(name="decisions of which nothing is known yet", value=seen.unknown, unit="count"))
    return tuple(replace(figure, evidence_class="replayed") for figure in (*seen.harm, *counts))


def _describe_spread(seen: ExposureDecisions) -> Cause:
    if not seen.harmed.any():
        return Cause(what="no decision of the exposure did harm that the champion would not have done", figures=())
    return Cause(what="no slice stands out: the harm was spread over all of them", figures=())


def _summarize(exposure: ReviewedExposure, stopped: list[str], passed_by: list[str]) -> str:
    served = "served" if exposure.served else "was tried out in shadow"
    said = f"{exposure.challenger} {served} next to {exposure.champion} and was rolled back: {exposure.end.reason}."
    if stopped:
        said += f" In a gate run afterwards it does not pass {_join_names(stopped)}."
    else:
        said += " No gate in force would have stopped it: a gate is missing."
    if passed_by:
        said += f" {_join_names(passed_by)} had been waived."
    return said


def _join_names(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
