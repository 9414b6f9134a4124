"""Models compared on recorded data: on the same rows, over splits, in time."""

from __future__ import annotations

from starcase.inference.models.bootstrap import FEWEST_UNITS, Resampling, compute_percentile_interval
from starcase.inference.models.delong import delong
from starcase.inference.models.diebold_mariano import diebold_mariano
from starcase.inference.models.nadeau_bengio import nadeau_bengio
from starcase.inference.models.time_blocks import assign_time_blocks

__all__ = [
    "FEWEST_UNITS",
    "Resampling",
    "assign_time_blocks",
    "compute_percentile_interval",
    "delong",
    "diebold_mariano",
    "nadeau_bengio",
]
