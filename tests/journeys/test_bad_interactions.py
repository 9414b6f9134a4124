"""Defects in a user's interactions are named with file, column, row and mend; nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.systems.recommend.cases import purchases

from starcase.app import Workspace
from starcase.casefile.toml import read_case
from starcase.cli.main import run
from starcase.evidence.records import CheckRecord

pytestmark = pytest.mark.journey
START = 1_700_000_000
HEAD = "who,what,when,stars"
OPTIONS = "fewest_users=2", "weight=stars", "items=../items.csv", "item_id=sku", "item_text=words"
CONTEST = "# folds = 3", "folds = 1"


def rows() -> list[str]:
    frame = purchases(users=40, baskets=10).with_columns(at=pl.from_epoch(pl.col("at") + START))
    frame = frame.with_columns(pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"), pl.col("user").str.slice(1).str.zfill(4))
    return [f"{user},{item[1:]},{at},{stars}" for at, user, item, stars in frame.iter_rows()]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "taken.csv").write_text("\n".join([HEAD, *rows()]))
    items = pl.DataFrame({"sku": [f"{i:02d}" for i in range(40)], "words": [f"taste{i % 4}" for i in range(40)]})
    items.write_csv(tmp_path / "items.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def new(*more: str) -> int:
    columns = ["--target", "what", "--time", "when", "--unit", "who"]
    return run(["new", "shop", "--system", "recommend", "--data", "taken.csv", *columns, *more])


def begun(home: Path, *more: str) -> None:
    assert new(*(part for option in OPTIONS for part in ("--option", option))) == 0
    text = (home / "shop" / "case.toml").read_text().replace(*CONTEST).replace("# trials = 8", "trials = 1")
    (home / "shop" / "case.toml").write_text(text + "".join(more))


def lines(change: Callable[[list[str]], list[str]]) -> Callable[[Path], object]:
    def changed(home: Path) -> None:
        head, *given = (home / "taken.csv").read_text().splitlines()
        (home / "taken.csv").write_text("\n".join([head, *change(given)]))

    return changed


def at(row: int, column: str, value: str) -> Callable[[list[str]], list[str]]:
    def change(given: list[str]) -> list[str]:
        place, parts = HEAD.split(",").index(column), given[row - 1].split(",")
        return [*given[: row - 1], ",".join([*parts[:place], value, *parts[place + 1 :]]), *given[row:]]

    return change


def every(column: str, change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    place = HEAD.split(",").index(column)
    return lambda given: [
        ",".join([*parts[:place], change(parts[place]), *parts[place + 1 :]]) for parts in (r.split(",") for r in given)
    ]


def whole(change: Callable[[str], bytes]) -> Callable[[Path], object]:
    return lambda home: (home / "taken.csv").write_bytes(change((home / "taken.csv").read_text()))


def american(text: str) -> str:
    return f"{text[5:7]}/{text[8:10]}/{text[:4]} {text[11:16]}"


EARLY = lines(lambda given: [row for row in every("when", american)(given) if int(row.split("/")[1]) <= 12])

REFUSED_BY_NEW: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "empty": (whole(lambda _: b""), ["taken.csv", "is empty"]),
    "only a header": (lines(lambda _: []), ["taken.csv", "a header and no rows"]),
    "semicolons": (whole(lambda text: text.replace(",", ";").encode()), ["';'", "commas"]),
    "semicolons, CRLF": (whole(lambda text: text.replace(",", ";").replace("\n", "\r\n").encode()), ["';'", "commas"]),
    "latin-1": (whole(lambda text: text.replace(",i", ",é").replace("0,", "é,", 1).encode("latin-1")), ["UTF-8"]),
    "utf-16": (whole(lambda text: text.encode("utf-16")), ["UTF-8"]),
    "a comma too many": (lines(at(7, "what", "i01,i02")), ["5 fields", "row 7", "quotes"]),
    "no user": (lines(at(5, "who", "")), ["the user is missing", "column who", "row 5", "leave the row out"]),
    "no item": (lines(at(6, "what", "NA")), ["the item is missing", "column what", "row 6"]),
    "no time": (lines(at(8, "when", "")), ["the time is missing", "column when", "row 8"]),
    "no moment": (lines(at(9, "when", "yesterday")), ["'yesterday'", "column when", "row 9", "ISO 8601"]),
    "no such day": (lines(at(9, "when", "2023-02-30")), ["'2023-02-30'", "row 9"]),
    "a year too many": (lines(at(9, "when", "3023-11-30T00:00:00Z")), ["far behind", "column when", "row 9"]),
    "a clock at zero": (lines(at(9, "when", "1970-01-01T00:00:00Z")), ["far before", "column when", "row 9"]),
    "mixed zones": (lines(at(9, "when", "2023-11-30 12:00")), ["no time zone", "row 9", "row 1"]),
    "either order": (EARLY, ["its day or its month first", "column when", "row 1", '"%m/%d/%Y %H:%M"']),
    "milliseconds": (lines(every("when", lambda _: "1700000000000")), ['time_format = "milliseconds"', "row 1"]),
    "days as digits": (lines(every("when", lambda t: t[:10].replace("-", ""))), ['"%Y%m%d"', "column when"]),
    "one user": (lines(every("who", lambda _: "me")), ["all interactions are of one user", "column who"]),
}


@pytest.mark.parametrize("wrong", REFUSED_BY_NEW)
def test_new_refuses_unusable_files(wrong: str, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    spoil, words = REFUSED_BY_NEW[wrong]
    spoil(home)
    assert new() == 4
    said = capfd.readouterr().err
    assert all(word in said for word in words), said
    assert "this error is unexpected" not in said
    assert not (home / "shop").exists()


def test_new_requires_the_user_column_and_suggests_the_nearest(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    common = ["new", "shop", "--system", "recommend", "--data", "taken.csv", "--time", "when"]
    assert run([*common, "--target", "what"]) == 4
    assert "--unit" in capfd.readouterr().err
    assert run([*common, "--target", "waht", "--unit", "who"]) == 4
    assert "nearest is 'what'" in capfd.readouterr().err
    assert not (home / "shop").exists()


def items(text: str) -> Callable[[Path], object]:
    return lambda home: (home / "items.csv").write_text(text)


REFUSED_BY_CHECK: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a negative weight": (lines(at(4, "stars", "-1")), ["the weight is -1", "column stars", "row 4"]),
    "no weight": (lines(at(4, "stars", "")), ["the weight is missing", "column stars", "row 4"]),
    "NaN as weight": (lines(at(4, "stars", "NaN")), ["the weight is missing", "column stars", "row 4"]),
    "a word as weight": (lines(at(4, "stars", "many")), ["the weight is many", "column stars", "row 4"]),
    "an item table without the item": (items("sku,words\n01,a\n,b\n"), ["items.csv", "id is missing", "row 2"]),
    "an item twice": (items("sku,words\n01,a\n01,b\n"), ["items.csv", "occurs twice", "row"]),
    "an empty item table": (items(""), ["items.csv", "is empty"]),
    "an item table of one header": (items("sku,words\n"), ["items.csv", "a header and no rows"]),
    "other ids": (items("sku,words\n1.0,a\n2.0,b\n"), ["contains none of the 40 items", "'1.0'", "column sku"]),
    "another column": (items("id,words\n01,a\n"), ["no column 'sku'", "options.item_id"]),
}


@pytest.mark.parametrize("wrong", REFUSED_BY_CHECK)
def test_check_and_contest_refuse_equally_and_leave_the_ledger_unchanged(
    wrong: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    begun(home)
    assert run(["check", "--case", "shop"]) == 0
    with Workspace.open(home / "shop") as work:
        before = work.ledger.head()
    spoil, words = REFUSED_BY_CHECK[wrong]
    spoil(home)
    for verb in (["check"], ["contest", "--until", "+70d", "--workers", "1"]):
        capfd.readouterr()
        assert run([*verb, "--case", "shop"]) == 4
        said = capfd.readouterr().err
        assert all(word in said for word in words), said
        assert "this error is unexpected" not in said
    with Workspace.open(home / "shop") as work:
        assert work.ledger.head() == before


def found(home: Path) -> tuple[CheckRecord, str]:
    with Workspace.open(home / "shop") as work:
        entry = work.ledger.last(CheckRecord)
        assert entry is not None
        return entry[1], " ".join(finding.what for finding in entry[1].findings)


FOUND: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda home: None, ""),
    "duplicates": (lines(lambda given: [*given, *given[:5]]), "5 rows repeat"),
    "the future": (lines(every("when", lambda t: f"20{int(t[2:4]) + 40}{t[4:]}")), "in the future of the file"),
    "unknown items": (lines(at(3, "what", "i99")), "1 of 41 items in the interactions are not in the item table"),
    "items without words": (items("sku,words\n" + "\n".join(f"{i:02d}," for i in range(40))), "40 items have no words"),
    "an order found out": (lines(every("when", american)), "read with the month before the day, as row"),
    "no zone": (lines(every("when", lambda t: t[:-1])), "names no time zone: read as UTC"),
}


@pytest.mark.parametrize("what", FOUND)
def test_tolerable_defects_are_reported_as_findings(what: str, home: Path) -> None:
    change, words = FOUND[what]
    change(home)
    begun(home)
    assert run(["check", "--case", "shop"]) == 0
    record, said = found(home)
    assert words in said
    assert {f.name: f.value for f in record.figures}["users"] == 40


ALIKE = {
    "a byte order mark": whole(lambda text: b"\xef\xbb\xbf" + text.encode()),
    "CRLF": whole(lambda text: text.replace("\n", "\r\n").encode()),
    "another order": lines(lambda given: given[::-1]),
    "quotes": lines(every("what", lambda item: f'"{item}"')),
    "another zone": lines(every("when", lambda t: f"{t[:-1]}+00:00")),
}


@pytest.mark.parametrize("what", ALIKE)
def test_file_encoding_and_format_do_not_change_the_result(what: str, home: Path) -> None:
    begun(home)
    with Workspace.open(home / "shop") as work:
        before = work.dataset.check().figures
    ALIKE[what](home)
    with Workspace.open(home / "shop") as work:
        assert work.dataset.check().figures == before


def test_leading_zeros_are_kept_and_ids_of_both_files_match(home: Path) -> None:
    """``0007`` is not 7, and item ``01`` matches ``01`` of the item table."""
    begun(home)
    with Workspace.open(home / "shop") as work:
        rows = work.dataset.interactions  # type: ignore[attr-defined]
        assert "0007" in rows.users
        assert set(rows.items) <= set(rows.texts)


def test_date_format_resolves_ambiguous_dates(home: Path) -> None:
    EARLY(home)
    assert new("--time-format", "%m/%d/%Y %H:%M") == 0
    assert read_case(home / "shop").data.time_format == "%m/%d/%Y %H:%M"
    assert run(["check", "--case", "shop"]) == 0


OWN = """
from starcase import Answer


