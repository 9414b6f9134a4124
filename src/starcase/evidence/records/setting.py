"""Records of the settings of case.toml that decided a verdict, and of changed settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of case.toml and its value; a list is kept as TOML writes it.

    ``key`` names a table of several by its name or metric: ``guardrails.recall.margin``.
    """

    key: str
    value: str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """One key of case.toml whose value was changed; ``"not set"`` where the key was missing."""

    key: str
    before: str
    now: str
