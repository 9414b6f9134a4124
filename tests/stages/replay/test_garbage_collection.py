"""Garbage collection is rare during a replay and restored afterwards."""

from __future__ import annotations

import gc

import pytest

from starcase.stages.replay import limit_garbage_collection


def test_the_collector_is_restored_even_after_an_error() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    seen = []

    @limit_garbage_collection()
    def fails() -> None:
        seen.append((gc.get_threshold()[0] > before[0], gc.get_freeze_count() > frozen))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert seen == [(True, True)]
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
