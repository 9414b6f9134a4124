"""Versions of Python, of Starcase and of the libraries that compute answers."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version

COMPUTING = (
    "starcase", "numpy", "scipy", "polars", "lightgbm", "scikit-learn", "skops", "onnxruntime", "torch", "implicit",
    "faiss-cpu",
)  # fmt: skip


def list_versions(imported: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """Return Python, Starcase and every installed library that computes answers, with its version, sorted.

    Args:
        imported: top-level modules that a user's own code imports; their distributions are included.

    >>> [name for name, _ in list_versions() if name in {"python", "numpy"}]
    ['numpy', 'python']
    """
    named = {*COMPUTING, *(one for top in imported for one in _load_distributions().get(top, ()))}
    found = {name: _find_version(name) for name in named}
    found["python"] = platform.python_version()
    return tuple(sorted((name, value) for name, value in found.items() if value))


def compare_versions(before: Iterable[tuple[str, str]], now: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the differences as text, including libraries that were added or removed.

    >>> compare_versions([("numpy", "1.26"), ("torch", "2.1")], [("numpy", "2.0")])
    ('numpy 1.26 -> 2.0', 'torch 2.1 -> none')
    """
    old, new = dict(before), dict(now)
    return tuple(
        f"{name} {old.get(name, 'none')} -> {new.get(name, 'none')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    )


@cache
def _load_distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def _find_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
