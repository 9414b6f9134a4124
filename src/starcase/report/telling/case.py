"""Claims of the case: situation, task, deciders and later changes."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import CaseRecord
from starcase.report.cited_settings import CitedSetting, Wording, find_decisive_settings, find_last_settings
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.number_format import Shape, build_margin_shape
from starcase.report.pieces import Name, Number, Person, Quote, fill, format_number, join_list
from starcase.report.records import Records
from starcase.report.telling.settings import describe_changes

BUDGETS = {
    "p99_us": ("one answer at the tail of the latencies", "us"),
    "fit_memory_mb": ("the memory of fitting", "MB"),
    "artefact_mb": ("the stored model", "MB"),
}


def describe_case(records: Records, entry: Entry, record: CaseRecord) -> Iterator[Claim]:
    """Claims on changes after a result; for the last record also on situation and task.

    Words of people come from the last wording; incumbent, objective, guardrails and budgets are those that decided the
    last contest.
    """
    yield from describe_changes(entry, record)
    last = records.last(CaseRecord)
    if last is None or last[0] is not entry:
        return
    words, decided = find_last_settings(records), find_decisive_settings(records)
    if said := _quote_setting(words, "case.situation"):
        yield Claim(section="situation", topic="case", kind="quote", sentence=(said,), weight=3, form="block")
    if (incumbent := find_incumbent_name(decided)) and records.in_production:
        ran = fill("Before the case began, {} ran.", incumbent)
        yield Claim(section="situation", topic="case", kind="event", sentence=ran, weight=3)
    if task := _quote_setting(words, "case.task"):
        brief = fill("The task was: {}", task)
        yield Claim(section="task", topic="case", kind="quote", sentence=(task,), brief=brief, weight=4, form="block")
    if records.in_production:
        yield from _describe_aims(records, decided)
    table = records.resolve(f"{entry.id}#resolved.case.deciders") if "case.deciders" in words else ()
    if isinstance(table, list) and table:
        at = f"{entry.id}#resolved.case.deciders"
        people = [fill("{}", Person(who, f"{at}.{i}")) for i, who in enumerate(table)]
        yield Claim(section="task", topic="case", kind="event", sentence=fill("{} decide.", join_list(people)))


def find_incumbent_name(wording: Wording) -> Name | None:
    """Return the incumbent of a case record; None if it names none."""
    held = wording.get("case.incumbent")
    return Name(str(held.value), held.reference, code=True) if held and held.value else None


def _quote_setting(wording: Wording, key: str) -> Quote | None:
    held = wording.get(key)
    return Quote(str(held.value), held.reference) if held and held.value else None


def _describe_aims(records: Records, wording: Wording) -> Iterator[Claim]:
    objective, margin = wording.get("objective.metric"), wording.get("objective.margin")
    if objective is not None:
        metric = Name(str(objective.value), objective.reference)
        words = "The objective is {}; for a simpler model up to {} of it may be given up."
        given = margin and float(margin.value)
        said = (
            fill(words, metric, _format_margin(records, str(objective.value), margin))
            if margin and given
            else fill("The objective is {}.", metric)
        )
        brief = fill("The objective was {}.", metric)
        yield Claim(section="task", topic="case", kind="value", sentence=said, brief=brief, weight=3)
    for key, held in wording.items():
        if not (key.startswith("guardrails.") and key.endswith(".metric")):
            continue
        metric, name = Name(str(held.value), held.reference), str(held.value)
        limit = _format_margin(records, name, wording[f"{key.removesuffix('.metric')}.margin"])
        said, brief = (
            fill("The guardrail {} tolerates a loss of {} at most.", metric, limit),
            fill("The guardrail was {}.", metric),
        )
        yield Claim(section="task", topic="case", kind="value", sentence=said, brief=brief, weight=3)
    limits = [
        fill(f"{{}} for {words}", _format_budget(wording[f"budgets.{key}"], unit))
        for key, (words, unit) in BUDGETS.items()
        if f"budgets.{key}" in wording
    ]
    if limits:
        said = fill("The budgets are {}.", join_list(limits))
        yield Claim(section="task", topic="case", kind="value", sentence=said)


def _format_margin(records: Records, metric: str, held: CitedSetting) -> Number:
    shown = float(held.value)
    return format_number(
        value(held.reference), shown, build_margin_shape(shown, share=records.find_unit(metric) == "share"), "margin"
    )


def _format_budget(held: CitedSetting, unit: str) -> Number:
    shown = float(held.value)
    digits = 0 if shown == int(shown) else 2
    return format_number(value(held.reference), shown, Shape(style="plain", digits=digits, unit=unit), "budget")
