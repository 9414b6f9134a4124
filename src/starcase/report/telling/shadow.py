"""Claims of a shadow reading."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ShadowRecord
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.pieces import Break, Name, fill, format_cell, format_count, format_figure
from starcase.report.records import Records
from starcase.report.telling.metric import describe_metrics
from starcase.report.telling.settings import describe_settings

SETTINGS = ("rollout", "experiment", "guardrails")

DISAGREED = {
    "action": "disagreed on the action in {} of the pairs",
    "items": "disagreed in {} of the pairs, on the action or on the list of items",
    "content": "disagreed in {} of the pairs, on the action or on what was served with it",
}


def describe_shadow(records: Records, entry: Entry, record: ShadowRecord) -> Iterator[Claim]:
    """Claims of the last reading of each pair; earlier readings are superseded."""
    pair = (record.champion, record.challenger)
    if any((r.champion, r.challenger) == pair and e.seq > entry.seq for e, r in records.select(ShadowRecord)):
        return
    at = entry.id
    said = fill(
        "{} answered in the shadow of {}: {} pairs, {} missed, {} failed; it saw {} of the requests and "
        f"{DISAGREED[record.compared]}.",
        Name(record.challenger, f"{at}#challenger", code=True),
        Name(record.champion, f"{at}#champion", code=True),
        format_count(value(f"{at}#pairs"), record.pairs, "pairs"),
        format_count(value(f"{at}#missed"), record.missed, "missed"),
        format_count(value(f"{at}#failed"), record.failed, "failed"),
        format_figure(record.coverage, f"{at}#coverage"),
        format_figure(record.disagreement, f"{at}#disagreement"),
    )
    brief = fill(
        "{} answered {} requests in the shadow of {}, and nobody met it.",
        Name(record.challenger, f"{at}#challenger", code=True),
        format_count(value(f"{at}#pairs"), record.pairs, "requests"),
        Name(record.champion, f"{at}#champion", code=True),
    )
    yield Claim(section="action", topic="shadowing", kind="value", sentence=said, brief=brief, form="item")
    names = (
        Name(record.challenger, f"{at}#challenger", code=True),
        Name(record.champion, f"{at}#champion", code=True),
    )
    yield from describe_metrics(records, record.metrics, f"{at}#metrics", names, topic="shadow")
    words = "Its last look was decided with {}."
    yield from describe_settings(entry, record.settings, SETTINGS, topic="shadowing", words=words)
    for place, shown in enumerate(record.figures):
        where = f"{at}#figures.{place}"
        row = fill("{}{}{}", Name(shown.name, f"{where}.name"), Break(), format_cell(shown, where))
        yield Claim(
            section="result", topic="shadow", kind="value", sentence=row, form="row", head=("in the shadow", "value")
        )
