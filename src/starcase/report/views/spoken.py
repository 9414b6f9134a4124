"""A spoken answer of two to three minutes: the most important sentences of each section, without intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from starcase.report.claim import SECTIONS, Claim, Section
from starcase.report.document import Block, Heading, group_claims
from starcase.report.narrative import Narrative
from starcase.report.pieces import Number, Piece, Sentence, render_plain
from starcase.report.records import Records
from starcase.report.speech import count_spoken_words

HEARD = 3  # what weighs less is left to the page
BUDGETS: dict[Section, int] = {"situation": 65, "task": 60, "action": 170, "result": 75, "reflection": 60}
INTERVAL = 7  # pieces of " (95 % interval 1 % to 2 %)": words and numbers in turn


def build_spoken(told: Narrative, records: Records) -> Iterator[Block]:
    """Each section within its share of the time."""
    del records
    for section in SECTIONS:
        yield Heading(2, section.capitalize())
        yield from group_claims(select_claims(told.select(section), BUDGETS[section]), topics=False)


def select_claims(claims: Sequence[Claim], budget: int) -> tuple[Claim, ...]:
    """The claims worth saying within a budget of spoken words, in the order of the story.

    What weighs more goes first, and of two that weigh the same the shorter; the first of all is always said.
    """
    heard = [c for c in claims if c.weight >= HEARD and c.form != "row"] or [c for c in claims if c.form != "row"]
    brief = [
        (place, replace(c, sentence=c.brief or remove_intervals(c.sentence), form="sentence"))
        for place, c in enumerate(heard)
    ]
    ranked = sorted(brief, key=lambda one: (-one[1].weight, count_spoken_words(render_plain(one[1].sentence)), one[0]))
    kept: list[tuple[int, Claim]] = []
    left = budget
    for place, claim in ranked:
        words = count_spoken_words(render_plain(claim.sentence))
        if not kept or words <= left:
            kept.append((place, claim))
            left -= words
    return tuple(claim for _, claim in sorted(kept, key=lambda one: one[0]))


def remove_intervals(sentence: Sentence) -> Sentence:
    """The sentence without its intervals; the verb was licensed with them."""
    pieces = list(sentence)
    short: list[Piece] = []
    while pieces:
        if _is_interval(pieces):
            del pieces[: INTERVAL - 1]
            pieces[0] = str(pieces[0]).removeprefix(")")
            continue
        short.append(pieces.pop(0))
    return tuple(short)


def _is_interval(pieces: Sequence[Piece]) -> bool:
    match pieces:
        case [" (", Number(), str() as interval, Number(), " to ", Number(), str() as after, *_]:
            return interval.startswith(" interval ") and after.startswith(")")
    return False
