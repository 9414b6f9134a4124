"""Analyse the logged decisions of a policy that learns: its choices by segment and the value of each choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from starcase.contract.logged_propensity import PROPENSITY
from starcase.errors import NotIdentifiable
from starcase.evidence import Figure, Outcome
from starcase.evidence.decisions import ServedDecision
from starcase.evidence.records import Question
from starcase.inference.policies import PolicyLog, estimate_while_learning
from starcase.stages.analysis.rates import build_figure

LEVEL, FEWEST = 0.95, 100


def collect_draws(told: Sequence[tuple[ServedDecision, Outcome]]) -> pl.DataFrame:
    """Collect one row for each randomised decision, in the order of the log.

    Columns: ``outcome``, ``source``, ``segment``, ``propensity`` and the ``chances`` of all choices, as the answers'
    ``content`` tells them; answers that were not drawn are left out.
    """
    rows = []
    for served, outcome in sorted(told, key=lambda one: one[0].seq):
        content = served.content
        if isinstance(content, Mapping) and isinstance(content.get("chances"), Mapping) and len(content["chances"]) > 1:  # type: ignore[arg-type]
            rows.append((outcome.value, content["source"], content["segment"], content[PROPENSITY], content["chances"]))
    columns = ["outcome", "source", "segment", PROPENSITY, "chances"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def summarize_decisions(rows: pl.DataFrame) -> Iterator[Question]:
    """Summarise the policy's choices by segment, its outcome rate, and the rate of each constant choice.

    Its decisions depend on earlier outcomes, so means by choice are biased and omitted: each outcome is weighted by
    the probability that was logged, and intervals hold whatever was learnt.

    Args:
        rows: as ``collect_draws`` gives them.
    """
    if rows.height < FEWEST:
        why = f"{rows.height} randomised decisions have outcomes; at least {FEWEST} are needed"
        yield Question(question="while learning", refused=why)
        return
    late = rows[rows.height // 2 :]
    for (segment,), mine in sorted(late.group_by("segment"), key=lambda one: str(one[0])):
        shown = mine["source"].value_counts().sort("source")
        figures = tuple(
            Figure(name=f"shown {source}", value=count / mine.height, unit="share", n=mine.height)
            for source, count in shown.iter_rows()
        )
        yield Question(question="choices, later half", part=str(segment), figures=figures)
    yield _estimate_policy_values(rows)


def _estimate_policy_values(rows: pl.DataFrame) -> Question:
    chances = rows["chances"].struct.unnest()
    most = 1.0 / float(chances.to_numpy().min())
    reward, logged = rows["outcome"].to_numpy(), rows["propensity"].to_numpy()
    own = PolicyLog.from_arrays(reward=reward, logged=logged, target=logged)
    figures = [
        build_figure(
            estimate_while_learning(own, most=1.0, level=LEVEL), "what the policy brought", evidence_class="off-policy"
        )
    ]
    for source in chances.columns:
        target = (rows["source"] == source).to_numpy().astype(np.float64)
        log = PolicyLog.from_arrays(reward=reward, logged=logged, target=target)
        try:
            found = estimate_while_learning(log, most=most, level=LEVEL)
        except NotIdentifiable as refused:
            return Question(question="while learning", figures=tuple(figures), refused=refused.what)
        figures.append(build_figure(found, f"always {source}", evidence_class="off-policy"))
    said = "weighted by logged probabilities; means by choice of a policy that learns are biased; this is no experiment"
    return Question(question="while learning", figures=tuple(figures), said=said)
