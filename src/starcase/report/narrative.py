"""The claims of a case: the claims of every record in ledger order, and the outcome of the case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from starcase.evidence import Entry
from starcase.evidence.records import CaseRecord, ContestRecord, StepRecord
from starcase.report.binding import SHORT_HASH
from starcase.report.cited_settings import find_decisive_settings
from starcase.report.claim import SECTIONS, Claim, Section
from starcase.report.expression import Expression
from starcase.report.pieces import Break, Name, Person, Quote, fill, format_count, format_moment
from starcase.report.records import Records
from starcase.report.telling import TELLERS
from starcase.report.telling.case import find_incumbent_name
from starcase.report.telling.rollout import format_reach

TRYING = frozenset({"shadow", "canary", "widen"})
SILENCE: dict[Section, str] = {
    "situation": "The ledger holds no word on the situation.",
    "task": "The ledger holds no word on the task.",
    "action": "Nothing has been done yet that the ledger knows of.",
    "result": "No result has been recorded yet.",
    "reflection": "No lesson has been recorded yet.",
}


@dataclass(frozen=True, slots=True)
class Narrative:
    """Every claim of a case.

    Args:
        title: the case's title, quoted.
        claims: all of them, by section and then in the order of the ledger.
        head: hash of the last record they rest on.
    """

    title: Quote
    claims: tuple[Claim, ...]
    head: str

    def select(self, section: Section) -> tuple[Claim, ...]:
        """The claims of one section."""
        return tuple(claim for claim in self.claims if claim.section == section)


def build_narrative(records: Records) -> Narrative:
    """Build the claims of all records."""
    told = [
        replace(claim, entry=entry.id)
        for entry in records.entries
        if (teller := TELLERS.get(type(entry.record)))
        for claim in teller(records, entry, entry.record)
    ]
    told += _describe_ending(records)
    claims = [claim for section in SECTIONS for claim in _select_section(section, told)]
    return Narrative(title=_find_title(records), claims=tuple(claims), head=records.head)


def list_cited_records(records: Records, claims: Sequence[Claim]) -> Iterator[Claim]:
    """One row for every record the claims rest on: name, event time, who wrote it, hash."""
    for name in dict.fromkeys(record for claim in claims for record in claim.records):
        entry = records.entry(name)
        row = fill(
            "{}{}{}{}{}{}{}",
            Name(name, f"{name}#@id", code=True),
            Break(),
            format_moment(f"{name}#@at", entry.at),
            Break(),
            Person(entry.actor, f"{name}#@actor"),
            Break(),
            Name(entry.hash[:SHORT_HASH], f"{name}#@hash", code=True),
        )
        head = ("record", "event time", "written by", "hash")
        yield Claim(section="reflection", topic="records", kind="event", sentence=row, form="row", weight=1, head=head)


def find_champion_after(entry: Entry, step: StepRecord) -> Name:
    """Return the champion after a step."""
    field = "challenger" if step.step == "promote" else "champion"
    return Name(str(getattr(step, field)), f"{entry.id}#{field}", code=True)


def _select_section(section: Section, told: Sequence[Claim]) -> list[Claim]:
    own = [claim for claim in told if claim.section == section]
    if own:
        return own
    return [Claim(section=section, topic="silence", kind="event", sentence=(SILENCE[section],), weight=3)]


def _find_title(records: Records) -> Quote:
    last = records.last(CaseRecord)
    if last is None:
        return Quote("A case without a name", "")
    reference = f"{last[0].id}#resolved.case.title"
    return Quote(str(records.resolve(reference)), reference)


def _describe_ending(records: Records) -> Iterator[Claim]:
    steps = [(entry, step) for entry, step in records.select(StepRecord) if step.step != "hold"]
    if not steps:
        yield from _describe_no_rollout(records)
        return
    rolled, made = (sum(step.step == word for _, step in steps) for word in ("rollback", "promote"))
    said = fill(
        "Rollbacks: {}. Promotions: {}.",
        format_count(Expression("steps", ("rollback",)), rolled, "rollbacks"),
        format_count(Expression("steps", ("promote",)), made, "promotions"),
    )
    yield Claim(section="result", topic="ending", kind="count", sentence=said)
    entry, last = steps[-1]
    champion = find_champion_after(entry, last)
    since = format_moment(f"{entry.id}#@at", entry.at)
    if last.step in TRYING:
        other = Name(last.challenger, f"{entry.id}#challenger", code=True)
        beside = format_reach(entry, last)
        said = fill("As the ledger ends, {} serves, with {} beside it at {} since {}.", champion, other, beside, since)
    else:
        said = fill("As the ledger ends, {} serves; the last step was taken on {}.", champion, since)
    yield Claim(section="result", topic="ending", kind="event", sentence=said, weight=3)


def _describe_no_rollout(records: Records) -> Iterator[Claim]:
    """Return the final claim of a case with models but no rollout."""
    if records.last(ContestRecord) is None:
        return
    incumbent = find_incumbent_name(find_decisive_settings(records))
    if incumbent is None:
        return
    said = fill("As the ledger ends, {} serves as before; nobody has met another model.", incumbent)
    yield Claim(section="result", topic="ending", kind="event", sentence=said, weight=3)
