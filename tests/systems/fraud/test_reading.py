from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.systems.fraud.cases import case_of, stream

from starcase.errors import CaseFileError, DataError
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.dataset import FraudDataset


def load(folder: Path, frame: pl.DataFrame, name: str = "tx.parquet", **data: object) -> FraudDataset:
    return FraudSystem().load(case_of(folder, frame, name, **data))


def refused(folder: Path, frame: pl.DataFrame, *words: str, name: str = "tx.parquet", **data: object) -> None:
    with pytest.raises(DataError) as caught:
        load(folder, frame, name, **data)
    for word in words:
        assert word in str(caught.value)


def test_only_target_and_time_columns_are_required(tmp_path: Path) -> None:
    dataset = load(tmp_path, stream().drop("pan", "shop"), "tx.csv", amount="", delay="0s")
    assert dataset.features.columns == ["eur", "x", "noise", "country=BE", "country=FR", "country=NL"]
    assert dataset.transactions.ids[:2] == ["0", "1"]
    assert dataset.span()[0] == int(stream()["when"][0]) * 1_000_000


def test_csv_and_parquet_give_the_same_features(tmp_path: Path) -> None:
    one, other = load(tmp_path, stream(), "a.csv"), load(tmp_path, stream(), "a.parquet")
    assert one.features.equals(other.features)
    assert one.transactions.cents is not None
    assert np.array_equal(one.transactions.cents, np.rint(stream()["eur"].to_numpy() * 100))


