"""Lines that describe changes to case.toml or to a gate made after a result was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from starcase.app import Workspace
    from starcase.evidence import Entry
    from starcase.evidence.changes import GateChange
    from starcase.evidence.records import CaseRecord

LONG = 60


def announce_changes(entry: Entry) -> None:
    """Print every changed setting on standard error when the changed case is recorded."""
    from starcase.evidence.records import CaseRecord

    assert isinstance(entry.record, CaseRecord)
    for line in describe_setting_changes(entry, entry.record):
        click.echo(line, err=True)


def describe_changes(work: Workspace, shown: Entry) -> list[str]:
    """Describe what changed after the first result of this kind: settings and, for a gate run, gate conditions.

    Args:
        work: the opened case.
        shown: the record of the result.
    """
    from starcase.evidence.changes import find_gate_changes, find_setting_changes
    from starcase.evidence.records import GateRecord

    lines = [
        line
        for entry, record in find_setting_changes(work.ledger, shown)
        for line in describe_setting_changes(entry, record)
    ]
    if isinstance(shown.record, GateRecord):
        found = find_gate_changes(list(work.ledger.entries()), shown)
        if found is not None:
            lines += [line for change in found[2] for line in describe_gate_change(change, found[0])]
    return lines


def describe_setting_changes(entry: Entry, record: CaseRecord) -> list[str]:
    """Return one line for each changed setting, without the values if they are long.

    >>> from starcase.evidence.records import CaseRecord, SettingChange
    >>> change = SettingChange(key="objective.margin", before="0.0", now="0.3")
    >>> case = CaseRecord(name="a", system="s", resolved="", starcase_version="", changes=(change,), after="contest-1")
    >>> describe_setting_changes(type("Entry", (), {"id": "case-2"}), case)
    ['changed after contest-1: objective.margin from 0.0 to 0.3 (case-2)']
    """
    when = f"changed after {record.after}" if record.after else "changed"
    return [
        f"{when}: {change.key}"
        + ("" if max(len(change.before), len(change.now)) > LONG else f" from {change.before} to {change.now}")
        + f" ({entry.id})"
        for change in record.changes
    ]


def describe_gate_change(change: GateChange, run: Entry) -> list[str]:
    """Describe how a gate differs from the previous run: its parameters or, if these are equal, its condition."""
    when = f"changed after {run.id}: the gate {change.gate}"
    if change.now is None:
        return [f"{when} is no longer run"]
    if change.before is None:
        return [f"{when} is new"]
    old, new = dict(change.before.parameters), dict(change.now.parameters)
    pairs = [
        (change.before.parameters[was] if was is not None else change.now.parameters[now or 0])[0]
        for was, now in change.parameters
    ]
    if pairs:
        return [f"{when}, {name} from {old.get(name, 'not set')} to {new.get(name, 'not set')}" for name in pairs]
    if change.now.required == change.before.required:
        return [f"{when} has different code; it requires {change.now.required}"]
    return [f"{when} requires {change.now.required}; it required {change.before.required}"]
