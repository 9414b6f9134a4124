"""The gate on leakage: rows, outcomes or features in training that should not be known there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from starcase.contract.request import extract_features
from starcase.contract.system import GateEvidence
from starcase.errors import NotIdentifiable
from starcase.evidence.figure import Figure
from starcase.evidence.records import GateResult
from starcase.stages.gate import leaks
from starcase.stages.gate.leaks import Leak, Split
from starcase.stages.gate.limit_check import build_unknown_result, check_limit, is_finite

UNTOLD = "; single features and copies are not looked at where outcomes are rankings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """Nothing of the test span, and no outcome before its time, has gone into training.

    Looked for: rows of the test span in training, outcomes known after the end of training or before the decision,
    copies of training rows in the test span, features that are a clock or a name, features that give the outcome away
    alone, features that know the outcome in training and not in the test span, features that sum up a unit's outcomes
    over all of time, and features that were scaled with what came after training. Units that come again are no leak
    where time divides training from testing; where a case is about new units, ``apart`` says so.

    Args:
        duplicates: the share of test requests that may be copies of training rows, beyond the share of training rows
            that are copies of earlier ones.
        alone: how well one feature alone may order the outcomes, 0 to 1: the Gini coefficient of a binary outcome,
            Spearman's correlation of a real one.
        drop: how much of it a feature that is strong in training may lose in the test span.
        rows: the least number of training rows; below it the gate has failed-unknown.
        apart: whether a unit that is in training may not be in the test span.

    >>> Leakage(alone=0.9).required
    'at most 0.02 of the requests copied, no feature alone above 0.9, none losing more than 0.5 of its strength'
    """

    duplicates: float = 0.02
    alone: float = 0.99
    drop: float = 0.5
    rows: int = 100
    apart: bool = False
    name: str = "leakage"

    @property
    def required(self) -> str:
        """The condition in words."""
        return (
            f"at most {self.duplicates:g} of the requests copied, no feature alone above {self.alone:g}, "
            f"none losing more than {self.drop:g} of its strength" + (", no unit on both sides" if self.apart else "")
        )

    def check(self, evidence: GateEvidence, /) -> GateResult:
        """Return the number of leaks found, each with its figure, columns, rows and effect on the objective."""
        split = self._build_split(evidence)
        if split.rows.height < self.rows:
            return build_unknown_result(self, f"{split.rows.height} training rows, {self.rows} are needed")
        if not evidence.requests:
            return build_unknown_result(self, "there is no request in the test span")
        found = list(self._find_leaks(split, evidence))
        worth = {leak.what: _measure_worth(evidence, leak) for leak in found}
        why = "; ".join(_describe_leak(leak, worth[leak.what]) for leak in found)
        if not found:
            why = "nothing that should not be known was found in training"
            why += UNTOLD if split.kind == "ranking" else ""
        number = Figure(name="leaks found", value=len(found), unit="count", n=split.rows.height)
        figures = (leak.figure for leak in found), (figure for figure in worth.values() if figure is not None)
        return check_limit(self, number, 0, why=why, figures=tuple(f for part in figures for f in part if is_finite(f)))

    def _find_leaks(self, split: Split, evidence: GateEvidence) -> Iterator[Leak]:
        yield from leaks.find_time_leaks(split)
        yield from leaks.find_copied_rows(split, duplicates=self.duplicates)
        if self.apart:
            yield from leaks.find_group_leaks(split)
        yield from leaks.find_name_leaks(split)
        yield from leaks.find_outcome_leaks(split, alone=self.alone, drop=self.drop)
        yield from leaks.find_aggregate_leaks(split)
        if split.kind != "ranking":
            first, end = evidence.dataset.span()
            everything = replace(evidence.fold, name="everything", train_end=first, test_start=first, test_end=end)
            yield from leaks.find_scale_leaks(split, extract_features(evidence.dataset.requests(everything)))

    @staticmethod
    def _build_split(evidence: GateEvidence) -> Split:
        return Split(
            fold=evidence.fold,
            rows=evidence.dataset.training_rows(evidence.fold).sort("at", maintain_order=True),
            ids=[str(name) for name in evidence.outcomes["id"]],
            clusters=evidence.outcomes["cluster"],
            features=extract_features(evidence.requests),
            outcome=evidence.outcomes["outcome"],
            kind=evidence.system.outcome_kind,
        )


def _measure_worth(evidence: GateEvidence, leak: Leak) -> Figure | None:
    try:
        return leaks.measure_inflation(evidence, leak)
    except NotIdentifiable:
        return None


def _describe_leak(leak: Leak, worth: Figure | None) -> str:
    if worth is None:
        return f"{leak.told}: its effect can be measured only by training again"
    if worth.value == 0:
        return f"{leak.told}: this model does not use it"
    scale, unit = (100, "points") if worth.unit == "share" else (1, worth.unit)
    return f"{leak.told}: worth {worth.value * scale:.3g} {unit} of {worth.name.partition(' owed to ')[0]}"
