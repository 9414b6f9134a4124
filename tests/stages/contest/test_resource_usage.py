"""The peak memory of a piece of work does not include an earlier, larger one."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from starcase.stages.contest.resource_usage import measure_usage


def filled(mb: float) -> float:
    return float(np.ones(int(mb * 1e6 / 8)).sum())


def test_usage_holds_the_result_of_the_work() -> None:
    assert measure_usage(lambda: filled(8)).result == 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak of a process never falls")
def test_peak_memory_of_a_small_piece_ignores_an_earlier_large_one() -> None:
    large, small = measure_usage(lambda: filled(200)).memory_mb, measure_usage(lambda: filled(20)).memory_mb
    assert large == pytest.approx(200, abs=10)
    assert small == pytest.approx(20, abs=5)
