"""The result type of a check of an experiment's data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityFinding:
    """The result of one check.

    Args:
        check: its name.
        blocks: whether no verdict may be read while this stands.
        affected: how many units or rows it concerns.
        of: out of how many.
        sentence: what was found, in plain words.
        p_value: where the check is a test.
        examples: the first rows concerned.
    """

    check: str
    blocks: bool
    affected: int
    of: int
    sentence: str
    p_value: float | None = None
    examples: tuple[int, ...] = ()

    @property
    def share(self) -> float:
        """The share of rows or units that is affected."""
        return self.affected / self.of if self.of else 0.0
