"""Proof that a model may serve real units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """Made by ``gate.clear`` from the ledger, and checked against the ledger again by the rollout.

    Args:
        candidate: the candidate's name.
        model: hash of the model that may serve.
        evidence: ids of the gate record and of every waiver it rests on.
        hashes: the hashes of those records; a forged clearance does not match the chain.
        until: when the earliest waiver runs out, microseconds UTC; None without waivers.
        measured: hash of the fit that gates judged on unseen rows in place of ``model``.
    """

    candidate: str
    model: str
    evidence: tuple[str, ...]
    hashes: tuple[str, ...]
    until: int | None = None
    measured: str = ""

    def is_valid_for(self, candidate: str, model: str, at: int) -> bool:
        """Return whether this clearance is for ``model`` of ``candidate`` and in force at ``at``."""
        return (self.candidate, self.model) == (candidate, model) and (self.until is None or at < self.until)
