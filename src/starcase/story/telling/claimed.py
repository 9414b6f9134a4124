"""What somebody claimed of a new model, and the pair that answers it."""

from __future__ import annotations

from starcase.evidence.records import ClaimAnswer
from starcase.story.claim import Claim
from starcase.story.pieces import Name, Quote, figure, listed, say
from starcase.story.telling.metric import CLASSES


def answered(answer: ClaimAnswer, where: str, *, topic: str) -> Claim:
    """The claim in its own words, its answer, the changes that were measured, and how they came about."""
    measured = [
        say("{} by {}", Name(f.name, f"{where}.changes.{i}.name"), figure(f, f"{where}.changes.{i}", signed=True))
        for i, f in enumerate(answer.changes)
    ]
    how = CLASSES[answer.changes[0].evidence_class if answer.changes else "offline"]
    said = say(
        "The claim {} is answered {}: " + how[0].lower() + how[1:] + ", {} differs from {} in {}.",
        Quote(answer.claim, f"{where}.claim"),
        Name(answer.verdict, f"{where}.verdict", code=True),
        Name(answer.candidate, f"{where}.candidate", code=True),
        Name(answer.against, f"{where}.against", code=True),
        listed(measured) if measured else ("nothing that was measured",),
    )
    return Claim(section="result", topic=topic, kind="comparison", sentence=said, weight=4)
