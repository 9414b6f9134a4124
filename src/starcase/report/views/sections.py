"""A part of a view: a heading over the claims that belong there, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starcase.report.claim import Claim
from starcase.report.document import Block, Group, Heading, grouped
from starcase.report.narrative import Narrative, appendix
from starcase.report.records import Records


def part(title: str, claims: Iterable[Claim], *, silence: str = "", topics: bool = False) -> Iterator[Block]:
    """A headed part; where it holds no claim, what ``silence`` says, and no part where that is empty too."""
    chosen = tuple(claims)
    if not chosen and silence:
        chosen = (Claim(section="result", topic="silence", kind="event", sentence=(silence,)),)
    if chosen:
        yield Heading(2, title)
        yield from grouped(chosen, topics=topics)


def on(told: Narrative, *topics: str, least: int = 1) -> tuple[Claim, ...]:
    """The claims on some topics that weigh at least so much, in the order of the story."""
    return tuple(claim for claim in written(told.claims) if claim.topic in topics and claim.weight >= least)


def written(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims of a view with tables, which say what is otherwise said aloud."""
    return tuple(claim for claim in claims if not claim.aloud)


def records_of(records: Records, blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, and after them every record they rest on."""
    given = tuple(blocks)
    yield from given
    claims = [claim for block in given if isinstance(block, Group) for claim in block.claims]
    yield Heading(2, "Records")
    yield from grouped(tuple(appendix(records, claims)), topics=False)
