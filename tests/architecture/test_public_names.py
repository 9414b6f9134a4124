from __future__ import annotations

import importlib
from pathlib import Path

import starcase

GOLDEN = Path(__file__).parent / "public_names.txt"
ROOMS = ("starcase", "starcase.evidence", "starcase.systems.recommend", "starcase.testing", "starcase.app")


def test_public_names_change_only_with_the_list() -> None:
    shown = [f"{room}: {name}" for room in ROOMS for name in importlib.import_module(room).__all__]
    assert shown == GOLDEN.read_text().splitlines(), "a public name came or went: change the list with it"


def test_lists_of_names_are_sorted_and_true() -> None:
    for room in ROOMS:
        module = importlib.import_module(room)
        ordered = sorted(module.__all__, key=lambda name: (name.islower(), name))
        assert list(module.__all__) == ordered, room
        assert all(hasattr(module, name) for name in module.__all__), room


def test_the_front_door_is_small() -> None:
    assert len(starcase.__all__) <= 50
    assert set(starcase.__all__) <= set(dir(starcase))
    assert not hasattr(starcase, "Nothing")
