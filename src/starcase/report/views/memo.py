"""One page for whoever has to decide: what serves, why, what went wrong, what holds from now on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from starcase.evidence.records import ContestRecord, ReplayRecord
from starcase.report.claim import Claim
from starcase.report.document import Block
from starcase.report.narrative import Narrative
from starcase.report.records import Records
from starcase.report.telling import contest
from starcase.report.views.chart_placement import illustrated
from starcase.report.views.sections import on, part

HEAVY = 3


def memo(told: Narrative, records: Records) -> Iterator[Block]:
    """Only what weighs most, with every candidate's figure of the last contest."""
    silence = "Nothing has been rolled out yet."
    yield from illustrated(records, part("Where it stands", on(told, "ending"), silence=silence))
    yield from part("The question", (c for c in told.of("task") if c.weight >= HEAVY))
    compared = list(_compared(told, records))
    yield from part("What was compared", compared, silence="No contest has been held yet.")
    yield from part("What was decided", map(_short, on(told, "choice", "waiver", least=HEAVY)))
    yield from part("What went wrong", [c for c in on(told, "rollout", "harm", least=HEAVY) if _wrong(c)])
    yield from part("What live traffic showed", _live(told, records))
    yield from part("What holds from now on", on(told, "lesson"), silence="No lesson has been recorded yet.")


def _compared(told: Narrative, records: Records) -> Iterator[Claim]:
    """The last contest in full, of those before it the verdict."""
    last = records.last(ContestRecord)
    verdicts = {claim.entry: claim for claim in on(told, "contest") if claim.kind == "event"}
    for claim in on(told, "contest"):
        if last is None or claim.entry != last[0].id:
            if verdicts.get(claim.entry) is claim:
                yield _short(claim)
        elif claim.head in {(), contest.HEAD}:
            yield claim


def _live(told: Narrative, records: Records) -> Iterator[Claim]:
    """What outcomes said of the objective at the end, and both models on every request of the last replay."""
    looks = [c for c in on(told, "experiment", "shadow", least=HEAVY) if c.kind == "comparison"]
    yield from [c for c in looks if c.entry == looks[-1].entry][:1]
    last = records.last(ReplayRecord)
    yield from (c for c in on(told, "replay") if last and c.entry == last[0].id and c.form == "row")


def _wrong(claim: Claim) -> bool:
    return claim.topic == "harm" or claim.entry.startswith("monitor-")


def _short(claim: Claim) -> Claim:
    return replace(claim, sentence=claim.brief or claim.sentence)
