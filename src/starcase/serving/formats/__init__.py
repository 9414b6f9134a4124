"""Models of one's own, fitted anywhere, as artefacts that say how they are loaded."""

from __future__ import annotations

from starcase.serving.formats.model import OwnModel
from starcase.serving.formats.own import CARD, ENDINGS, PICKLES, Card, bring, is_code, opened

__all__ = ["CARD", "ENDINGS", "PICKLES", "Card", "OwnModel", "bring", "is_code", "opened"]
