"""Claims of a refit and of golden requests under other versions."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import RefitRecord, VersionsRecord
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.pieces import Name, Quote, fill, format_count, format_moment, join_list
from starcase.report.records import Records


def describe_refit(records: Records, entry: Entry, record: RefitRecord) -> Iterator[Claim]:
    """Claims on the training end and the number of outcomes of a refit, compared with the measured fit."""
    del records
    at = entry.id
    name = Name(record.candidate, f"{at}#candidate", code=True)
    until = format_moment(f"{at}#until", record.until)
    known = format_count(value(f"{at}#outcomes"), record.outcomes, "known outcomes")
    measured = format_count(
        value(f"{at}#measured_outcomes"), record.measured_outcomes, "known outcomes of the measured fit"
    )
    yield Claim(
        section="action",
        topic="gate",
        kind="event",
        sentence=fill(
            "Before it could go live, {} was fitted on everything known at {}: {} known outcomes, where the fit that "
            "was measured on unseen rows had {}.",
            name, until, known, measured,
        ),
        weight=2,
        actor=entry.actor,
    )  # fmt: skip


def describe_versions(records: Records, entry: Entry, record: VersionsRecord) -> Iterator[Claim]:
    """Claims on golden requests under other versions; none for the versions of the fit."""
    del records
    if record.equal is None or not record.changed:
        return
    at = entry.id
    name = Name(record.candidate, f"{at}#candidate", code=True)
    asked = format_count(value(f"{at}#asked"), record.asked, "golden requests")
    changed = join_list([(Quote(one, f"{at}#changed.{place}"),) for place, one in enumerate(record.changed)])
    words = "After a change of versions ({}), {} gave the same answers to {} golden requests."
    if not record.equal:
        words = "After a change of versions ({}), {} no longer gave the same answers to {} golden requests."
    said = fill(words, changed, name, asked)
    yield Claim(section="action", topic="gate", kind="event", sentence=said, weight=3, actor=entry.actor)
