"""Formats of models fitted outside Starcase, as artefacts that state how they are loaded."""

from __future__ import annotations

from starcase.serving.models.formats.artefact_card import (
    CARD,
    ENDINGS,
    PICKLES,
    Card,
    build_artefact,
    is_code,
    load_artefact,
)
from starcase.serving.models.formats.threshold_model import ThresholdModel

__all__ = ["CARD", "ENDINGS", "PICKLES", "Card", "ThresholdModel", "build_artefact", "is_code", "load_artefact"]
