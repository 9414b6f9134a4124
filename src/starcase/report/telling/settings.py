"""Claims on settings that decided a verdict, and on settings changed after a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starcase.evidence import Entry
from starcase.evidence.changes import GateChange, find_gate_changes
from starcase.evidence.records import CaseRecord, GateDefinition, Setting, SettingChange
from starcase.report.cited_settings import collect_settings, format_setting
from starcase.report.claim import Claim
from starcase.report.pieces import Name, Quote, Sentence, fill, join_list
from starcase.report.records import Records

LONG = 60


def describe_settings(
    entry: Entry, settings: Sequence[Setting], keys: Sequence[str], *, topic: str, words: str
) -> Iterator[Claim]:
    """The settings that decided a verdict.

    Args:
        entry: of the record that holds them.
        settings: all that it holds.
        keys: the reported keys, or prefixes of keys.
        topic: the stage.
        words: what they decided, with ``{}`` for the list.
    """
    wording = collect_settings(entry, settings)
    told = [
        format_setting(key, held)
        for wanted in keys
        for key, held in wording.items()
        if (key == wanted or key.startswith(f"{wanted}.")) and not key.endswith((".metric", ".name"))
    ]
    told = [one for one in told if len(str(getattr(one[-1], "text", ""))) <= LONG]
    if told:
        yield Claim(section="action", topic=topic, kind="value", sentence=fill(words, join_list(told)), weight=2)


def describe_changes(entry: Entry, record: CaseRecord) -> Iterator[Claim]:
    """Claims on every setting changed after a result was recorded."""
    if not record.after:
        return
    for place, change in enumerate(record.changes):
        yield Claim(
            section="action", topic="settings", kind="event", sentence=_format_change(entry, record, place, change),
            weight=3, form="item", actor=entry.actor,
        )  # fmt: skip


def describe_gate_changes(records: Records, entry: Entry, plan: str) -> Iterator[Claim]:
    """Claims on every gate whose requirement changed since the previous run."""
    found = find_gate_changes(records.entries, entry)
    if found is None:
        return
    run, before, changes = found
    after = Name(run.id, f"{run.id}#@id", code=True)
    for change in changes:
        for said in _format_gate_change(change, after, f"{before.id}#gates", f"{plan}#gates"):
            yield Claim(section="action", topic="gate", kind="event", sentence=said, weight=3, form="item")


def _format_change(entry: Entry, record: CaseRecord, place: int, change: SettingChange) -> Sentence:
    at = f"{entry.id}#changes.{place}"
    after, key = Name(record.after, f"{entry.id}#after", code=True), Name(change.key, f"{at}.key", code=True)
    if max(len(change.before), len(change.now)) > LONG:
        return fill("After {} was recorded, the text of {} was changed.", after, key)
    return fill(
        "After {} was recorded, the setting {} was changed from {} to {}.",
        after, key, Name(change.before, f"{at}.before", code=True), Name(change.now, f"{at}.now", code=True),
    )  # fmt: skip


def _format_gate_change(change: GateChange, after: Name, before: str, now: str) -> Iterator[Sentence]:
    old, new = f"{before}.{change.before_place}", f"{now}.{change.place}"
    if change.now is None:
        yield fill("After {} the gate {} was left out.", after, Name(change.gate, f"{old}.gate", code=True))
        return
    gate = Name(change.gate, f"{new}.gate", code=True)
    if change.before is None:
        yield fill("After {} the gate {} was added.", after, gate)
        return
    for was, place in change.parameters:
        yield _format_parameter_change(
            change, after, gate, _find_parameter(old, was, change.before), _find_parameter(new, place, change.now)
        )
    if change.parameters:
        return
    required = Quote(change.now.required, f"{new}.required")
    if change.before.required == change.now.required:
        yield fill("After {} the code of the gate {} was changed; it requires {}", after, gate, required)
    else:
        words = "After {} the condition of the gate {} was changed from {} to {}"
        yield fill(words, after, gate, Quote(change.before.required, f"{old}.required"), required)


def _format_parameter_change(
    change: GateChange, after: Name, gate: Name, was: tuple[Name, Name] | None, now: tuple[Name, Name] | None
) -> Sentence:
    named = was or now
    assert named is not None, change
    if was is None or now is None:
        done = "was removed" if now is None else "was added"
        return fill(f"After {{}} the parameter {{}} of the gate {{}} {done}: {{}}.", after, named[0], gate, named[1])
    words = "After {} the parameter {} of the gate {} was changed from {} to {}."
    return fill(words, after, now[0], gate, was[1], now[1])


def _find_parameter(gate: str, place: int | None, written: GateDefinition) -> tuple[Name, Name] | None:
    """Return name and text of a parameter in a plan."""
    if place is None:
        return None
    where, (name, text) = f"{gate}.parameters.{place}", written.parameters[place]
    return Name(name, f"{where}.0", code=True), Name(text, f"{where}.1", code=True)
