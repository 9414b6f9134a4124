"""The model card of the serving model: purpose, data, quality, costs and limitations."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence.records import StepRecord
from starcase.report.cited_settings import find_decisive_settings
from starcase.report.claim import Claim
from starcase.report.document import Block
from starcase.report.narrative import Narrative, find_champion_after
from starcase.report.pieces import Name, fill
from starcase.report.records import Records
from starcase.report.telling.case import find_incumbent_name
from starcase.report.views.sections import append_records, build_part, select_topics


def build_model_card(told: Narrative, records: Records) -> Iterator[Block]:
    """Build the card of the champion, or of the incumbent named in the case before any rollout."""
    yield from append_records(records, _build_blocks(told, records))


def _build_blocks(told: Narrative, records: Records) -> Iterator[Block]:
    name = _find_model(records)
    if name is None:
        yield from build_part("The model", (), silence="No model serves yet.")
        return
    about = fill("This card is about {}.", name)
    card = Claim(section="result", topic="card", kind="event", sentence=about)
    yield from build_part("The model", (card, *select_topics(told, "ending")))
    yield from build_part("What it is for", told.select("task"))
    yield from build_part("The data", select_topics(told, "check", "findings"))
    yield from build_part(
        "How good it is", _select_about(told, name, "contest", "experiment", "shadow"), silence="It was never compared."
    )
    yield from build_part("What it costs", _select_about(told, name, "cost"))
    yield from build_part(
        "What it had to pass", _select_about(told, name, "gate", "waiver"), silence="It has passed no gate."
    )
    yield from build_part("Its time in service", _select_about(told, name, "rollout"))


def _find_model(records: Records) -> Name | None:
    steps = [(entry, step) for entry, step in records.select(StepRecord) if step.step != "hold"]
    if steps:
        return find_champion_after(*steps[-1])
    return find_incumbent_name(find_decisive_settings(records))


def _select_about(told: Narrative, name: Name, *topics: str) -> tuple[Claim, ...]:
    named = (
        c for c in select_topics(told, *topics) if any(isinstance(p, Name) and p.text == name.text for p in c.taken)
    )
    return tuple(named)
