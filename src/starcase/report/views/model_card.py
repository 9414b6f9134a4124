"""The card of the model that serves: what for, on which data, how good, what it costs, where it must not be trusted."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence.records import StepRecord
from starcase.report.cited_settings import wording_told
from starcase.report.claim import Claim
from starcase.report.document import Block
from starcase.report.narrative import Narrative, champion_after
from starcase.report.pieces import Name, say
from starcase.report.records import Records
from starcase.report.telling.case import incumbent_name
from starcase.report.views.sections import on, part, records_of


def model_card(told: Narrative, records: Records) -> Iterator[Block]:
    """Of the champion; of the incumbent named in the case while nobody has been installed."""
    yield from records_of(records, _model_card(told, records))


def _model_card(told: Narrative, records: Records) -> Iterator[Block]:
    name = _model(records)
    if name is None:
        yield from part("The model", (), silence="No model serves yet.")
        return
    about = say("This card is about {}.", name)
    card = Claim(section="result", topic="card", kind="event", sentence=about)
    yield from part("The model", (card, *on(told, "ending")))
    yield from part("What it is for", told.of("task"))
    yield from part("The data", on(told, "check", "findings"))
    yield from part(
        "How good it is", _about(told, name, "contest", "experiment", "shadow"), silence="It was never compared."
    )
    yield from part("What it costs", _about(told, name, "cost"))
    yield from part("What it had to pass", _about(told, name, "gate", "waiver"), silence="It has passed no gate.")
    yield from part("Its time in service", _about(told, name, "rollout"))


def _model(records: Records) -> Name | None:
    steps = [(entry, step) for entry, step in records.of(StepRecord) if step.step != "hold"]
    if steps:
        return champion_after(*steps[-1])
    return incumbent_name(wording_told(records))


def _about(told: Narrative, name: Name, *topics: str) -> tuple[Claim, ...]:
    named = (c for c in on(told, *topics) if any(isinstance(p, Name) and p.text == name.text for p in c.taken))
    return tuple(named)
