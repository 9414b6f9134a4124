"""What somebody claimed of a new model, and the pair that answers it."""

from __future__ import annotations

from starcase.evidence import Figure
from starcase.evidence.records import ClaimAnswer
from starcase.story.claim import Claim
from starcase.story.pieces import Name, Quote, Sentence, figure, listed, say
from starcase.story.telling.metric import CLASSES

PARTS = {
    "kept": ", which is kept", "falls short": ", which is not reached", "goes the other way": ", the other way",
    "not shown": ", which is not shown", "not measured": "",
}  # fmt: skip


def answered(answer: ClaimAnswer, where: str, *, topic: str) -> Claim:
    """The claim in its own words, its answer, the changes that were measured, and how they came about."""
    became = dict(zip((wanted.name for wanted in answer.wanted), answer.parts, strict=True))
    promised = {wanted.name: (i, wanted) for i, wanted in enumerate(answer.wanted)}
    measured = [
        say(
            "{} by {} where {} was promised" + PARTS[became[f.name]],
            Name(f.name, f"{where}.changes.{i}.name"),
            figure(f, f"{where}.changes.{i}", signed=True),
            _promised(promised[f.name], where),
        )
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


def _promised(wanted: tuple[int, Figure], where: str) -> Sentence:
    place, promise = wanted
    return figure(promise, f"{where}.wanted.{place}", signed=True)
