"""How a case is laid out in case.toml: which table holds what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from starcase.contract.case_spec import (
    BudgetSpec,
    CandidateSpec,
    Case,
    ClaimSpec,
    ContestSpec,
    DataSpec,
    ExperimentSpec,
    GateSpec,
    GuardrailSpec,
    GuardSpec,
    ObjectiveSpec,
    RolloutSpec,
    TomlValue,
)
from starcase.contract.log_spec import LogSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTable:
    """The case in words.

    Args:
        name: names the case in paths and records.
        title: the case for people.
        system: the kind of problem; `starcase plugins` lists them.
        incumbent: the candidate that stands for what runs today.
        situation: what is wrong today, in a sentence or two.
        task: what is to be reached, in a sentence or two.
        deciders: who decides; each of them may vote.
        seed: settles everything random, so that a rerun gives the same ledger.
    """

    name: str
    title: str
    system: str
    incumbent: str
    situation: str = ""
    task: str = ""
    deciders: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case.toml, table by table.

    Args:
        case: the case in words.
        data: where the data is and what its columns mean.
        objective: the one metric the case is about.
        logs: what `starcase analysis` asks: impressions and clicks, visits and purchases.
        guardrails: metrics that must not get worse than the incumbent by more than their margin.
        budgets: what an answer may cost.
        contest: how candidates are compared.
        claims: what somebody says a new model brings; the contest answers each.
        candidates: which candidates take part; all of the system's when none is named.
        gates: thresholds of gates; a gate that is not named keeps its defaults.
        guards: label-free guards over a running canary.
        experiment: how champion and challenger are compared on outcomes.
        rollout: how exposure grows.
        options: the system's own options.
    """

    case: CaseTable
    data: DataSpec
    objective: ObjectiveSpec
    logs: tuple[LogSpec, ...] = ()
    guardrails: tuple[GuardrailSpec, ...] = ()
    budgets: BudgetSpec = field(default_factory=BudgetSpec)
    contest: ContestSpec = field(default_factory=ContestSpec)
    claims: tuple[ClaimSpec, ...] = ()
    candidates: tuple[CandidateSpec, ...] = ()
    gates: tuple[GateSpec, ...] = ()
    guards: tuple[GuardSpec, ...] = ()
    experiment: ExperimentSpec = field(default_factory=ExperimentSpec)
    rollout: RolloutSpec = field(default_factory=RolloutSpec)
    options: Mapping[str, TomlValue] = field(default_factory=dict)


_HEAD = tuple(part.name for part in fields(CaseTable))
_REST = tuple(part.name for part in fields(CaseFile) if part.name != "case")


def build_case(file: CaseFile, *, folder: str) -> Case:
    """The case that a file in ``folder`` describes."""
    head = {name: getattr(file.case, name) for name in _HEAD}
    return Case(**head, **{name: getattr(file, name) for name in _REST}, folder=folder)


def build_case_file(case: Case) -> CaseFile:
    """The file that describes a case."""
    head = CaseTable(**{name: getattr(case, name) for name in _HEAD})
    return CaseFile(case=head, **{name: getattr(case, name) for name in _REST})
