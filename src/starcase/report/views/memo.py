"""A one-page memo for decision makers: serving model, reasons, incidents and lessons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from starcase.evidence.records import ContestRecord, ReplayRecord
from starcase.report.claim import Claim
from starcase.report.document import Block
from starcase.report.narrative import Narrative
from starcase.report.records import Records
from starcase.report.telling import contest
from starcase.report.views.chart_placement import add_charts
from starcase.report.views.sections import build_part, select_topics

HEAVY = 3


def build_memo(told: Narrative, records: Records) -> Iterator[Block]:
    """Build the memo from the most important claims and all candidates of the last contest."""
    silence = "Nothing has been rolled out yet."
    yield from add_charts(records, build_part("Where it stands", select_topics(told, "ending"), silence=silence))
    yield from build_part("The question", (c for c in told.select("task") if c.weight >= HEAVY))
    compared = list(_select_compared(told, records))
    yield from build_part("What was compared", compared, silence="No contest has been held yet.")
    yield from build_part("What was decided", map(_shorten, select_topics(told, "choice", "waiver", least=HEAVY)))
    yield from build_part(
        "What went wrong", [c for c in select_topics(told, "rollout", "harm", least=HEAVY) if _is_problem(c)]
    )
    yield from build_part("What live traffic showed", _select_live(told, records))
    yield from build_part(
        "What holds from now on", select_topics(told, "lesson"), silence="No lesson has been recorded yet."
    )


def _select_compared(told: Narrative, records: Records) -> Iterator[Claim]:
    """The last contest in full, of those before it the verdict."""
    last = records.last(ContestRecord)
    verdicts = {claim.entry: claim for claim in select_topics(told, "contest") if claim.kind == "event"}
    for claim in select_topics(told, "contest"):
        if last is None or claim.entry != last[0].id:
            if verdicts.get(claim.entry) is claim:
                yield _shorten(claim)
        elif claim.head in {(), contest.HEAD}:
            yield claim


def _select_live(told: Narrative, records: Records) -> Iterator[Claim]:
    """Return the last outcome readings of the objective, and both models on the last replay."""
    looks = [c for c in select_topics(told, "experiment", "shadow", least=HEAVY) if c.kind == "comparison"]
    yield from [c for c in looks if c.entry == looks[-1].entry][:1]
    last = records.last(ReplayRecord)
    yield from (c for c in select_topics(told, "replay") if last and c.entry == last[0].id and c.form == "row")


def _is_problem(claim: Claim) -> bool:
    return claim.topic == "harm" or claim.entry.startswith("monitor-")


def _shorten(claim: Claim) -> Claim:
    return replace(claim, sentence=claim.brief or claim.sentence)