class Mine:
    name, complexity, parameters = "mine", 2, {}

    def fit(self, train, *, rng):
        return Fitted(list(train.items[:10]))

    def save(self, model):
        return {"items.txt": "\\n".join(model.items).encode()}

    def load(self, files):
        return Fitted(files["items.txt"].decode().split("\\n"))


class Fitted:
    def __init__(self, items):
        self.items = items

    def decide(self, requests):
        return [SAID for _ in requests]
"""
CANDIDATES = """
[[candidates]]
name = "item_knn"

[[candidates]]
name = "mine"
use = "mine.py:Mine"
"""
SAID = {
    "a score that is no number": ('Answer("rank", float("nan"), {"items": self.items})', 4, "the score nan"),
    "an infinite score": ('Answer("rank", float("inf"), {"items": self.items})', 4, "the score inf"),
    "no list": ('Answer("rank", 1.0, {"item": self.items})', 4, "holds no list of items"),
    "an item twice": ('Answer("rank", 1.0, {"items": self.items[:1] * 2})', 4, "an item twice"),
    "no answer": ("self.items", 4, "is of type list"),
    "an error": ('self.items["first"]', 8, "TypeError"),
    "a constant": ('Answer("rank", 1.0, {"items": self.items})', 0, ""),
    "items of no catalogue": ('Answer("rank", 1.0, {"items": ["unheard", "of"]})', 0, ""),
    "nothing": ('Answer("rank", 1.0, {"items": []})', 4, "novelty_10 cannot be measured"),
}


@pytest.mark.parametrize("said", SAID)
def test_error_in_a_user_model_names_its_file(said: str, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    begun(home, CANDIDATES)
    answer, code, words = SAID[said]
    (home / "shop" / "mine.py").write_text(OWN.replace("SAID", answer))
    checked = run(["check", "--case", "shop"])
    heard = capfd.readouterr().err
    if checked:  # a handful of requests shows it
        assert (checked, "mine.py:Mine" in heard) == (code, True), heard
        assert not (home / "shop" / ".starcase" / "ledger.sqlite").exists()
        return
    with Workspace.open(home / "shop") as work:
        before = work.ledger.head()
    assert run(["contest", "--case", "shop", "--until", "+70d", "--workers", "1"]) == code
    heard = capfd.readouterr().err
    assert words in heard, heard
    assert ("mine.py:Mine" in heard) == bool(code)
    with Workspace.open(home / "shop") as work:
        assert (work.ledger.head() == before) == bool(code)
