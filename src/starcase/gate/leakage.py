"""Does training know what it should not? Planted, copied, dated or told by a feature."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.case.request import features_of
from starcase.case.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.gate.judgement import at_most, unknown
from starcase.gate.leaks import Leak, Split, name_leaks, outcome_leaks, time_leaks, twin_leaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """Nothing of the test span, and no outcome before its time, has gone into training.

    Looked for: rows of the test span in training, outcomes known after the end of training or before the decision,
    copies of training rows in the test span, features that are a clock or a name, features that give the outcome away
    alone, and features that know the outcome in training and not in the test span.

    Args:
        duplicates: the share of test requests that may be copies of training rows, beyond the share of training rows
            that are copies of earlier ones.
        alone: how well one feature alone may order the outcomes, 0 to 1: the Gini coefficient of a binary outcome,
            Spearman's correlation of a real one.
        drop: how much of it a feature that is strong in training may lose in the test span.
        rows: training rows needed before anything is said.

    >>> Leakage(alone=0.9).required
    'at most 0.02 of the requests copied, no feature alone above 0.9, none losing more than 0.5 of its strength'
    """

    duplicates: float = 0.02
    alone: float = 0.99
    drop: float = 0.5
    rows: int = 100
    name: str = "leakage"

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"at most {self.duplicates:g} of the requests copied, no feature alone above {self.alone:g}, "
            f"none losing more than {self.drop:g} of its strength"
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """The number of leaks found, each with its figure."""
        split = self._split(evidence)
        if split.rows.height < self.rows:
            return unknown(self, f"{split.rows.height} training rows, {self.rows} are needed")
        if not evidence.requests:
            return unknown(self, "there is no request in the test span")
        leaks: list[Leak] = [
            *time_leaks(split),
            *twin_leaks(split, duplicates=self.duplicates),
            *name_leaks(split),
            *outcome_leaks(split, alone=self.alone, drop=self.drop),
        ]
        found = Figure(name="leaks found", value=len(leaks), unit="count", n=split.rows.height)
        why = "; ".join(leak.what for leak in leaks) or "nothing that should not be known was found in training"
        return at_most(self, found, 0, why=why, figures=tuple(leak.figure for leak in leaks))

    @staticmethod
    def _split(evidence: GateEvidence) -> Split:
        return Split(
            fold=evidence.fold,
            rows=evidence.dataset.training_rows(evidence.fold).sort("at", maintain_order=True),
            ids=[str(name) for name in evidence.outcomes["id"]],
            features=features_of(evidence.requests),
            outcome=evidence.outcomes["outcome"],
            kind=evidence.system.outcome_kind,
        )
