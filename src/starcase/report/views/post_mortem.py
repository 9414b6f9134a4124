"""The post-mortem view: timeline, harm, causes, preventions and actions with owners."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import LessonRecord
from starcase.report.claim import Claim
from starcase.report.document import Block
from starcase.report.narrative import Narrative
from starcase.report.pieces import Break, Name, Person, Quote, Sentence, fill, format_moment
from starcase.report.point_of_view import punctuate
from starcase.report.records import Records
from starcase.report.views.chart_placement import add_charts
from starcase.report.views.sections import append_records, build_part, select_topics

EVENTS = frozenset({"choice", "gate", "waiver", "rollout", "shadowing", "plan", "note"})


def build_post_mortem(told: Narrative, records: Records) -> Iterator[Block]:
    """Build a blameless post-mortem: events, harm, causes and actions."""
    yield from append_records(records, _build_blocks(told, records))


def _build_blocks(told: Narrative, records: Records) -> Iterator[Block]:
    yield from build_part("Impact", select_topics(told, "harm"), silence="No harm has been reviewed.")
    timeline = build_part("Timeline", _build_timeline(told, records), silence="Nothing has happened yet.")
    yield from add_charts(records, timeline)
    causes = [c for c in told.select("reflection") if c.topic == "review"]
    yield from build_part("Why it happened, and what would have stopped it", causes, silence="No review has been held.")
    actions = [_build_action(entry, lesson) for entry, lesson in records.select(LessonRecord)]
    yield from build_part("Actions", actions, silence="No lesson has been recorded yet.")
    yield from build_part("Where it stands", select_topics(told, "ending"))


def _build_timeline(told: Narrative, records: Records) -> Iterator[Claim]:
    """Return one row for each event record, with its first claim."""
    said = [claim for claim in told.select("action") if claim.topic in EVENTS and claim.form != "row"]
    first = {claim.entry: claim for claim in reversed(said)}
    for entry in sorted(records.entries, key=lambda entry: (entry.at, entry.seq)):
        if entry.id in first:
            claim = first[entry.id]
            words = punctuate(claim.brief or claim.sentence)
            row = fill("{}{}{}", format_moment(f"{entry.id}#@at", entry.at), Break(), words)
            yield Claim(
                section="action",
                topic="timeline",
                kind=claim.kind,
                sentence=row,
                form="row",
                head=("event time", "what happened"),
                entry=entry.id,
            )


def _build_action(entry: Entry, lesson: LessonRecord) -> Claim:
    at = entry.id
    if lesson.gate:
        what: Sentence = fill("the gate {} holds from now on", Name(lesson.gate, f"{at}#gate", code=True))
    else:
        what = fill("no gate, because {}", Quote(lesson.reason, f"{at}#reason"))
    row = fill(
        "{}{}{}{}{}",
        Person(lesson.who, f"{at}#who"),
        Break(),
        Quote(lesson.lesson, f"{at}#lesson"),
        Break(),
        what,
    )
    head = ("owner", "lesson", "action")
    return Claim(section="reflection", topic="lesson", kind="event", sentence=row, form="row", head=head, entry=at)
