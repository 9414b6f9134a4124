"""The memory of one piece of work is its own: not that of a larger one before it."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from starcase.stages.contest.resource_usage import measure_usage


def filled(mb: float) -> float:
    return float(np.ones(int(mb * 1e6 / 8)).sum())


def test_the_result_is_the_work_s_own() -> None:
    assert measure_usage(lambda: filled(8)).result == 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak of a process never falls")
def test_a_small_piece_after_a_large_one_counts_by_itself() -> None:
    large, small = measure_usage(lambda: filled(200)).memory_mb, measure_usage(lambda: filled(20)).memory_mb
    assert large == pytest.approx(200, abs=10)
    assert small == pytest.approx(20, abs=5)
