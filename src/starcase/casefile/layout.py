"""The layout of case.toml: the tables and their keys."""

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
    """Name, people and description of the case.

    Args:
        name: the name of the case in paths and records.
        title: the title of the case for people.
        system: the kind of problem; `starcase plugins` lists them.
        incumbent: the candidate that represents what runs today.
        situation: the problem today, in a sentence or two.
        task: the goal, in a sentence or two.
        deciders: the people who decide; each of them may vote.
        seed: the seed of all random numbers; a rerun with the same seed gives the same ledger.
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
        case: name, people and description of the case.
        data: where the data is and what its columns mean.
        objective: the metric that decides the case.
        logs: logs that `starcase analysis` reads: impressions and clicks, visits and purchases.
        guardrails: metrics that must not get worse than the incumbent by more than their margin.
        budgets: limits on the cost of an answer.
        contest: how candidates are compared.
        claims: claims about a new model; the contest answers each.
        candidates: the candidates that take part; all candidates of the system when none is named.
        gates: thresholds of gates; a gate that is not named keeps its defaults.
        guards: label-free guards of a running canary.
        experiment: how champion and challenger are compared on outcomes.
        rollout: the steps by which exposure grows.
        options: options of the system.
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
    """Return the case that a file in ``folder`` describes."""
    head = {name: getattr(file.case, name) for name in _HEAD}
    return Case(**head, **{name: getattr(file, name) for name in _REST}, folder=folder)


def build_case_file(case: Case) -> CaseFile:
    """Return the file that describes a case."""
    head = CaseTable(**{name: getattr(case, name) for name in _HEAD})
    return CaseFile(case=head, **{name: getattr(case, name) for name in _REST})
