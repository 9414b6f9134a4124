"""The journal system: a case that can be checked and reported, without models to fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import polars as pl

from starcase.contract.case_spec import Case, DataSpec
from starcase.contract.model import Candidate, LiveMetric, Metric, Parameters
from starcase.contract.request import Answer, FloatArray, Request
from starcase.contract.system import Environment, Fold, Gate, OutcomeKind, Prompt
from starcase.errors import NotIdentifiable
from starcase.evidence import Figure
from starcase.evidence.records import CheckRecord, NoteRecord
from starcase.systems.journal.page import PAGE, JournalPage, read_page, render_empty_page
from starcase.systems.journal.table import HEADER, build_figure_notes, read_table
from starcase.tables.fingerprint import compute_fingerprint

TABLE = "evidence.csv"


def _raise_not_comparable() -> NoReturn:
    raise NotIdentifiable(
        "a journal holds the notes and figures of a person; it has no models to compare",
        mend="use `starcase story` and `starcase ask`",
    )


@dataclass(frozen=True, slots=True)
class JournalMetric:
    """The only metric of a journal, a placeholder without values."""

    name: str = "told"
    unit: str = "count"
    direction: Any = "higher"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Raise NotIdentifiable: there is nothing to measure."""
        _raise_not_comparable()

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """Raise NotIdentifiable: there is nothing to measure."""
        _raise_not_comparable()


@dataclass(frozen=True, slots=True)
class IncumbentPlaceholder:
    """A placeholder for the incumbent: a name without a model."""

    name: str = "as it was"
    complexity: int = 0

    @property
    def parameters(self) -> Parameters:
        """None."""
        return {}

    def fit(self, train: Any, /, *, rng: np.random.Generator) -> NoReturn:
        """Raise NotIdentifiable: there is nothing to fit."""
        _raise_not_comparable()

    def save(self, model: Any, /) -> Mapping[str, bytes]:
        """Raise NotIdentifiable: there is nothing to save."""
        _raise_not_comparable()

    def load(self, files: Mapping[str, bytes], /) -> NoReturn:
        """Raise NotIdentifiable: there is nothing to load."""
        _raise_not_comparable()


@dataclass(frozen=True, slots=True)
class JournalDataset:
    """A page and a table, read and checked."""

    page: JournalPage
    rows: pl.DataFrame
    numbers: tuple[NoteRecord, ...]
    path: str

    def check(self) -> CheckRecord:
        """The fingerprint of the table, and the number of notes and figures."""
        told = Figure(name="facts told", value=len(self.page.notes), unit="count")
        return CheckRecord(fingerprint=compute_fingerprint(self.rows, path=self.path), figures=(told,))

    def records(self) -> Sequence[tuple[NoteRecord, str]]:
        """The notes of the page with their author, then the figures of the table."""
        return [(note, self.page.who) for note in (*self.page.notes, *self.numbers)]

    def span(self) -> tuple[int, int]:
        """The time of the page, and the microsecond after it."""
        return self.page.when, self.page.when + 1

    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        """Raise NotIdentifiable: a journal has none."""
        _raise_not_comparable()

    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        """Raise NotIdentifiable: a journal has none."""
        _raise_not_comparable()

    def train(self, fold: Fold) -> NoReturn:
        """Raise NotIdentifiable: a journal has no rows."""
        _raise_not_comparable()

    def training_rows(self, fold: Fold) -> pl.DataFrame:
        """Raise NotIdentifiable: a journal has no rows."""
        _raise_not_comparable()

    def requests(self, fold: Fold) -> Sequence[Request]:
        """Raise NotIdentifiable: a journal has none."""
        _raise_not_comparable()

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        """Raise NotIdentifiable: a journal has none."""
        _raise_not_comparable()

    def retrospect(self, since: int, until: int) -> pl.DataFrame:
        """Raise NotIdentifiable: a journal has none."""
        _raise_not_comparable()


class JournalSystem:
    """The system of journal cases."""

    name = "journal"
    outcome_kind: OutcomeKind = "real"
    interventions: frozenset[str] = frozenset()

    def begin(self, folder: Path, prompts: Sequence[Prompt], *, title: str, who: str, day: str) -> DataSpec:
        """Write a page with a prompt for every fact, and an empty table; existing files are kept."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in ((PAGE, render_empty_page(prompts, title=title, who=who, day=day)), (TABLE, HEADER + "\n")):
            if not (folder / name).exists():
                (folder / name).write_text(text, encoding="utf-8")
        return DataSpec(path=TABLE, time="when", target="value")

    def load(self, case: Case) -> JournalDataset:
        """Read the page and the table; raises DataError."""
        folder = Path(case.folder)
        file = folder / case.data.path
        page, rows = read_page(folder / PAGE), read_table(file)
        return JournalDataset(page, rows, build_figure_notes(file, rows, case.data.path), case.data.path)

    def candidates(self, case: Case) -> Sequence[Candidate[Any]]:
        """None."""
        return ()

    def baselines(self, case: Case) -> Sequence[Candidate[Any]]:
        """The placeholder of the incumbent."""
        return (IncumbentPlaceholder(),)

    def metrics(self, case: Case) -> Sequence[Metric]:
        """The placeholder metric."""
        return (JournalMetric(),)

    def live_metrics(self, case: Case) -> Sequence[LiveMetric]:
        """None."""
        return ()

    def gates(self, case: Case) -> Sequence[Gate]:
        """None."""
        return ()

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        """None."""
        return pl.DataFrame()

    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        """None."""
        return {}

    def environment(self, case: Case, dataset: Any) -> Environment:
        """Raise NotIdentifiable: a journal has no traffic."""
        _raise_not_comparable()

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        """No figures."""
        return ()
