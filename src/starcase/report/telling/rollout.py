"""Claims of rollout steps."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import CohortRecord, ReachRecord, StepRecord
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.number_format import build_share_shape
from starcase.report.pieces import Name, Number, Person, Quote, Sentence, fill, format_moment, format_number, join_list
from starcase.report.records import Records

DID = {
    "shadow": ("{} put {} into the shadow", "the rollout put {} into the shadow"),
    "promote": ("{} made {} the champion", "the rollout made {} the champion"),
    "rollback": ("{} took {} out again", "the rollout took {} out again by itself"),
    "canary": ("{} put {} in front of", "the rollout put {} in front of"),
    "widen": ("{} widened {} to", "the rollout widened {} to"),
}


def describe_step(records: Records, entry: Entry, record: StepRecord) -> Iterator[Claim]:
    """Claims on time, actor and reason of a step; a hold gives none."""
    del records
    if record.step == "hold":
        return
    said = fill(
        "On {}, {}: {}",
        format_moment(f"{entry.id}#@at", entry.at),
        _format_action(entry, record),
        _quote_reason(entry, record),
    )
    brief = fill("{}: {}", _format_action(entry, record), _quote_reason(entry, record))
    weight = {"install": 2, "widen": 2, "shadow": 3}.get(record.step, 4)
    yield Claim(
        section="action",
        topic="rollout",
        kind="event",
        sentence=said,
        brief=brief,
        weight=weight,
        form="item",
        actor=_find_actor(entry, record),
    )


def _format_action(entry: Entry, record: StepRecord) -> Sentence:
    if record.step == "install":
        return fill("{} was installed as champion", Name(record.champion, f"{entry.id}#champion", code=True))
    by_hand, by_itself = DID[record.step]
    who = Name(record.challenger, f"{entry.id}#challenger", code=True)
    if record.step == "rollback" and not record.challenger:
        who = Name(record.champion, f"{entry.id}#champion", code=True)
    did = fill(by_itself, who) if record.automatic else fill(by_hand, Person(entry.actor, f"{entry.id}#@actor"), who)
    if record.step in {"canary", "widen"}:
        return fill("{} {}", did, format_reach(entry, record))
    return did


def format_reach(entry: Entry, record: StepRecord) -> Sentence:
    """Return the text of the units the challenger serves after the step."""
    if not record.reaches:
        return fill("{} of the units", _format_share(f"{entry.id}#share", record.share))
    return join_list([_format_cohort(f"{entry.id}#reaches.{place}", one) for place, one in enumerate(record.reaches)])


def _format_cohort(reference: str, reach: ReachRecord) -> Sentence:
    share = fill("{} of the units", _format_share(f"{reference}.share", reach.share))
    where = [_format_condition(f"{reference}.cohorts.{place}", cohort) for place, cohort in enumerate(reach.cohorts)]
    return fill("{} where {}", share, join_list(where)) if where else share


def _format_condition(reference: str, cohort: CohortRecord) -> Sentence:
    values: list[Sentence] = [
        (Name(str(one), f"{reference}.values.{place}", code=True),) for place, one in enumerate(cohort.values)
    ]
    return fill("{} is {}", Name(cohort.feature, f"{reference}.feature", code=True), join_list(values, last="or"))


def _format_share(reference: str, share: float) -> Number:
    return format_number(value(reference), share, build_share_shape(share), "share of units")


def _quote_reason(entry: Entry, record: StepRecord) -> Quote:
    return Quote(record.reason, f"{entry.id}#reason")


def _find_actor(entry: Entry, record: StepRecord) -> str:
    return "" if record.automatic else entry.actor
