"""The rules for claiming words: which test licenses which word. Without a licence the weaker sentence is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starcase.evidence import Entry, EvidenceClass, Figure
from starcase.evidence.records import (
    ComparisonFigure,
    ContestRecord,
    MetricReading,
    PlanRecord,
    ReadingRecord,
    SegmentReading,
    ShadowRecord,
)
from starcase.report.records import Records

SAMPLE_RATIO_ALPHA = 0.001
LEAST_LEVEL = 0.9
P_UNITS = frozenset({"p", "probability"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """The result of a comparison that a claiming word may rest on.

    Args:
        direction: 1 where the whole interval is better, -1 where it is worse, 0 where it holds both or is missing.
        agrees: the record's own verdict, corrections for several questions included, says the same.
        fixed: metric, margin and error rate were written before the first unit was seen.
        within_margin: the record says "not worse", and its interval stays inside the margin fixed beforehand.
        harmed: it does so, and the whole interval is worse: a loss is shown, and it is smaller than the margin.
        sample_ratio: units reached the arms in the ratio that was planned.
        evidence_class: how the numbers came about.
    """

    __test__ = False

    direction: int
    agrees: bool
    fixed: bool = False
    within_margin: bool = False
    harmed: bool = False
    sample_ratio: bool = True
    evidence_class: EvidenceClass = "offline"


Condition = Callable[[Test], bool]


def _is_conclusive(test: Test) -> bool:
    return test.direction != 0 and test.agrees and test.sample_ratio


def _is_better(test: Test) -> bool:
    return _is_conclusive(test) and test.direction > 0


def _is_worse(test: Test) -> bool:
    return _is_conclusive(test) and test.direction < 0


def _is_inconclusive(test: Test) -> bool:
    return not _is_conclusive(test) and not test.harmed


def _is_noninferior(test: Test) -> bool:
    return test.fixed and test.within_margin and test.sample_ratio and not test.harmed


def _is_within_margin(test: Test) -> bool:
    return test.fixed and test.within_margin and test.sample_ratio and test.harmed


def _is_causal(test: Test) -> bool:
    return _is_conclusive(test) and test.fixed and test.evidence_class == "experiment"


LICENCES: Mapping[str, Condition] = {
    "better": _is_better,
    "improved": _is_better,
    "worse": _is_worse,
    "significant": _is_conclusive,
    "no difference": _is_inconclusive,
    "no worse": _is_noninferior,
    "worse within the margin": _is_within_margin,
    "caused": _is_causal,
}

CLAIMING = re.compile(
    r"\b(?:no difference|no(?:t)? worse|worse within the margin"
    r"|(?:bett|fast|slow|safe|strong|weak|cheap|small|larg|high|low|few|smart)er|worse"
    r"|(?:improv|outperform|surpass|reduc|increas|decreas|boost|significan|prov(?:e[ns]?|ed|ing)\b|caus|demonstrat)\w*"
    r"|beats?|beaten|fell|fall(?:s|en)?|rose|risen|grew|dropped|gain(?:s|ed)?|lost|won|best|worst|safe|harmless)\b",
    re.IGNORECASE,
)


def is_licensed(word: str, test: Test) -> bool:
    """Return whether ``test`` licenses ``word``; a claiming word without a licence is never allowed.

    >>> seen = Test(direction=1, agrees=True, evidence_class="offline")
    >>> is_licensed("better", seen), is_licensed("caused", seen), is_licensed("safe", seen)
    (True, False, False)
    """
    condition = LICENCES.get(word.lower())
    return condition is not None and condition(test)


def find_test(records: Records, reference: str) -> Test | None:
    """Return the test at ``reference``; None if there is no comparison or reading."""
    found = records.resolve(reference) if "#" in reference else records.entry(reference).record
    if isinstance(found, ComparisonFigure):
        contest = records.entry(reference.partition("#")[0]).record
        if found.p_value is None or not isinstance(contest, ContestRecord):
            return None
        return _assess_comparison(found, contest)
    if isinstance(found, ReadingRecord):
        return _assess_reading(records, found, reference)
    if isinstance(found, MetricReading):
        return _assess_metric(records, found, reference)
    if isinstance(found, SegmentReading):
        return _assess_segment(records, found, reference)
    return None


def _assess_comparison(comparison: ComparisonFigure, contest: ContestRecord) -> Test:
    known = comparison.metric == contest.objective
    higher = contest.direction == "higher"
    told = comparison.shown
    side = _compute_side(told) * (1 if higher else -1)
    if not known:
        side = {"better": 1, "worse": -1}.get(comparison.verdict, 0) * abs(side)
    verdict = {"better": 1, "worse": -1}.get(comparison.verdict, 0)
    level = told.level or 1.0
    p_value = comparison.p_value
    agrees = p_value is not None and verdict == side and p_value.value <= 1 - level + 1e-9
    return Test(direction=side, agrees=agrees, evidence_class=told.evidence_class)


def _assess_reading(records: Records, reading: ReadingRecord, reference: str) -> Test:
    found = find_plan_before(records, records.entry(reference.partition("#")[0]), reading)
    if found is None or reading.difference is None:
        return Test(direction=0, agrees=False, sample_ratio=reading.verdict != "blocked")
    plan = found[1]
    sign = 1 if plan.direction == "higher" else -1
    side = _compute_side(reading.difference) * sign
    verdict = {"better": 1, "worse": -1}.get(reading.verdict, 0)
    worst = _find_worst_end(reading.difference, sign)
    inside = reading.verdict in {"better", "not worse"} and worst is not None and worst >= -plan.margin.value
    return Test(
        direction=side,
        agrees=verdict == side,
        fixed=True,
        within_margin=inside,
        harmed=inside and reading.verdict == "not worse" and side < 0,
        sample_ratio=_is_ratio_valid(reading),
        evidence_class=reading.difference.evidence_class,
    )


def _assess_metric(records: Records, metric: MetricReading, reference: str) -> Test:
    look = records.entry(reference.partition("#")[0])
    planned = (
        find_plan_before(records, look, look.record) is not None
        if isinstance(look.record, ReadingRecord)
        else isinstance(look.record, ShadowRecord) and is_margin_planned(records, look, look.record, metric)
    )
    counts = _is_ratio_valid(look.record) if isinstance(look.record, ReadingRecord) else _is_valid_shadow(look.record)
    low, high = metric.difference.low, metric.difference.high
    inside = low is not None and high is not None and (low >= -metric.margin or high <= metric.margin)
    said = {"better": 1, "worse": -1}.get(metric.verdict, 0)
    return Test(
        direction=said * abs(_compute_side(metric.difference)),
        agrees=said != 0,
        fixed=planned,
        within_margin=metric.verdict in {"better", "not worse"} and inside,
        harmed=metric.verdict == "not worse" and inside and _compute_side(metric.difference) != 0,
        sample_ratio=counts,
        evidence_class=metric.difference.evidence_class,
    )


def _assess_segment(records: Records, segment: SegmentReading, reference: str) -> Test:
    look = records.entry(reference.partition("#")[0])
    reading = look.record if isinstance(look.record, ReadingRecord) else None
    said = {"better": 1, "worse": -1}.get(segment.verdict, 0)
    return Test(
        direction=said * abs(_compute_side(segment.difference)),
        agrees=said != 0,
        fixed=reading is not None and find_plan_before(records, look, reading) is not None,
        sample_ratio=reading is not None and _is_ratio_valid(reading),
        evidence_class=segment.difference.evidence_class,
    )


def find_plan_before(records: Records, look: Entry, reading: ReadingRecord) -> tuple[Entry, PlanRecord] | None:
    """Return the plan in force when a reading was taken; None if there was none."""
    plans = records.select(PlanRecord)
    found = [(e, p) for e, p in plans if p.experiment == reading.experiment and e.seq < look.seq]
    return found[-1] if found else None


def is_margin_planned(records: Records, look: Entry, shadow: ShadowRecord, metric: MetricReading) -> bool:
    """Return whether a plan for the same two models fixed the margin of a shadow before its reading."""
    pair, rail = (shadow.champion, shadow.challenger), f"{metric.metric} within {metric.margin:g}"
    plans = [p for e, p in records.select(PlanRecord) if (p.champion, p.challenger) == pair and e.seq < look.seq]
    if not plans:
        return False
    plan = plans[-1]
    return rail in plan.guardrails or (plan.objective, plan.margin.value) == (metric.metric, metric.margin)


def _is_valid_shadow(look: object) -> bool:
    return isinstance(look, ShadowRecord) and not look.quarantined


def _is_ratio_valid(reading: ReadingRecord) -> bool:
    ratio = reading.sample_ratio
    return reading.verdict != "blocked" and (ratio.unit not in P_UNITS or ratio.value >= SAMPLE_RATIO_ALPHA)


def _compute_side(difference: Figure) -> int:
    low, high, level = difference.low, difference.high, difference.level
    if low is None or high is None or level is None or level < LEAST_LEVEL or not low <= difference.value <= high:
        return 0
    return int(low > 0) - int(high < 0)


def _find_worst_end(difference: Figure, sign: int) -> float | None:
    end = difference.low if sign > 0 else difference.high
    return None if end is None else end * sign
