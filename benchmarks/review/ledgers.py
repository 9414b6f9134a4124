"""Random ledgers told in every view: how many numbers stand in the text without a record."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from starcase.evidence import Figure, Ledger
from starcase.evidence.records import ComparisonFigure, ContestRecord, FoldSpan, NoteRecord, ReplayRecord, Standing
from starcase.report import VIEWS, WRITERS, Records, build_document, verify
from starcase.tables.clock import SimulatedClock

LEDGERS = 100
WORDS = ("alpha", "p99 latency", "improved trees", "two of 3", "error rate", "`x`", "25 % better", "")


def unbacked_numerals() -> int:
    """Faults over random ledgers, views and formats."""
    rng = np.random.default_rng(7)
    return sum(_faults(rng) for _ in range(LEDGERS))


def _faults(rng: np.random.Generator) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ledger.sqlite")
        with Ledger.open(path, case="random", clock=SimulatedClock(0), actor=_word(rng)) as ledger:
            ledger.extend([_contest(rng), NoteRecord(text=_word(rng), figures=(_figure(rng),)), _replay(rng)])
            records = Records.from_ledger(ledger)
            view = str(rng.choice(list(VIEWS)))
            return sum(
                len(verify(write(build_document(records, view=view)), form, ledger)) for form, write in WRITERS.items()
            )


def _word(rng: np.random.Generator) -> str:
    return WORDS[int(rng.integers(len(WORDS)))]


def _figure(rng: np.random.Generator) -> Figure:
    value, half = float(rng.normal() * 10.0 ** rng.integers(-6, 7)), abs(float(rng.normal()))
    unit = str(rng.choice(["share", "count", "EUR", "us", ""]))
    return Figure(name=_word(rng), value=value, unit=unit, low=value - half, high=value + half, level=0.95, n=9)


def _contest(rng: np.random.Generator) -> ContestRecord:
    names = ["a", "b", "c"]
    metric = "error rate"
    standings = tuple(
        Standing(candidate=n, model=n, role="candidate", complexity=1, trials=1, figures=(_named(rng, metric),))
        for n in names
    )
    compared = tuple(
        ComparisonFigure(
            candidate="a",
            against=n,
            metric=metric,
            difference=_named(rng, metric),
            p_value=_figure(rng),
            verdict=str(rng.choice(["better", "worse", "no difference shown"])),
            method="m",  # type: ignore[arg-type]
        )
        for n in names[1:]
    )
    fold = FoldSpan(name="1", train_end=0, test_start=0, test_end=1, units=1, outcomes=1)
    return ContestRecord(
        contest="contest-1",
        objective=metric,
        direction="lower",
        question=_word(rng),
        folds=(fold,),
        standings=standings,
        comparisons=compared,
        verdict="winner",
        recommended="a",
        tied=(),
        reason=_word(rng),
        trials_each=1,
        values_sha256="",
        data_sha256="",
    )


def _named(rng: np.random.Generator, name: str) -> Figure:
    drawn = _figure(rng)
    return Figure(name=name, value=drawn.value, unit=drawn.unit, low=drawn.low, high=drawn.high, level=0.95)


def _replay(rng: np.random.Generator) -> ReplayRecord:
    return ReplayRecord(
        replay="r",
        since=0,
        until=10**12,
        decisions=int(rng.integers(10**9)),
        outcomes=3,
        figures=(_figure(rng),),
        log_sha256="",
    )
