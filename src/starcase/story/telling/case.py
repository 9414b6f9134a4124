"""The case as it was resolved: what was wrong, what was wanted, who decides."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from starcase.evidence import Entry
from starcase.evidence.records import CaseRecord
from starcase.story.claim import Claim
from starcase.story.expression import value
from starcase.story.pieces import Name, Number, Person, Quote, listed, number, say
from starcase.story.records import Records
from starcase.story.shape import Shape, margin_shape

BUDGETS = {
    "p99_us": ("one answer at the tail of the latencies", "us"),
    "fit_memory_mb": ("the memory of fitting", "MB"),
    "artefact_mb": ("the stored model", "MB"),
}


def tell_case(records: Records, entry: Entry, record: CaseRecord) -> Iterator[Claim]:
    """Situation and task, from the last wording of the case."""
    last = records.last(CaseRecord)
    if last is None or last[0] is not entry:
        return
    table, at = tomllib.loads(record.resolved), f"{entry.id}#resolved"
    case = table.get("case", {})
    if case.get("situation"):
        said = say("{}", Quote(case["situation"], f"{at}.case.situation"))
        yield Claim(section="situation", topic="case", kind="quote", sentence=said, weight=3, form="block")
    if case.get("incumbent") and records.in_production:
        ran = say("Before the case began, {} ran.", Name(case["incumbent"], f"{at}.case.incumbent", code=True))
        yield Claim(section="situation", topic="case", kind="event", sentence=ran, weight=3)
    if case.get("task"):
        said = say("{}", Quote(case["task"], f"{at}.case.task"))
        brief = say("The task was: {}", *said)
        yield Claim(section="task", topic="case", kind="quote", sentence=said, brief=brief, weight=4, form="block")
    if records.in_production:
        yield from _aims(records, table, at)
    if case.get("deciders"):
        people = [say("{}", Person(who, f"{at}.case.deciders.{i}")) for i, who in enumerate(case["deciders"])]
        yield Claim(section="task", topic="case", kind="event", sentence=say("{} decide.", listed(people)))


def _aims(records: Records, table: Mapping[str, Any], at: str) -> Iterator[Claim]:
    objective = table.get("objective", {})
    if "metric" in objective:
        metric = Name(objective["metric"], f"{at}.objective.metric")
        margin = _margin(records, objective["metric"], float(objective.get("margin", 0.0)), f"{at}.objective.margin")
        words = "The objective is {}; for a simpler model up to {} of it may be given up."
        said = say(words, metric, margin) if objective.get("margin") else say("The objective is {}.", metric)
        brief = say("The objective was {}.", metric)
        yield Claim(section="task", topic="case", kind="value", sentence=said, brief=brief, weight=3)
    for place, guardrail in enumerate(table.get("guardrails", ())):
        where = f"{at}.guardrails.{place}"
        limit = _margin(records, guardrail["metric"], float(guardrail["margin"]), f"{where}.margin")
        metric = Name(guardrail["metric"], f"{where}.metric")
        said, brief = (
            say("The guardrail {} tolerates a loss of {} at most.", metric, limit),
            say("The guardrail was {}.", metric),
        )
        yield Claim(section="task", topic="case", kind="value", sentence=said, brief=brief, weight=3)
    budgets = table.get("budgets", {})
    limits = [
        say(f"{{}} for {words}", _budget(float(budgets[key]), f"{at}.budgets.{key}", unit))
        for key, (words, unit) in BUDGETS.items()
        if key in budgets
    ]
    if limits:
        said = say("The budgets are {}.", listed(limits))
        yield Claim(section="task", topic="case", kind="value", sentence=said)


def _margin(records: Records, metric: str, shown: float, at: str) -> Number:
    return number(value(at), shown, margin_shape(shown, share=records.unit(metric) == "share"), "margin")


def _budget(shown: float, at: str, unit: str) -> Number:
    digits = 0 if shown == int(shown) else 2
    return number(value(at), shown, Shape(style="plain", digits=digits, unit=unit), "budget")
