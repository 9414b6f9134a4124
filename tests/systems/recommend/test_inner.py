"""Inner folds: consecutive spans at the end of training time, each trained on all earlier rows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from starcase.contract.system import Fold
from starcase.errors import DataError
from starcase.systems.recommend.folds import split_inner_folds

OUTER = Fold(name="fold-1", train_end=800, test_start=800, test_end=1_000, known_by=1_000)


@pytest.mark.parametrize("count", [1, 3, 5, 9])
def test_each_inner_fold_is_a_tenth_and_all_are_at_most_half(count: int) -> None:
    found = split_inner_folds(OUTER, np.arange(1_000), count=count)
    assert len(found) == count
    assert found[-1].test_end == found[-1].known_by == OUTER.train_end
    assert found[0].train_end == 800 - min(80 * count, 400)
    for before, after in pairwise(found):
        assert before.train_end == before.test_start < before.test_end == after.train_end
    assert len({one.name for one in found}) == count


def test_equal_moments_give_fewer_inner_folds_and_one_moment_is_refused() -> None:
    days = np.repeat(np.arange(4) * 250, 250)
    assert [one.train_end for one in split_inner_folds(OUTER, days, count=3)] == [500, 750]
    with pytest.raises(DataError, match="one moment only"):
        split_inner_folds(OUTER, np.zeros(90, dtype=np.int64), count=3)
