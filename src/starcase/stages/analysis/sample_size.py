"""Estimate the sample size of an experiment from a log."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from starcase.evidence import Figure
from starcase.evidence.records import Question
from starcase.inference import FixedTest, ProportionNoise
from starcase.stages.analysis.log_table import Table

ALPHA, POWER = 0.05, 0.8


def estimate_sample_sizes(table: Table) -> Iterator[Question]:
    """Estimate the units per arm that detect a relative increase of the rate in a test with one look."""
    base = float(table.outcome.mean())
    if not table.spec.lifts:
        return
    if not 0 < base < 1:
        yield Question(question="size", part=table.part, refused=f"the rate is {base:g}; it must lie between 0 and 1")
        return
    test = FixedTest(noise=ProportionNoise(base), alpha=ALPHA)
    possible = [lift for lift in table.spec.lifts if base * (1 + lift) < 1]
    figures = tuple(
        Figure(name=f"units an arm for {base:.2%} to rise by {lift:.3g} of itself", unit="count", n=len(table),
               value=ceil(test.units(base * lift, POWER) / 2))
        for lift in possible
    )  # fmt: skip
    said = f"two-sided at {ALPHA:g}, power {POWER:g}, equal arms, one look; sequential looks need a few more units"
    yield Question(question="size", part=table.part, figures=figures, said=said)
