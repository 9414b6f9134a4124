from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.systems.recommend.cases import DAY, case_of, purchases

from starcase.errors import CaseFileError, DataError
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.dataset import RecommendDataset


def loaded(folder: Path, frame: pl.DataFrame, name: str = "taken.parquet", **given: object) -> RecommendDataset:
    return RecommendSystem().load(case_of(folder, frame, name, **given))


def refused(folder: Path, frame: pl.DataFrame, *words: str, **given: object) -> None:
    with pytest.raises(DataError) as error:
        loaded(folder, frame, **given)  # type: ignore[arg-type]
    for word in words:
        assert word in str(error.value)


def test_a_csv_and_a_parquet_file_in_any_order_give_the_same(tmp_path: Path) -> None:
    frame = purchases()
    first = loaded(tmp_path, frame)
    second = loaded(tmp_path, frame.sample(fraction=1.0, shuffle=True, seed=3), "taken.csv")
    for fold, other in zip(first.folds(count=2), second.folds(count=2), strict=True):
        assert fold == other
        assert first.outcomes(fold).equals(second.outcomes(fold))
        assert list(first.requests(fold)) == list(second.requests(fold))


def test_duplicate_events_count_once_and_are_reported(tmp_path: Path) -> None:
    frame = purchases()
    twice = loaded(tmp_path, pl.concat([frame, frame[:7]]))
    assert len(twice.interactions) == frame.height
    assert any(finding.what.startswith("7 rows repeat") for finding in twice.check().findings)


@pytest.mark.parametrize(("task", "told"), [("repeat", True), ("discovery", False)])
def test_a_task_that_does_not_fit_the_data_is_reported(tmp_path: Path, task: str, told: bool) -> None:
    once = purchases().unique(["user", "item"], maintain_order=True)
    found = [finding.what for finding in loaded(tmp_path, once, options={"task": task}).check().findings]
    assert any("of the interactions repeat an item" in what for what in found) is told


def test_a_time_after_the_export_is_refused_with_its_row(tmp_path: Path) -> None:
    options = {"exported": "1970-04-11T00:00:00Z"}
    assert loaded(tmp_path, purchases(), options=options)
    late = purchases().with_columns(at=pl.when(pl.int_range(pl.len()) == 5).then(101 * DAY).otherwise("at"))
    refused(tmp_path, late, "later than the export", "row 6", options=options)


def test_a_time_far_behind_all_others_is_refused(tmp_path: Path) -> None:
    late = purchases().with_columns(at=pl.when(pl.int_range(pl.len()) == 5).then(9_000 * DAY).otherwise("at"))
    refused(tmp_path, late, "far behind all others", "row 6")


def test_days_without_a_time_of_day_are_accepted(tmp_path: Path) -> None:
    assert loaded(tmp_path, purchases().with_columns(at=pl.col("at") // DAY * DAY).sort("at", "user", "item"))


def test_one_user_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, purchases().with_columns(user=pl.lit("me")), "of one user", "unit")


def test_a_case_without_users_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, purchases(), "does not name the column of users", "--unit", unit="")


def test_a_missing_item_is_refused_with_its_row(tmp_path: Path) -> None:
    holed = purchases().with_columns(item=pl.when(pl.int_range(pl.len()) != 3).then("item"))
    refused(tmp_path, holed, "the item is missing", "row 4")


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1.0, None])
def test_an_invalid_weight_is_refused(tmp_path: Path, weight: float | None) -> None:
    frame = purchases().with_columns(stars=pl.when(pl.int_range(pl.len()) == 2).then(weight).otherwise("stars"))
    refused(tmp_path, frame, "the weight is", "row 3", options={"weight": "stars"})


def test_items_missing_from_the_item_table_are_reported(tmp_path: Path) -> None:
    pl.DataFrame({"item": ["i00", "i01"], "words": ["red cup", None]}).write_csv(tmp_path / "items.csv")
    options = {"items": "items.csv", "item_text": "words"}
    found = [finding.what for finding in loaded(tmp_path, purchases(), options=options).check().findings]
    assert any(what.startswith("38 of 40 items in the interactions are not in the item table") for what in found)
    assert "1 items have no words in words" in found


def test_several_columns_of_words_are_read_as_one_text(tmp_path: Path) -> None:
    table = pl.DataFrame({"item": ["i00", "i01"], "title": ["red", None], "kind": ["cup", None]})
    table.write_csv(tmp_path / "items.csv")
    options = {"items": "items.csv", "item_text": "title, kind"}
    found = loaded(tmp_path, purchases(), options=options)
    assert dict(found.interactions.texts) == {"i00": "red cup", "i01": ""}
    assert "1 items have no words in title, kind" in [finding.what for finding in found.check().findings]
    wanted = {"items": "items.csv", "item_text": "title,knid"}
    refused(tmp_path, purchases(), "no column 'knid'; the nearest is 'kind'", "options.item_text", options=wanted)


def test_a_missing_item_table_names_the_path_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "films.csv").write_text("item\ni00\n")
    monkeypatch.chdir(tmp_path)
    begins = "its path is relative to the folder of case.toml"
    refused(
        Path("shop"), purchases(), "item table does not exist", begins, "'../films.csv'", options={"items": "films.csv"}
    )
    refused(
        Path("shop"), purchases(), "item table does not exist", "such as '../wines.csv'", options={"items": "wines.csv"}
    )
    assert loaded(Path("shop"), purchases(), options={"items": "../films.csv"}).interactions.texts == {"i00": ""}


@pytest.mark.parametrize(("ids", "word"), [(["i00", None], "the item id is missing"), (["i00", "i00"], "occurs twice")])
def test_a_table_of_items_with_missing_or_repeated_ids_is_refused(
    tmp_path: Path, ids: list[str | None], word: str
) -> None:
    pl.DataFrame({"item": ids, "words": ["a", "b"]}).write_parquet(tmp_path / "items.parquet")
    refused(tmp_path, purchases(), word, "items.parquet", "row", options={"items": "items.parquet"})


def test_an_unknown_column_names_the_nearest(tmp_path: Path) -> None:
    refused(tmp_path, purchases(), "'usre'", "nearest is 'user'", unit="usre")


def test_too_little_history_is_refused(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, purchases(3, baskets=3))
    with pytest.raises(DataError, match="too few for 2 folds"):
        dataset.folds(count=2)


def test_too_many_interactions_of_one_day_are_refused(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, purchases().with_columns(at=pl.lit(5 * DAY)))
    with pytest.raises(DataError, match="share one moment"):
        dataset.folds(count=1)


@pytest.mark.parametrize(
    ("options", "word"),
    [({"task": "both"}, "not a task"), ({"lenght": 5}, "`length`"), ({"hit_weight": 4.0}, "needs `weight`")],
)
def test_invalid_options_are_refused(tmp_path: Path, options: dict[str, object], word: str) -> None:
    with pytest.raises(CaseFileError, match=word):
        loaded(tmp_path, purchases(), options=options)
