"""Each step of a rollout."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import CohortRecord, ReachRecord, StepRecord
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.number_format import part_shape
from starcase.report.pieces import Name, Number, Person, Quote, Sentence, listed, moment, number, say
from starcase.report.records import Records

DID = {
    "shadow": ("{} put {} into the shadow", "the rollout put {} into the shadow"),
    "promote": ("{} made {} the champion", "the rollout made {} the champion"),
    "rollback": ("{} took {} out again", "the rollout took {} out again by itself"),
    "canary": ("{} put {} in front of", "the rollout put {} in front of"),
    "widen": ("{} widened {} to", "the rollout widened {} to"),
}


def tell_step(records: Records, entry: Entry, record: StepRecord) -> Iterator[Claim]:
    """When it was taken, by whom, and what it says for itself; holding is no event."""
    del records
    if record.step == "hold":
        return
    said = say("On {}, {}: {}", moment(f"{entry.id}#@at", entry.at), _did(entry, record), _why(entry, record))
    brief = say("{}: {}", _did(entry, record), _why(entry, record))
    weight = {"install": 2, "widen": 2, "shadow": 3}.get(record.step, 4)
    yield Claim(
        section="action",
        topic="rollout",
        kind="event",
        sentence=said,
        brief=brief,
        weight=weight,
        form="item",
        actor=_actor(entry, record),
    )


def _did(entry: Entry, record: StepRecord) -> Sentence:
    if record.step == "install":
        return say("{} was installed as champion", Name(record.champion, f"{entry.id}#champion", code=True))
    by_hand, by_itself = DID[record.step]
    who = Name(record.challenger, f"{entry.id}#challenger", code=True)
    if record.step == "rollback" and not record.challenger:
        who = Name(record.champion, f"{entry.id}#champion", code=True)
    did = say(by_itself, who) if record.automatic else say(by_hand, Person(entry.actor, f"{entry.id}#@actor"), who)
    if record.step in {"canary", "widen"}:
        return say("{} {}", did, reached(entry, record))
    return did


def reached(entry: Entry, record: StepRecord) -> Sentence:
    """Whom the challenger serves once the step is taken."""
    if not record.reaches:
        return say("{} of the units", _share(f"{entry.id}#share", record.share))
    return listed([_cohort(f"{entry.id}#reaches.{place}", one) for place, one in enumerate(record.reaches)])


def _cohort(reference: str, reach: ReachRecord) -> Sentence:
    share = say("{} of the units", _share(f"{reference}.share", reach.share))
    where = [_values(f"{reference}.cohorts.{place}", cohort) for place, cohort in enumerate(reach.cohorts)]
    return say("{} where {}", share, listed(where)) if where else share


def _values(reference: str, cohort: CohortRecord) -> Sentence:
    values: list[Sentence] = [
        (Name(str(one), f"{reference}.values.{place}", code=True),) for place, one in enumerate(cohort.values)
    ]
    return say("{} is {}", Name(cohort.feature, f"{reference}.feature", code=True), listed(values, last="or"))


def _share(reference: str, share: float) -> Number:
    return number(value(reference), share, part_shape(share), "share of units")


def _why(entry: Entry, record: StepRecord) -> Quote:
    return Quote(record.reason, f"{entry.id}#reason")


def _actor(entry: Entry, record: StepRecord) -> str:
    return "" if record.automatic else entry.actor
