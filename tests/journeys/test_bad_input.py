"""Invalid user input gives an error with what, where and mend; the ledger is unchanged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from starcase.app import Workspace
from starcase.cli.main import run

pytestmark = pytest.mark.journey
ROWS = 1_200


def rows() -> list[str]:
    rng = np.random.default_rng(5)
    amount = rng.gamma(2.0, 20.0, size=ROWS)
    fraud = rng.random(ROWS) < np.where(amount > 90, 0.5, 0.02)
    return [f"{60 * n},{amount[n]:.2f},{rng.normal():.3f},{int(fraud[n])}" for n in range(ROWS)]


CASE = """[case]
name = "cards"
title = "Cards"
system = "fraud"
incumbent = "logistic_regression"

[data]
path = "tx.csv"
time = "paid_at"
target = "was_fraud"

[objective]
metric = "average_precision"

[contest]
folds = 1
trials = 1
draws = 100

[[candidates]]
name = "logistic_regression"
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("held")
    (folder / "case.toml").write_text(CASE)
    (folder / "tx.csv").write_text("\n".join(["paid_at,euros,shade,was_fraud", *rows()]))
    assert run(["contest", "--until", "+15h", "--workers", "1", "--case", str(folder)]) == 0
    return folder


@pytest.fixture
def home(held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(held, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("STARCASE_CASE", str(tmp_path))
    return tmp_path


def head(home: Path) -> str:
    with Workspace.open(home) as work:
        return work.ledger.head()


def words(old: str, new: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        text = (home / "case.toml").read_text()
        assert old in text
        (home / "case.toml").write_text(text.replace(old, new))

    return change


def data(change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def changed(home: Path) -> None:
        lines = (home / "tx.csv").read_text().splitlines()
        (home / "tx.csv").write_text("\n".join([lines[0], *change(lines[1:])]) if lines else "")

    return changed


def at_row(n: int, old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        parts = lines[n].split(",")
        column = ["paid_at", "euros", "shade", "was_fraud"].index(old)
        return [*lines[:n], ",".join([*parts[:column], new, *parts[column + 1 :]]), *lines[n + 1 :]]

    return change


WRONG = {
    "missing column": (words('"was_fraud"', '"is_fraud"'), 4, ["is_fraud", "was_fraud"]),
    "wrong type": (data(at_row(700, "euros", "a lot")), 4, ["tx.csv", "euros", "a lot"]),
    "no number": (data(at_row(10, "was_fraud", "2")), 4, ["tx.csv", "was_fraud"]),
    "NaN label": (data(at_row(10, "was_fraud", "NaN")), 4, ["tx.csv", "was_fraud", "missing", "row 11"]),
    "unsorted": (data(lambda lines: [lines[1], lines[0], *lines[2:]]), 4, ["tx.csv", "paid_at"]),
    "empty": (lambda home: (home / "tx.csv").write_text(""), 4, ["tx.csv"]),
    "only a header": (data(lambda _: []), 4, ["tx.csv"]),
    "one class": (data(lambda lines: [line[:-1] + "0" for line in lines]), 4, ["fraud"]),
    "system": (words('"fraud"', '"fruad"'), 8, ["fruad", "fraud"]),
    "metric": (words('"average_precision"', '"averege_precision"'), 3, ["averege_precision", "average_precision"]),
    "key": (words("folds = 1", "fold = 1"), 3, ["fold", "folds", "case.toml"]),
    "guardrail": (words("[contest]", '[[guardrails]]\nmetric = "ndcg"\nmargin = 0.1\n\n[contest]'), 3, ["ndcg"]),
    "no case": (lambda home: (home / "case.toml").unlink(), 3, ["case.toml"]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_invalid_input_is_named_with_its_mend_and_not_recorded(
    wrong: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spoil, code, named = WRONG[wrong]
    before = head(home)
    kept = (home / "case.toml").read_text()
    spoil(home)
    capfd.readouterr()
    assert run(["contest", "--until", "+15h", "--workers", "1"]) == code
    said = capfd.readouterr().err
    assert all(word in said for word in named), said
    assert "this error is unexpected" not in said
    (home / "case.toml").write_text(kept)
    assert head(home) == before


def test_a_model_with_one_byte_changed_does_not_serve(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = head(home)
    with Workspace.open(home) as work:
        for model in work.artefacts.models():
            for file in work.artefacts.path(model).rglob("*"):
                if file.is_file() and file.name != "manifest.json":
                    content = bytearray(file.read_bytes())
                    content[len(content) // 2] ^= 1
                    file.write_bytes(content)
    assert run(["replay", "--since", "+15h"]) == 7
    assert "does not match its hash" in capfd.readouterr().err
    assert head(home) == before
