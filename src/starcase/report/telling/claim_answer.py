"""Claims of an external claim about a new model, and its answer."""

from __future__ import annotations

from starcase.evidence.records import ClaimAnswer
from starcase.report.claim import Claim
from starcase.report.pieces import Name, Quote, Sentence, fill, format_figure, join_list
from starcase.report.telling.metric import CLASSES

PARTS = {
    "kept": ", which is kept", "falls short": ", which is not reached", "goes the other way": ", the other way",
    "not shown": ", which is not shown", "not measured": "",
}  # fmt: skip


def describe_claim_answer(answer: ClaimAnswer, where: str, *, topic: str) -> Claim:
    """Claims that quote the claim and give its answer, the measured changes and their origin."""
    measured = [_describe_change(answer, i, where) for i in range(len(answer.changes))]
    how = CLASSES[answer.changes[0].evidence_class if answer.changes else "offline"]
    said = fill(
        "The claim {} is answered {}: " + how[0].lower() + how[1:] + ", {} differs from {} in {}.",
        Quote(answer.claim, f"{where}.claim"),
        Name(answer.verdict, f"{where}.verdict", code=True),
        Name(answer.candidate, f"{where}.candidate", code=True),
        Name(answer.against, f"{where}.against", code=True),
        join_list(measured) if measured else ("nothing that was measured",),
    )
    return Claim(section="result", topic=topic, kind="comparison", sentence=said, weight=4)


def _describe_change(answer: ClaimAnswer, place: int, where: str) -> Sentence:
    """A row with the measured change, the claimed change and the result."""
    found = answer.changes[place]
    name = Name(found.name, f"{where}.changes.{place}.name")
    measured = fill("{} by {}", name, format_figure(found, f"{where}.changes.{place}", signed=True))
    wanted = next((i for i, one in enumerate(answer.wanted) if one.name == found.name), None)
    if wanted is None:
        return measured
    promised = format_figure(answer.wanted[wanted], f"{where}.wanted.{wanted}", signed=True)
    return fill("{} where {} was promised" + PARTS[answer.parts[wanted]], measured, promised)
