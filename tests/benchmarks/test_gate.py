"""Planted leaks are found and named with rows and value; clean data give no alarm; a weak slice is found."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest
from benchmarks.gate.__main__ import HARM, Rate, first_three
from benchmarks.gate.planted import APART, PLANTS, Wide, clean, natural, planted
from benchmarks.gate.weak import true_loss, weak

from starcase.contract.system import GateEvidence
from starcase.stages.gate.leakage import Leakage
from starcase.stages.gate.slices import Slices
from starcase.testing.toy import ToyCandidate


@pytest.mark.parametrize("leak", PLANTS)
def test_a_planted_leak_is_found_and_named(leak: str) -> None:
    plant, dataset, said = PLANTS[leak]
    result = Leakage(apart=leak == APART).check(planted(plant, dataset))
    assert (result.outcome, said in result.why) == ("failed", True), result.why
    assert result.figures


@pytest.mark.simulation
@pytest.mark.parametrize("leak", PLANTS)
def test_nineteen_of_twenty_planted_leaks_are_found(leak: str) -> None:
    """Of twenty, where 99 % are found, fewer than nineteen have a chance below 2 % (binomial)."""
    plant, dataset, said = PLANTS[leak]
    gate = Leakage(apart=leak == APART)
    assert sum(said in gate.check(planted(plant, dataset, seed=seed)).why for seed in range(20)) >= 19


@pytest.mark.simulation
@pytest.mark.parametrize("data", [clean, natural])
def test_clean_data_give_no_alarm(data: str) -> None:
    """Sixty clean sets; at 2 % false alarms, four or more have a chance below 4 % (binomial)."""
    assert sum(Leakage().check(planted(data, seed=seed)).outcome != "passed" for seed in range(60)) <= 3  # type: ignore[arg-type]


def test_repeated_units_are_a_leak_only_if_the_case_declares_it() -> None:
    plant, dataset, _ = PLANTS[APART]
    assert Leakage().check(planted(plant, dataset)).outcome == "passed"


def test_copied_rows_are_named_with_their_equal_columns() -> None:
    plant, dataset, _ = PLANTS["copies over the split"]
    result = Leakage().check(planted(plant, dataset))
    assert "equal in x, noise" in result.why
    assert "and 147 more)" in result.why


@dataclass(frozen=True, slots=True)
class Told(Wide):
    """The outcome with noise as a feature, which nobody will have when it is asked for."""


def cheating(noise: float) -> GateEvidence:
    """A model that looks at nothing but the outcome with a little noise."""
    given = planted(
        lambda rows, rng: rows.with_columns(y=2 * pl.col("bad") - 1 + noise * pl.Series(rng.normal(size=rows.height))),
        Told,
    )
    candidate = ToyCandidate("cheat", 2, "y", 4.0)
    model = candidate.fit(given.dataset.train(given.fold), rng=np.random.default_rng(0))
    return replace(given, candidate=candidate, model=model, answers=model.decide(given.requests))


def test_leak_value_is_the_loss_of_the_objective_without_it() -> None:
    """Without its feature the model guesses: its squared error rises by about the chance of guessing wrong."""
    given = cheating(0.1)
    result = Leakage().check(given)
    worth = next(figure for figure in result.figures if figure.name == "squared_error owed to y")
    bad = given.outcomes["outcome"].drop_nulls().mean()
    assert isinstance(bad, float)
    assert worth.low is not None
    assert worth.high is not None
    assert worth.low < 2 * bad * (1 - bad) * (1 / (1 + np.exp(-4.0))) < worth.high
    assert "of squared_error" in result.why


def test_leak_only_in_training_has_unknown_value() -> None:
    plant, dataset, _ = PLANTS["outcomes before they were known"]
    assert "only by training again" in Leakage().check(planted(plant, dataset)).why


@pytest.mark.simulation
def test_weak_slice_of_five_percent_is_among_the_first_three() -> None:
    """Of forty, where 97 % are found, fewer than 36 have a chance below 1 % (binomial)."""
    assert sum(map(first_three, range(40))) >= 36


def test_harm_in_a_weak_slice_uses_the_unit_of_the_objective() -> None:
    given = weak(3, harm=HARM)
    result = Slices(metric="squared_error").check(given)
    (metric,) = [m for m in given.system.metrics(given.case) if m.name == "squared_error"]
    assert result.observed is not None
    assert result.observed.value == pytest.approx(true_loss(given, metric))
    assert result.observed.unit == metric.unit


def test_rate_is_compared_with_its_goal() -> None:
    assert Rate("found", 19, 20, 0.95).met
    assert not Rate("alarm", 3, 100, 0.02, at_most=True).met
