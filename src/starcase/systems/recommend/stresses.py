"""Stress scenarios of the recommender system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from starcase.contract.request import Request, Scalar
from starcase.systems.recommend.history import FEATURE, decode_history

LOST = 0.5


def build_stresses(requests: Sequence[Request], rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
    """Build requests with half of the histories lost, only the last basket known, and only unknown items.

    Args:
        requests: (n,) the users.
        rng: draws the lost histories.
    """
    lost = rng.random(len(requests)) < LOST
    return {
        "half of the histories lost": [
            _replace_history(r, None) if gone else r for r, gone in zip(requests, lost, strict=True)
        ],
        "only the last basket known": [_replace_history(r, _encode_moments(_read_moments(r)[-1:])) for r in requests],
        "unknown items only": [
            _replace_history(
                r, _encode_moments([(at, [f"?{item}" for item in items]) for at, items in _read_moments(r)])
            )
            for r in requests
        ],
    }


def _read_moments(request: Request) -> list[tuple[int, list[str]]]:
    return decode_history(request.features.get(FEATURE))


def _encode_moments(moments: list[tuple[int, list[str]]]) -> str:
    return msgspec.json.encode(moments).decode()


def _replace_history(request: Request, history: Scalar) -> Request:
    return Request(request.id, request.unit, request.at, {**request.features, FEATURE: history})
