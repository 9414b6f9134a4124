"""Claims of an experiment's plan and last reading."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry, Figure
from starcase.evidence.records import PlanRecord, ReadingRecord
from starcase.report.claim import Claim
from starcase.report.claim_rules import find_plan_before, find_test, is_licensed
from starcase.report.expression import value
from starcase.report.number_format import Shape
from starcase.report.pieces import (
    Break,
    ClaimVerb,
    Name,
    Quote,
    Sentence,
    fill,
    format_cell,
    format_count,
    format_figure,
    format_number,
)
from starcase.report.records import AFTER, Records
from starcase.report.telling.claim_answer import describe_claim_answer
from starcase.report.telling.metric import CLASSES, WITHIN, describe_metrics, select_word
from starcase.report.telling.segments import describe_segments
from starcase.report.telling.settings import describe_settings

SETTINGS = ("experiment.effect", "experiment.power", "rollout.shadow_coverage", "guardrails")
LOOKED_AT = ("rollout", "experiment", "guardrails")
ARMS = ("arm", "metric", "value", "units")


def describe_plan(records: Records, entry: Entry, record: PlanRecord) -> Iterator[Claim]:
    """Claims on metric, margin, error probability and size, fixed before the first unit."""
    del records
    at = entry.id
    said = fill(
        "Before the first unit the experiment of {} against {} was fixed: the objective {}, a margin of {} and an "
        "error probability of {}; it was to run to a {} of {}.",
        Name(record.challenger, f"{at}#challenger", code=True),
        Name(record.champion, f"{at}#champion", code=True),
        Name(record.objective, f"{at}#objective"),
        format_figure(record.margin, f"{at}#margin", difference=True),
        format_number(value(f"{at}#alpha"), record.alpha, Shape(style="share", digits=1), "error probability"),
        _find_planned_name(record.planned, f"{at}#planned"),
        format_figure(record.planned, f"{at}#planned", difference=True),
    )
    brief = fill("Before the first unit, objective, margin and error probability of the experiment were written down.")
    yield Claim(
        section="action", topic="plan", kind="value", sentence=said, brief=brief, form="item", actor=entry.actor
    )
    words = "The experiment was planned with {}."
    yield from describe_settings(entry, record.settings, SETTINGS, topic="plan", words=words)


def _find_planned_name(shown: Figure, where: str) -> Name:
    """Return the name of the planned quantity without the metric before the comma."""
    if ", " in shown.name:
        return Name(shown.name.partition(", ")[2], f"{where}.name.{AFTER}")
    return Name(shown.name, f"{where}.name")


def describe_reading(records: Records, entry: Entry, record: ReadingRecord) -> Iterator[Claim]:
    """The last reading of each experiment: verdict, difference, arms."""
    same = [e for e, r in records.select(ReadingRecord) if r.experiment == record.experiment]
    if same[-1] is not entry:
        return
    yield Claim(
        section="result",
        topic="experiment",
        kind="comparison",
        sentence=_format_reading(records, entry, record),
        weight=3 if record.difference is not None else 2,
        form="item",
    )
    at = entry.id
    said = fill("The reading gives as its reason {}", Quote(record.why, f"{at}#why"))
    yield Claim(section="result", topic="experiment", kind="quote", sentence=said, form="item", weight=1)
    plan = find_plan_before(records, entry, record)
    if plan is not None:
        names = (
            Name(plan[1].challenger, f"{plan[0].id}#challenger", code=True),
            Name(plan[1].champion, f"{plan[0].id}#champion", code=True),
        )
        yield from describe_metrics(records, record.metrics, f"{at}#metrics", names, topic="experiment", first=1)
    for place, answer in enumerate(record.claims):
        yield describe_claim_answer(answer, f"{at}#claims.{place}", topic="experiment")
    for place, arm in enumerate(record.arms):
        for i, shown in enumerate(arm.figures):
            where = f"{at}#arms.{place}"
            row = fill(
                "{}{}{}{}{}{}{}",
                Name(arm.arm, f"{where}.arm", code=True),
                Break(),
                Name(shown.name, f"{where}.figures.{i}.name"),
                Break(),
                format_cell(shown, f"{where}.figures.{i}"),
                Break(),
                format_count(value(f"{where}.units"), arm.units, "units"),
            )
            yield Claim(section="result", topic="experiment", kind="value", sentence=row, form="row", head=ARMS)
    yield from describe_segments(records, entry, record)
    words = "The last look was decided with {}."
    yield from describe_settings(entry, record.settings, LOOKED_AT, topic="experiment", words=words)


def _find_metric_name(entry: Entry, record: ReadingRecord) -> Name:
    """The objective by its own name where the reading holds it."""
    if record.metrics:
        return Name(record.metrics[0].metric, f"{entry.id}#metrics.0.metric")
    return Name(record.difference.name if record.difference else "", f"{entry.id}#difference.name")


def _format_reading(records: Records, entry: Entry, record: ReadingRecord) -> Sentence:
    at = entry.id
    found = find_plan_before(records, entry, record)
    if record.difference is None or found is None:
        why = "no outcome of both arms has matured" if found else "no plan stands before it"
        said = fill("The experiment {} says nothing yet: ", Name(record.experiment, f"{at}#experiment", code=True))
        return (*said, why, ".")
    planned, plan = found
    how = CLASSES[record.difference.evidence_class]
    challenger = Name(plan.challenger, f"{planned.id}#challenger", code=True)
    champion = Name(plan.champion, f"{planned.id}#champion", code=True)
    metric = _find_metric_name(entry, record)
    difference = format_figure(record.difference, f"{at}#difference", signed=True, difference=True)
    word = select_word(records, at)
    if word in {"better", "worse"}:
        test = find_test(records, at)
        if test is not None and is_licensed("caused", test):
            words = how + ", {} was {} than {}: it {} a difference in {} of {}."
            return fill(words, challenger, ClaimVerb(word, at), champion, ClaimVerb("caused", at), metric, difference)
        words = how + ", {} was {} than {}: the difference in {} is {}."
        return fill(words, challenger, ClaimVerb(word, at), champion, metric, difference)
    if word == WITHIN:
        words = how + ", {} was {} than {}; the margin was fixed beforehand, and the difference in {} is {}."
        return fill(words, challenger, ClaimVerb(word, at), champion, metric, difference)
    if word == "no worse":
        words = how + ", {} was {} than {} by the margin fixed beforehand: the difference in {} is {}."
        return fill(words, challenger, ClaimVerb(word, at), champion, metric, difference)
    words = how + ", {} between {} and {} could be shown: in {} it is {}."
    return fill(words, ClaimVerb("no difference", at), challenger, champion, metric, difference)
