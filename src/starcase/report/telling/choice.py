"""Claims of a choice: candidate, criteria, votes and dissent."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ChoiceRecord, Vote
from starcase.report.claim import Claim
from starcase.report.pieces import Name, Person, Quote, Sentence, fill, join_list
from starcase.report.records import Records

BY_VOTE = "by vote"


def describe_choice(records: Records, entry: Entry, record: ChoiceRecord) -> Iterator[Claim]:
    """Claims on the choice, its criteria and every vote; dissent has the same weight as assent."""
    del records
    at = entry.id
    yield Claim(
        section="action",
        topic="choice",
        kind="event",
        sentence=_format_choice(entry, record),
        weight=4,
        actor=entry.actor,
    )
    if record.criteria:
        criteria = [fill("{}", Name(c, f"{at}#criteria.{i}")) for i, c in enumerate(record.criteria)]
        said = fill("The criteria were {}.", join_list(criteria))
        yield Claim(section="action", topic="choice", kind="event", sentence=said)
    for place, vote in enumerate(record.votes):
        if vote not in record.dissent:
            yield _describe_vote(vote, f"{at}#votes.{place}", dissent=False)
    for place, vote in enumerate(record.dissent):
        yield _describe_vote(vote, f"{at}#dissent.{place}", dissent=True)


def _format_choice(entry: Entry, record: ChoiceRecord) -> Sentence:
    at = entry.id
    who, chosen = Person(entry.actor, f"{at}#@actor"), Name(record.chosen, f"{at}#chosen", code=True)
    mine = [i for i, v in enumerate(record.votes) if v.candidate == record.chosen and v not in record.dissent]
    if record.reason != BY_VOTE or not mine:
        return fill("{} chose {}: {}", who, chosen, Quote(record.reason, f"{at}#reason"))
    people = [fill("{}", Person(record.votes[i].who, f"{at}#votes.{i}.who")) for i in mine]
    return fill("{} put it to the vote, and {} chose {}.", who, join_list(people), chosen)


def _describe_vote(vote: Vote, where: str, *, dissent: bool) -> Claim:
    words = "Against the choice, {} spoke for {}: {}" if dissent else "{} voted for {}: {}"
    said = fill(
        words,
        Person(vote.who, f"{where}.who"),
        Name(vote.candidate, f"{where}.candidate", code=True),
        Quote(vote.reason, f"{where}.reason"),
    )
    return Claim(
        section="action",
        topic="choice",
        kind="quote",
        sentence=said,
        form="item",
        actor=vote.who,
        weight=3 if dissent else 2,
    )
