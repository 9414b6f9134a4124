"""Segments are large enough and stable, or there are none."""

from __future__ import annotations

import numpy as np
import pytest

from starcase.errors import NotIdentifiable
from starcase.stages.analysis.segments import find_segments


def named(one: object, everybody: object) -> str:
    del everybody
    return str(one)


def whales(share: float, n: int = 1_000) -> np.ndarray:
    """Units that are all alike except a few with a thousand times as much."""
    rng = np.random.default_rng(1)
    few = int(share * n)
    return np.concatenate([rng.lognormal(2.0, 0.2, (n - few, 2)), rng.lognormal(9.0, 0.2, (few, 2))])


def test_a_few_wholesalers_are_no_segment() -> None:
    """A clear, stable cluster of 2 % of the units is refused at a minimum of 5 % and found at 1 %."""
    with pytest.raises(NotIdentifiable, match=r"smallest 2\.0%"):
        find_segments(whales(0.02), named, seed=1, most=2)
    assert find_segments(whales(0.02), named, seed=1, most=2, smallest=0.01).shares.min() == pytest.approx(0.02)
    assert find_segments(whales(0.2), named, seed=1, most=2).shares.min() == pytest.approx(0.2)


def test_an_unstable_cluster_is_no_segment() -> None:
    blob = np.exp(np.random.default_rng(2).normal(2.0, 0.5, (400, 2)))
    with pytest.raises(NotIdentifiable, match="agreement"):
        find_segments(blob, named, seed=1, most=5, agreement=0.95)
