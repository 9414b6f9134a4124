from __future__ import annotations

import numpy as np
import pytest

from starcase.errors import NotIdentifiable
from starcase.stages.analysis.seasonality import compute_seasonal_shares
from starcase.tables.clock import DAY


def test_a_year_of_history_has_no_yearly_season() -> None:
    days = np.arange(364) * DAY
    with pytest.raises(NotIdentifiable, match=r"1\.0 cycles of 365 days"):
        compute_seasonal_shares(days, period=365 * DAY, parts=12)
    assert compute_seasonal_shares(days, period=7 * DAY, parts=7) == pytest.approx(1 / 7)


def test_unobserved_parts_give_no_season() -> None:
    winters = np.concatenate([np.arange(60), np.arange(365, 425), np.arange(730, 790)]) * DAY
    with pytest.raises(NotIdentifiable, match="at least half of their parts"):
        compute_seasonal_shares(winters, period=365 * DAY, parts=12)


def test_an_observed_part_without_interactions_counts_as_seasonal() -> None:
    open_days = np.array([day for day in range(70) if day % 7 != 5]) * DAY
    assert compute_seasonal_shares(open_days, period=7 * DAY, parts=7)[5] == 0