@pytest.mark.parametrize(
    "kind", [pl.Datetime("us"), pl.Datetime("ms", "Europe/Brussels"), pl.Date, pl.String, pl.Float64]
)
def test_time_may_be_written_in_several_ways(tmp_path: Path, kind: pl.DataType) -> None:
    moments = pl.from_epoch(stream()["when"], time_unit="s")
    if kind == pl.String:
        column = moments.dt.to_string("%Y-%m-%dT%H:%M:%SZ")
    elif kind == pl.Float64:
        column = stream()["when"].cast(pl.Float64)
    elif isinstance(kind, pl.Datetime) and kind.time_zone:
        column = moments.dt.replace_time_zone("UTC").dt.convert_time_zone(kind.time_zone).cast(kind)
    else:
        column = moments.cast(kind)
    dataset = load(tmp_path, stream().with_columns(when=column))
    days = dataset.transactions.at // 86_400_000_000
    assert np.array_equal(days, stream()["when"].to_numpy() // 86_400)


def test_time_and_ids_are_not_features(tmp_path: Path) -> None:
    frame = stream().with_row_index("serial").with_columns(other=pl.int_range(pl.len()))
    dataset = load(tmp_path, frame, id="serial", entities={"card": "pan", "terminal": "shop"})
    assert not {"when", "serial", "pan", "shop", "other", "fraud"} & set(dataset.features.columns)
    assert any(f.where == "column other" and f.severity == "warning" for f in dataset.check().findings)
    assert len(dataset.transactions) == stream().height


def test_text_with_many_values_is_dropped_and_reported(tmp_path: Path) -> None:
    frame = stream().with_columns(note=pl.Series([f"n{i % 500}" for i in range(stream().height)]))
    found = load(tmp_path, frame).check().findings
    assert any(f.where == "column note" and "500" in f.what for f in found)


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    refused(tmp_path, stream().rename({"fraud": "frauds"}), "'fraud'", "nearest is 'frauds'", "tx.parquet", "target")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    case = case_of(tmp_path, stream())
    (tmp_path / "tx.parquet").unlink()
    with pytest.raises(DataError, match="not there"):
        FraudSystem().load(case)


@pytest.mark.parametrize("text", ["", "when,fraud,eur\n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    case = case_of(tmp_path, stream(), "tx.csv")
    (tmp_path / "tx.csv").write_text(text)
    with pytest.raises(DataError, match=r"empty|no rows"):
        FraudSystem().load(case)


def test_the_first_row_out_of_order_is_named(tmp_path: Path) -> None:
    when = stream()["when"].to_list()
    when[6] = 0
    refused(tmp_path, stream().with_columns(when=pl.Series(when)), "out of order", "column when", "row 7", "sort")


def test_rows_of_one_moment_must_be_in_the_order_of_their_ids(tmp_path: Path) -> None:
    frame = stream(60).with_columns(when=pl.lit(5), serial=pl.Series([*range(58), 59, 58]))
    frame = frame.with_columns(fraud=pl.Series([0, 1] * 30))
    refused(tmp_path, frame, "order of their ids", "58 follows 59", "row 60", id="serial")
    refused(tmp_path, frame.with_columns(serial=pl.lit("a")), "occurs twice", id="serial")


def test_a_missing_label_is_refused(tmp_path: Path) -> None:
    label = stream()["fraud"].cast(pl.Float64).to_list()
    label[3] = float("nan")
    refused(tmp_path, stream().with_columns(fraud=pl.Series(label)), "label is missing", "column fraud", "row 4")
    label[3] = None
    refused(tmp_path, stream().with_columns(fraud=pl.Series(label, dtype=pl.Float64)), "label is missing", "row 4")


def test_a_label_other_than_zero_or_one_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, stream().with_columns(fraud=pl.col("fraud") * 2), "2 is not a label")
    refused(tmp_path, stream().with_columns(fraud=pl.lit(0)), "every label is 0")


def test_a_number_column_with_a_word_in_it_names_the_row(tmp_path: Path) -> None:
    noise = stream()["noise"].cast(pl.String).to_list()
    noise[9] = "n/a?"
    refused(
        tmp_path,
        stream().with_columns(noise=pl.Series(noise)),
        "'n/a?' is not a number",
        "column noise",
        "row 10",
        name="tx.csv",
    )
    eur = stream()["eur"].cast(pl.String).to_list()
    eur[2] = "12,50"
    refused(tmp_path, stream().with_columns(eur=pl.Series(eur)), "column eur", "row 3", "'12,50'")


def test_a_missing_value_is_counted_and_an_infinite_one_refused(tmp_path: Path) -> None:
    holed = stream().with_columns(x=pl.when(pl.int_range(pl.len()) != 5).then("x"))
    assert np.isnan(load(tmp_path, holed).features["x"][5])
    refused(tmp_path, stream().with_columns(x=pl.col("x") / 0), "infinite", "column x", "row 1 ")
    refused(tmp_path, stream().with_columns(eur=pl.when(pl.int_range(pl.len()) != 5).then("eur")), "amount", "row 6")


def test_the_fingerprint_follows_the_content_column_by_column(tmp_path: Path) -> None:
    one = load(tmp_path, stream()).check().fingerprint
    other = load(tmp_path, stream().with_columns(x=pl.col("x") + 1e-9)).check().fingerprint
    changed = [a.name for a, b in zip(one.columns, other.columns, strict=True) if a.sha256 != b.sha256]
    assert changed == ["x"]
    assert one.sha256 != other.sha256


def test_check_figures_equal_the_counts_of_the_data(tmp_path: Path) -> None:
    record = load(tmp_path, stream(), entities={"card": "pan"}).check()
    figures = {figure.name: figure.value for figure in record.figures}
    assert figures["transactions"] == 3_000
    assert figures["frauds"] == stream()["fraud"].sum()
    assert figures["label delay"] == 24
    assert figures["cards"] == 60
    stolen = round(float(stream().filter(pl.col("fraud") == 1)["eur"].sum()), 2)
    assert figures["fraud amount"] == stolen


def test_an_unknown_option_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match=re.escape("alert_budget")):
        load(tmp_path, stream(), options={"alert_budgt": 0.1})
    with pytest.raises(CaseFileError, match="is not a threshold rule"):
        load(tmp_path, stream(), options={"threshold": "guess"})
