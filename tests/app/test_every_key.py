"""Every key of case.toml, changed after each stage: the next verb runs again or names the key."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

import pytest
import tomli_w

from starcase.app import Stretch, Workspace, contest, gate, replay
from starcase.app.commands.choose import choose
from starcase.app.commands.experiment import plan
from starcase.app.commands.shadow import shadow
from starcase.casefile.layout import CaseFile
from starcase.casefile.toml import read_case, resolve_case
from starcase.contract.case_spec import (
    CandidateSpec,
    ClaimSpec,
    ContestSpec,
    ExperimentSpec,
    GateSpec,
    GuardrailSpec,
    GuardSpec,
    RolloutSpec,
    StepSpec,
)
from starcase.contract.log_spec import LogSpec
from starcase.errors import CaseFileError, StarcaseError
from starcase.evidence import Entry
from starcase.evidence.records import CaseRecord
from starcase.evidence.settings import Leaf, iterate_leaves
from starcase.testing.toy import ToySystem, toy_case

UNTIL = 300
LIMIT = 180.0
STAGES: dict[str, Callable[[Workspace], object]] = {
    "contest": lambda work: contest(work, until=UNTIL),
    "choice": lambda work: choose(work, [("ana", "strong", "better")]),
    "gate": lambda work: gate(work, "strong"),
    "replay": lambda work: replay(work, Stretch(since=UNTIL, until=UNTIL + 40, challenger="strong")),
    "shadow": shadow,
}
NEXT = dict(zip(STAGES, [*list(STAGES.items())[1:], ("experiment-plan", plan)], strict=True))
OTHER: Mapping[str, object] = {
    "data.delay": "21us", "data.epoch": "1970-01-02T00:00:00Z", "contest.until": "1970-01-02T00:00:00Z",
    "rollout.minimum_duration": "2h", "rollout.reading_every": "11m", "logs.clicks.lifts": [0.1],
    "guards.alert rate.window": "2h", "contest.growth": [0.25, 0.75], "experiment.metric": "false_positive_rate",
}  # fmt: skip
FULL = toy_case(
    situation="slow", task="be quick", deciders=("ana",), options={"extra": 1},
    logs=(LogSpec(name="clicks", path="clicks.csv", outcome="clicked"),),
    guardrails=(GuardrailSpec(metric="false_positive_rate", margin=0.2),),
    candidates=(CandidateSpec(name="weak"), CandidateSpec(name="strong", parameters={"slope": 2.0})),
    contest=ContestSpec(folds=1, trials=1, windows=1, draws=100, until="1970-01-01T00:00:00.001Z"),
    claims=(ClaimSpec(text="better", changes={"squared_error": -0.1}),),
    gates=(GateSpec(name="interventions", parameters={"allowed": 0.9}),),
    guards=(GuardSpec(name="alert rate", allowed=0.9),),
    experiment=ExperimentSpec(effect=0.1),
    rollout=RolloutSpec(steps=(StepSpec(share=0.5, cohorts={"noise": (1,)}), StepSpec(share=1.0)), margin=0.05),
)  # fmt: skip


def write(folder: Path, table: Mapping[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "case.toml").write_text(tomli_w.dumps(table))


def opened(folder: Path, told: list[Entry]) -> Workspace:
    return Workspace(read_case(folder), folder, system=ToySystem(), actor="ana", changed=told.append)


def put(table: Any, path: str, value: object) -> None:
    *way, last = path.split(".")
    for step in way:
        table = table[int(step)] if isinstance(table, list) else table[step]
    table[int(last) if isinstance(table, list) else last] = value


def other(leaf: Leaf) -> object:
    if leaf.key.endswith("minimum_duration"):
        return "2h"
    if leaf.key in OTHER:
        return OTHER[leaf.key]
    value = leaf.value
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 0.9 if value else 0.01
    return [*tomllib.loads(f"x = {value}")["x"], "more"] if value.startswith("[") else f"{value}x"


def kinds(work: Workspace, kind: str) -> int:
    return sum(1 for _ in work.ledger.entries(kind))


def named(told: list[Entry]) -> set[str]:
    return {change.key for entry in told if isinstance(entry.record, CaseRecord) for change in entry.record.changes}


def changed(table: Mapping[str, Any]) -> Iterator[tuple[Leaf, dict[str, Any]]]:
    for leaf in iterate_leaves(table):
        copy = tomllib.loads(tomli_w.dumps(table))
        put(copy, leaf.path, other(leaf))
        yield leaf, copy


def spec_keys(spec: type, path: str = "") -> Iterator[str]:
    """Return every key of the schema; a table in a list is named by its class."""
    hints = get_type_hints(spec)
    for part in fields(spec):
        inner = [one for one in (hints[part.name], *get_args(hints[part.name])) if is_dataclass(one)]
        nested = [deep for one in get_args(hints[part.name]) for deep in get_args(one) if is_dataclass(deep)]
        if inner or nested:
            yield from spec_keys(cast("type", (inner or nested)[0]), f"{path}.{part.name}" if path else part.name)
        else:
            yield f"{path}.{part.name}" if path else part.name


def held_keys(table: Mapping[str, Any]) -> set[str]:
    return {".".join(step for step in leaf.path.split(".") if not step.isdecimal()) for leaf in iterate_leaves(table)}


def test_the_test_case_holds_every_key_of_the_schema() -> None:
    held = held_keys(tomllib.loads(resolve_case(FULL)))
    missing = [key for key in spec_keys(CaseFile) if not any(f"{one}.".startswith(f"{key}.") for one in held)]
    assert missing == ["data.entities"]  # a table without keys of its own; any key in it is one of the case's


def accepted(folder: Path, table: Mapping[str, Any], key: str) -> bool:
    """Return whether the file is still a valid case; otherwise the error must name the key."""
    write(folder, table)
    try:
        read_case(folder)
    except CaseFileError as error:
        refused = f"{error.key} {error}"
    else:
        return True
    assert key.rpartition(".")[2] in refused
    return False


def asked_or_named(folder: Path, verb: Callable[[Workspace], object], key: str, kind: str) -> bool:
    told: list[Entry] = []
    with opened(folder, told) as work:
        before = kinds(work, kind)
        try:
            verb(work)
        except StarcaseError:
            return key in named(told)
        return kinds(work, kind) > before or key in named(told)


@pytest.fixture(scope="module")
def clock() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < LIMIT


def taken_to(stage: str, folder: Path, table: Mapping[str, Any]) -> None:
    write(folder, table)
    for done, verb in STAGES.items():
        with opened(folder, []) as work:
            verb(work)
        if done == stage:
            return


def silent_keys(folder: Path, table: Mapping[str, Any], verb: Callable[[Workspace], object], kind: str) -> list[str]:
    return [
        leaf.key
        for leaf, copy in changed(table)
        if leaf.key != "case.name"
        and accepted(folder, copy, leaf.key)
        and not asked_or_named(folder, verb, leaf.key, kind)
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_after_each_stage_the_next_verb_reruns_or_names_the_key(stage: str, tmp_path: Path, clock: None) -> None:
    table = tomllib.loads(resolve_case(FULL))
    taken_to(stage, tmp_path, table)
    kind, verb = NEXT[stage]
    assert silent_keys(tmp_path, table, verb, kind) == []


def test_a_case_of_another_name_does_not_write_into_this_ledger(tmp_path: Path) -> None:
    write(tmp_path, tomllib.loads(resolve_case(FULL)))
    with opened(tmp_path, []) as work:
        contest(work, until=UNTIL)
    write(tmp_path, tomllib.loads(resolve_case(toy_case(name="other"))))
    with opened(tmp_path, []) as work, pytest.raises(StarcaseError, match="ledger of case 'toy', not of 'other'"):
        choose(work, [])


class AskedAnew(Exception):  # noqa: N818
    pass


def test_a_contest_reruns_after_any_changed_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tomllib.loads(resolve_case(FULL))
    write(tmp_path, table)
    with opened(tmp_path, []) as work:
        contest(work, until=UNTIL)

    def asked_anew(*_: object) -> None:
        raise AskedAnew

    monkeypatch.setattr(import_module("starcase.app.commands.contest"), "_run_contest", asked_anew)
    for leaf, copy in changed(table):
        if leaf.key == "case.name" or not accepted(tmp_path, copy, leaf.key):
            continue
        told: list[Entry] = []
        with opened(tmp_path, told) as work, pytest.raises((AskedAnew, StarcaseError)):
            contest(work, until=UNTIL)
        assert leaf.key in named(told)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "contest"])
def test_a_repeated_verb_reruns_or_names_the_changed_key(stage: str, tmp_path: Path, clock: None) -> None:
    table = tomllib.loads(resolve_case(FULL))
    taken_to(stage, tmp_path, table)
    assert silent_keys(tmp_path, table, STAGES[stage], stage) == []
