"""The layout of a story: headings, paragraphs, lists, tables and quotations, independent of the format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from starcase.report.charts import Chart
from starcase.report.claim import Claim, Form
from starcase.report.pieces import Quote

KINDS = {
    "star": "A case, told from its ledger",
    "memo": "Decision memo",
    "post-mortem": "Post-mortem",
    "model-card": "Model card",
    "spoken": "To be spoken",
    **{f"question-{n}": "An answer" for n in range(1, 9)},
}
TOPICS = {
    "contest": "The contest",
    "cost": "What each of them costs",
    "choice": "The choice",
    "settings": "What was changed after a result",
    "gate": "The gates",
    "waiver": "The gates",
    "rollout": "The rollout",
    "plan": "The rollout",
    "shadowing": "The rollout",
    "shadow": "In the shadow",
    "experiment": "The experiment",
    "replay": "The replay",
    "review": "The review",
    "harm": "What it did",
    "lesson": "The lesson",
    "ending": "How it ended",
    "findings": "What was found in the data",
    "records": "The records",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 names a section, level 3 a topic."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring claims of one form: a paragraph, a list, a table, or quotations."""

    form: Form
    claims: tuple[Claim, ...]

    @property
    def head(self) -> tuple[str, ...]:
        """Titles of the columns, for a table."""
        return self.claims[0].head


Block = Heading | Group | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A view of a case, ready to be written in any format.

    Args:
        title: of the case, quoted.
        view: which view it is.
        blocks: in order.
        head: hash of the last record it rests on.
        teller: whose story it is; empty without a first-person teller.
    """

    title: Quote
    view: str
    blocks: tuple[Block, ...]
    head: str
    teller: str = ""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim in it, in order."""
        return tuple(claim for block in self.blocks if isinstance(block, Group) for claim in block.claims)


def group_claims(claims: Sequence[Claim], *, topics: bool = True) -> Iterator[Block]:
    """Claims as blocks: neighbours of one topic under its heading, neighbours of one form together."""
    for (title, _), same in groupby(claims, key=_find_heading):
        if topics and title:
            yield Heading(3, title)
        for (form, _), run in groupby(same, key=lambda claim: (claim.form, claim.head)):
            yield Group(form, tuple(run))


def _find_heading(claim: Claim) -> tuple[str, str]:
    """Return the heading of a claim; a claim without one is grouped by its topic."""
    title = TOPICS.get(claim.topic, "")
    return title, "" if title else claim.topic
