"""Slices with concentrated harm are named, and rarely any where harm was spread evenly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from starcase.contract.request import Answer, Request
from starcase.evidence import Figure
from starcase.stages.review import ExposureDecisions
from starcase.stages.review.concentration import find_concentrations
from starcase.testing import ToySystem

N = 400


class Told(ToySystem):
    """Gives harm and slices of decisions from the retrospect."""

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        return outcomes.select("shop", "hour", "size")

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        count = int(retrospect["harmed"].sum())
        return (Figure(name="harmed", value=count, unit="count"),)


def seen(seed: int, *, planted: float = 0.2, unit_of: int = 1) -> ExposureDecisions:
    """Harm in two decisions of ten, and in ``planted`` of those of shop a; ``unit_of`` decisions a unit."""
    rng = np.random.default_rng(seed)
    ways = {
        "shop": rng.choice(list("abcd"), N),
        "hour": rng.choice(list("efgh"), N),
        "size": rng.choice(list("ijk"), N),
    }
    risk = np.where(ways["shop"] == "a", planted, 0.2)
    rows = pl.DataFrame(ways).with_columns(harmed=pl.Series(rng.random(N) < risk))
    answers = [Answer("block", 1.0)] * N
    requests = [Request(f"r{i}", f"u{i // unit_of}", i, {}) for i in range(N)]
    return ExposureDecisions(Told(), requests, answers, answers, rows, 0)


def test_harmed_decisions_are_found_one_by_one() -> None:
    given = seen(1)
    assert given.harmed.tolist() == given.retrospect["harmed"].to_list()


def test_the_harmed_slice_comes_first() -> None:
    found = find_concentrations(seen(2, planted=0.6), seed=0)
    assert found[0].what == "harm concentrated in shop a"


@pytest.mark.simulation
def test_evenly_spread_harm_is_blamed_on_no_slice() -> None:
    """At 5 % for the whole family, 60 runs give more than 8 with a chance below 0.5 % (binomial)."""
    blamed = sum(bool(find_concentrations(seen(seed, unit_of=2), seed=seed)) for seed in range(60))
    assert blamed <= 8


def test_slices_too_small_to_judge_are_left_out() -> None:
    given = seen(3)
    few = given.retrospect.with_columns(
        shop=pl.when(pl.int_range(N) < 10).then(pl.lit("tiny")).otherwise(pl.lit("rest")),
        hour=pl.lit("all"), size=pl.lit("all"), harmed=pl.int_range(N) < 10,
    )  # fmt: skip
    assert (
        find_concentrations(ExposureDecisions(Told(), given.requests, given.served, given.instead, few, 0), seed=0)
        == ()
    )
