"""An answer to an interview question: the relevant claims of one case in the question's sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from starcase.evidence.records import LessonRecord
from starcase.report.claim import SECTIONS, Claim, Section
from starcase.report.document import Block, Heading, group_claims
from starcase.report.narrative import Narrative
from starcase.report.questions.match import Match, match_question
from starcase.report.questions.question import InterviewQuestion
from starcase.report.records import Records
from starcase.report.views.spoken import select_claims

View = Callable[[Narrative, Records], Iterator[Block]]

BEARS_ON_IT, TOLD = 10, 2
BUDGETS: dict[Section, int] = {"situation": 55, "task": 80, "action": 135, "result": 100, "reflection": 60}
TOLD_APART = {"growth": "changed behaviour", "recovery": "repair"}
EXTRA_BUDGET = 55


def build_answer_view(question: InterviewQuestion) -> View:
    """The view that answers a question in two to three minutes."""

    def view(told: Narrative, records: Records) -> Iterator[Block]:
        return _build_blocks(told, match_question(question, records), records)

    return view


def _build_blocks(told: Narrative, matched: Match, records: Records) -> Iterator[Block]:
    extra = matched.question.extra
    apart = [c for c in told.claims if extra and _is_extra(c, extra, records)]
    for section in SECTIONS:
        claims = _weigh_claims([c for c in told.select(section) if c not in apart], matched)
        if section == "result" and extra == "recovery":
            yield from _build_section("Recovery", _weigh_claims(apart, matched), EXTRA_BUDGET)
        if section == "reflection" and extra == "growth":
            yield from _build_section(
                "Growth", [*_weigh_claims(apart, matched), *claims], BUDGETS[section] + EXTRA_BUDGET
            )
        else:
            yield from _build_section(section.capitalize(), claims, BUDGETS[section])


def _build_section(title: str, claims: Sequence[Claim], budget: int) -> Iterator[Block]:
    if claims:
        yield Heading(2, title)
        yield from group_claims(select_claims(claims, budget), topics=False)


def _weigh_claims(claims: Sequence[Claim], matched: Match) -> list[Claim]:
    """Return the claims with those relevant to the question first, and the most important one of each record."""
    loudest: dict[str, int] = {}
    for claim in claims:
        loudest[claim.entry] = max(loudest.get(claim.entry, 0), claim.weight)
    least = {entry: min(TOLD, weight) for entry, weight in loudest.items()}
    return [
        replace(c, weight=c.weight + BEARS_ON_IT * (c.entry in matched.records and c.weight >= least[c.entry]))
        for c in claims
    ]


def _is_extra(claim: Claim, extra: str, records: Records) -> bool:
    """Return whether a claim belongs to the question's extra section."""
    if not claim.entry:
        return False
    entry = records.entry(claim.entry)
    if getattr(entry.record, "role", "") == TOLD_APART[extra]:
        return True
    if extra == "growth":
        learned = any(e.kind == LessonRecord.KIND and e.seq < entry.seq for e in records.entries)
        return learned and claim.topic == "gate" and claim.form == "sentence"
    return getattr(entry.record, "step", "") == "rollback" or (claim.topic == "review" and claim.section == "action")
