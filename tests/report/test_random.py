"""Random ledgers: no number without a record, no claiming word without a licence."""

from __future__ import annotations

import tempfile
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import tomli_w
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.report.cards import contest, open_ledger

from starcase.evidence import Figure
from starcase.evidence.records import KINDS, CaseRecord, ComparisonFigure, Record, StoryRecord
from starcase.report import VIEWS, WRITERS, Records, build_document, verify
from starcase.report.reading import READERS

QUICK = (Phase.explicit, Phase.generate)  # a ledger is long to shrink, and readable as it is found
WORDS = st.one_of(
    st.sampled_from(
        ["alpha", "boosted_trees", "p99 latency", "error rate", "improved by 12 %", "two of 3", "`x`", "we|b", ""]
    ),
    st.text(max_size=12),
)
NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 0.5, 1e-9, -0.0, 1e15, 0.05]), st.floats(-1, 1))
LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(-5, 2**40),
    float: NUMBERS,
    bool: st.booleans(),
}


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    value, half = draw(NUMBERS), draw(st.one_of(st.none(), st.floats(0, 3)))
    low, high = (None, None) if half is None else (value - half, value + half)
    return Figure(
        name=draw(WORDS),
        value=value,
        unit=draw(st.sampled_from(["share", "count", "EUR", "us", "", "p", "odd 5 unit"])),
        low=low,
        high=high,
        level=None if half is None else draw(st.sampled_from([0.5, 0.9, 0.95])),
        n=draw(st.one_of(st.none(), st.integers(0, 10**6))),
        evidence_class=draw(st.sampled_from(["offline", "replayed", "experiment", "recorded"])),
    )


@cache
def strategy(shape: Any) -> st.SearchStrategy[Any]:
    if shape is Figure or shape in LEAVES:
        return figures() if shape is Figure else LEAVES[shape]
    origin, arguments = get_origin(shape), get_args(shape)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in {Union, UnionType}:
        return st.one_of(*(st.none() if part is NoneType else strategy(part) for part in arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(strategy(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(strategy(part) for part in arguments))
    hints = get_type_hints(shape)
    return st.builds(shape, **{f.name: strategy(hints[f.name]) for f in fields(shape)})


@st.composite
def cases(draw: st.DrawFn) -> CaseRecord:
    words = {key: draw(WORDS).replace("\x00", "") for key in ("title", "situation", "task", "incumbent")}
    table = {"case": words, "objective": {"metric": draw(WORDS), "margin": draw(st.floats(0, 2))}}
    return CaseRecord(name="x", system="y", resolved=tomli_w.dumps(table), starcase_version="1")


KIND_STRATEGIES = [strategy(kind) for kind in KINDS.values() if kind not in {CaseRecord, StoryRecord}]
LEDGERS = st.tuples(cases(), st.lists(st.one_of(KIND_STRATEGIES), max_size=8))


@settings(max_examples=40, phases=QUICK)
@given(LEDGERS, st.sampled_from(sorted(VIEWS)), st.sampled_from(["", "alpha"]))
def test_no_ledger_yields_a_number_without_a_record(
    given_: tuple[CaseRecord, list[Record]], view: str, teller: str
) -> None:
    case, others = given_
    with tempfile.TemporaryDirectory() as folder, open_ledger(Path(folder)) as ledger:
        ledger.extend([case, *others])
        records = Records.from_ledger(ledger)
        for form in ("md", "html"):
            text = WRITERS[form](build_document(records, view=view, teller=teller))
            assert verify(text, form, ledger) == ()


@settings(max_examples=50, phases=QUICK)
@given(st.lists(strategy(ComparisonFigure), min_size=1, max_size=4), st.sampled_from(["higher", "lower"]))
def test_better_is_used_only_for_significant_differences(comparisons: list[ComparisonFigure], direction: str) -> None:
    named = tuple(replace(c, candidate="new", against="old", metric="average_precision") for c in comparisons)
    record = replace(contest(), comparisons=named, recommended="new", direction=direction)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder, open_ledger(Path(folder)) as ledger:
        ledger.append(record)
        page = READERS["md"](WRITERS["md"](build_document(Records.from_ledger(ledger))))
    said = [
        [t.text.lower() for t in told.tokens if t.kind == "verb"]
        for told in page.told
        if "average precision" in told.text
    ]
    sign = 1 if direction == "higher" else -1
    for words, comparison in zip(said, named, strict=False):
        d = comparison.shown
        open_ = d.low is None or d.high is None or d.low * d.high <= 0 or comparison.verdict == "no difference shown"
        if open_:
            assert "better" not in words
            assert "worse" not in words
        if "better" in words:
            assert comparison.verdict == "better"
            assert d.value * sign > 0
