"""Models of one's own, fitted anywhere, as artefacts that say how they are loaded."""

from __future__ import annotations

from starcase.serving.models.formats.artefact_card import CARD, ENDINGS, PICKLES, Card, bring, is_code, opened
from starcase.serving.models.formats.threshold_model import OwnModel

__all__ = ["CARD", "ENDINGS", "PICKLES", "Card", "OwnModel", "bring", "is_code", "opened"]
