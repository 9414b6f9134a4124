from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from starcase.evidence import Ledger
from starcase.tables.clock import SimulatedClock


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(1), actor="test") as opened:
        yield opened
