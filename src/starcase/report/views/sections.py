"""Sections of a view: a heading with its claims, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starcase.report.claim import Claim
from starcase.report.document import Block, Group, Heading, group_claims
from starcase.report.narrative import Narrative, list_cited_records
from starcase.report.records import Records


def build_part(title: str, claims: Iterable[Claim], *, silence: str = "", topics: bool = False) -> Iterator[Block]:
    """Return a section with heading; without claims, the text ``silence``; nothing if that is empty too."""
    chosen = tuple(claims)
    if not chosen and silence:
        chosen = (Claim(section="result", topic="silence", kind="event", sentence=(silence,)),)
    if chosen:
        yield Heading(2, title)
        yield from group_claims(chosen, topics=topics)


def select_topics(told: Narrative, *topics: str, least: int = 1) -> tuple[Claim, ...]:
    """The claims on some topics that weigh at least so much, in the order of the story."""
    return tuple(claim for claim in select_written(told.claims) if claim.topic in topics and claim.weight >= least)


def select_written(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the claims for a written view, with tables in place of spoken sentences."""
    return tuple(claim for claim in claims if not claim.aloud)


def append_records(records: Records, blocks: Iterable[Block]) -> Iterator[Block]:
    """Return the blocks followed by a list of their records."""
    given = tuple(blocks)
    yield from given
    claims = [claim for block in given if isinstance(block, Group) for claim in block.claims]
    yield Heading(2, "Records")
    yield from group_claims(tuple(list_cited_records(records, claims)), topics=False)
