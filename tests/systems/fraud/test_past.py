"""Features of cards and terminals: exact, equal for file and stream, and without future information."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.systems.fraud.cases import case_of, shared, stream

from starcase.contract.case_spec import Case, DataSpec, ObjectiveSpec
from starcase.contract.request import Answer, Request
from starcase.contract.system import Environment
from starcase.errors import DataError
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.loading import build_dataset
from starcase.systems.fraud.options import FraudOptions
from starcase.systems.fraud.past.entity_history import EntityHistory
from starcase.systems.fraud.past.feature_stream import compute_feature_table
from starcase.systems.fraud.past.window_plan import WindowPlan
from starcase.systems.fraud.past.windows import Windows, WindowsState
from starcase.tables.clock import DAY, SECOND
from starcase.testing import check_system

ENTITIES = {"card": "pan", "terminal": "shop"}
LENGTHS = (3, 10, 40)
Event = tuple[str, int, int]

# Times rise by 0 often, so that many events share a moment, and by more than the longest window now and then.
steps = st.sampled_from([0, 0, 0, 1, 2, 5, 9, 41, 100])
events = st.lists(st.tuples(st.sampled_from("abc"), steps, st.integers(-500, 10**12)), max_size=60)


def timed(found: list[Event]) -> list[Event]:
    at, out = 0, []
    for key, step, value in found:
        at += step
        out.append((key, at, value))
    return out


def by_hand(seen: list[Event], key: str, now: int) -> list[int]:
    inside = [[v for k, at, v in seen if k == key and now - length < at] for length in LENGTHS]
    return [number for values in inside for number in (len(values), sum(values))]


@given(events)
@settings(max_examples=300, deadline=None)
def test_windows_equal_a_recount_of_earlier_events_including_ties(found: list[Event]) -> None:
    windows, seen = Windows(LENGTHS), list[Event]()
    for key, at, value in timed(found):
        assert windows.at(key, at) == by_hand(seen, key, at)
        windows.add(key, at, value)
        seen.append((key, at, value))
        assert windows.at(key, at) == by_hand(seen, key, at)


@given(events, st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_a_restart_from_a_snapshot_changes_no_answer_and_no_byte(found: list[Event], stop: int) -> None:
    whole, parted = Windows(LENGTHS), Windows(LENGTHS)
    for number, (key, at, value) in enumerate(timed(found)):
        if number == stop:
            kept = msgspec.msgpack.encode(parted.snapshot())
            parted = Windows.restore(msgspec.msgpack.decode(kept, type=WindowsState))
        whole.add(key, at, value)
        parted.add(key, at, value)
        assert parted.at(key, at) == whole.at(key, at)
    assert msgspec.msgpack.encode(parted.snapshot()) == msgspec.msgpack.encode(whole.snapshot())


def test_events_outside_the_longest_window_are_removed() -> None:
    windows = Windows([10])
    for at in range(20_000):
        windows.add(f"card-{at % 7_000}", at, 1)
    state = windows.snapshot()
    held = sum(len(entity.times) for entity in state.entities)
    assert len(windows) <= held <= 10 + 8 * 10 + 64 + 1
    windows.add("regular", 20_000, 1)
    for at in range(20_000, 60_000):
        windows.add("regular", at, 1)
    assert sum(len(entity.times) for entity in windows.snapshot().entities) <= 10 + 8 * 10 + 64 + 1


def test_a_late_event_is_refused_and_changes_nothing() -> None:
    windows = Windows([10])
    windows.add("a", 5, 1)
    with pytest.raises(DataError, match="comes after"):
        windows.add("a", 4, 1)
    assert windows.at("a", 5) == [1, 1]
    with pytest.raises(DataError, match="order of time"):
        windows.at("a", 4)


def case(folder: Path, frame: pl.DataFrame | None = None, **data: object) -> Case:
    options = {"windows": ("1h", "1d", "3d"), "label_windows": ("1d", "3d")}
    return case_of(
        folder, stream() if frame is None else frame, "tx.parquet", entities=ENTITIES, options=options, **data
    )


def crowded() -> pl.DataFrame:
    """Many rows at each moment: 3,000 transactions at 600 different moments."""
    frame = stream()
    return frame.with_columns(when=(pl.col("when") // 1440) * 1440)


@pytest.mark.parametrize("delay", ["0s", "1h", "1d"])
def test_a_stream_gives_the_features_of_the_file_at_every_row(tmp_path: Path, delay: str) -> None:
    system, spec = FraudSystem(), case(tmp_path, crowded(), delay=delay)
    dataset = system.load(spec)
    environment = system.environment(spec, dataset)
    since, until = dataset.span()
    for start, end in [(since, since + 2 * DAY), (since + 2 * DAY, since + 3 * DAY), (since + 4 * DAY, until)]:
        served = approved(environment, start, end)
        history = dataset.select_requests(start, end)
        assert len(served) == len(history)
        for ours, theirs in zip(served, history, strict=True):
            assert (ours.id, ours.unit, ours.at, list(ours.features)) == (
                theirs.id, theirs.unit, theirs.at, list(theirs.features),
            )  # fmt: skip
            assert repr(list(ours.features.values())) == repr(list(theirs.features.values()))


def approved(environment: Environment, since: int, until: int) -> list[Request]:
    served = []
    for request in environment.arrivals(since, until):
        served.append(request)
        environment.outcome(request, Answer("approve", 0.0))
        environment.outcome(request, Answer("approve", 0.0))
    return served


def block_every_third(environment: Environment, since: int, until: int) -> list[tuple[Request, Answer]]:
    """Serve a span like a model that blocks every third transaction."""
    served = []
    for number, request in enumerate(environment.arrivals(since, until)):
        answer = Answer("approve" if number % 3 else "block", 0.5)
        environment.outcome(request, answer)
        served.append((request, answer))
    return served


def test_labels_of_blocked_transactions_do_not_enter_later_features(tmp_path: Path) -> None:
    system, spec = FraudSystem(), replace(case(tmp_path), options={"label_windows": ("30d",), "pass_through": 0.1})
    dataset = system.load(spec)
    since, until = dataset.span()
    environment = system.environment(spec, dataset)
    arrived, told = list[tuple[int, str]](), 0
    for number, request in enumerate(environment.arrivals(since, until)):
        shop = dataset.transactions.entities["terminal"][number]
        assert request.features["terminal known 30d"] == sum(at <= request.at and s == shop for at, s in arrived)
        outcome = environment.outcome(request, Answer("block", 1.0))
        if outcome:
            told += 1
            arrived.append((outcome.at, shop))
    assert 0.05 < told / len(dataset.transactions) < 0.15


def test_a_resumed_stream_includes_earlier_served_decisions(tmp_path: Path) -> None:
    system, spec = FraudSystem(), case(tmp_path)
    dataset = system.load(spec)
    since, until = dataset.span()
    middle = since + 5 * DAY
    whole = system.environment(spec, dataset)
    first = block_every_third(whole, since, middle)
    second = block_every_third(whole, middle, until)
    resumed = system.environment(spec, dataset)
    for request, answer in first:
        resumed.outcome(request, answer)
    assert repr(block_every_third(resumed, middle, until)) == repr(second)
    assert repr(block_every_third(resumed, middle, until)) == repr(second)
    strangers = system.environment(spec, dataset)
    assert repr(block_every_third(strangers, middle, until)) != repr(second)


def test_no_label_is_used_before_it_arrives(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case(tmp_path))
    rows = dataset.transactions
    cut = len(rows) // 2
    never = np.where(rows.arrival > rows.at[cut], 2**62, rows.arrival)
    options = FraudOptions(windows=("1h", "1d", "3d"), label_windows=("1d", "3d"))
    silent = build_dataset(replace(rows, arrival=never), options)
    same = dataset.features[: cut + 1].equals(silent.features[: cut + 1], null_equal=True)
    assert same
    assert not dataset.features.equals(silent.features)
    lied = build_dataset(
        replace(rows, arrival=never, label=np.where(never == 2**62, 1 - rows.label, rows.label)), options
    )
    assert lied.features.equals(silent.features)


def test_no_feature_depends_on_the_future_or_the_label_of_its_row(tmp_path: Path) -> None:
    rows = FraudSystem().load(case(tmp_path, crowded(), delay="0s")).transactions
    options = FraudOptions(windows=("1h", "1d", "3d"), label_windows=("1d", "3d"))
    whole = build_dataset(rows, options).features
    for cut in (1, 500, 1501):
        label = rows.label.copy()
        label[cut - 1 :] = 1 - label[cut - 1 :]
        assert rows.cents is not None
        money = rows.cents.copy()
        money[cut:] += 100
        other = build_dataset(replace(rows, label=label, cents=money), options).features
        past = [name for name in whole.columns if name != "eur"]
        assert whole.select(past)[:cut].equals(other.select(past)[:cut])


def test_window_features_have_the_values_of_a_hand_calculation(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "when": [0, 60, 60, 4000, 90_000, 90_000],
            "pan": [1, 1, 2, 1, 1, 1],
            "shop": [7, 7, 7, 8, 7, 7],
            "eur": [10.0, 20.0, 5.0, 100.0, 30.0, 30.0],
            "x": [0.0, 1.0, 0.0, 1.0, 0.0, 2.0],
            "fraud": [1, 0, 0, 1, 0, 0],
        }
    )
    found = FraudSystem().load(case(tmp_path, frame, delay="10m")).features
    assert found["card count 1h"].to_list() == [1, 2, 1, 1, 1, 2]
    assert found["card mean 1d"].to_list() == [10, 15, 5, 130 / 3, 65, 160 / 3]
    assert found["card usual amount"].to_list()[1:5] == [10, pytest.approx(math.nan, nan_ok=True), 15, 130 / 3]
    assert found["amount to usual"].to_list()[3] == 100 / 15
    assert found["amount z-score"].to_list()[3] == pytest.approx((100 - 15) / 5)
    assert found["card spikes 1d"].to_list() == [0, 0, 0, 0, 1, 1]
    assert found["terminal known 3d"].to_list() == [0, 0, 0, 0, 3, 3]
    assert found["terminal frauds 3d"].to_list() == [0, 0, 0, 0, 1, 1]
    assert found["terminal risk 3d"].to_list()[4] == 1 / 3
    assert found["terminal since fraud"].to_list()[4] == 90_000 - 600
    assert found["terminal since first fraud"].to_list()[4] == 90_000 - 600
    assert found["terminal run"].to_list() == [0, 0, 0, 0, 0, 0]
    assert found["card frauds 3d"].to_list() == [0, 0, 0, 1, 2, 2]
    assert found["card frauds 1d"].to_list() == [0, 0, 0, 1, 1, 1]


def test_a_run_counts_known_frauds_since_the_last_legitimate_one(tmp_path: Path) -> None:
    fraud = [0, 1, 1, 0, 1, 1, 1, 0]
    frame = pl.DataFrame(
        {"when": range(0, 800, 100), "pan": 1, "shop": 7, "eur": 5.0, "fraud": fraud},
        schema_overrides={"when": pl.Int64},
    ).with_columns(x=pl.col("when") % 3 * 1.0)
    found = FraudSystem().load(case(tmp_path, frame, delay="100s")).features
    assert found["terminal run"].to_list() == [0, 0, 1, 2, 0, 1, 2, 3]


def test_calendar_features_require_the_true_epoch(tmp_path: Path) -> None:
    spec = replace(case(tmp_path), options={"calendar": True})
    dataset = FraudSystem().load(spec)
    hours = dataset.transactions.at // (3600 * SECOND) % 24
    assert np.array_equal(dataset.features["night"].to_numpy(), hours <= 6)
    assert {"night", "weekend", "card mean 1d"} < set(dataset.base)
    assert not {"amount z-score", "terminal since fraud"} & set(dataset.base)


@pytest.mark.parametrize("entities", [{"card": "pan"}, {"terminal": "shop"}, ENTITIES])
@pytest.mark.parametrize("amount", ["", "eur"])
def test_a_case_with_cards_passes_the_contract_check(tmp_path: Path, entities: dict[str, str], amount: str) -> None:
    frame = stream(1500)
    spec = case(tmp_path, frame, amount=amount, ignore=() if amount else ("eur",))
    spec = replace(spec, data=replace(spec.data, entities=entities))
    check_system(FraudSystem(), spec, fit=False)


def test_a_feature_stream_resumes_where_it_was_interrupted(tmp_path: Path) -> None:
    dataset = FraudSystem().load(case(tmp_path, crowded()))
    rows, width = dataset.transactions, len(dataset.plan.names())
    walk = dataset.walk()
    before = list(walk.iterate_until(1234, rows.label, rows.arrival))
    kept = walk.snapshot()
    again = dataset.walk()
    again.resume(kept)
    assert again.snapshot() == kept
    after = list(again.iterate_until(len(rows), rows.label, rows.arrival))
    whole = compute_feature_table(dataset.walk(), len(rows), width, rows.label, rows.arrival)
    assert np.array_equal(np.array(before + after), whole, equal_nan=True)
    for _ in walk.iterate_until(len(rows), rows.label, rows.arrival):
        pass
    assert walk.snapshot() == again.snapshot()


def handbook(folder: Path, *, first: int, last: int) -> FraudDataset:
    """Days ``first`` to ``last`` of the shared stream of cards and terminals."""
    day = pl.col("time_s") // 86_400
    source = shared("handbook_transactions/transactions_2018-04_2018-07.parquet")
    frame = pl.scan_parquet(source).filter(day.is_between(first, last, closed="left")).collect()
    frame.with_columns(amount=pl.col("amount_cents") / 100).drop("amount_cents").write_parquet(folder / "tx.parquet")
    spec = DataSpec(
        path="tx.parquet", time="time_s", target="is_fraud", id="tx_id", amount="amount", delay="7d",
        entities={"card": "customer_id", "terminal": "terminal_id"}, ignore=("fraud_scenario",),
        epoch="2018-04-01T00:00:00Z",
    )  # fmt: skip
    return FraudSystem().load(
        Case(
            name="hb", title="hb", system="fraud", incumbent="lightgbm", folder=str(folder), data=spec,
            objective=ObjectiveSpec(metric="average_precision"),
        )
    )  # fmt: skip


def test_counts_on_real_traffic_equal_an_independent_count(tmp_path: Path) -> None:
    dataset = handbook(tmp_path, first=20, last=24)
    rows = dataset.transactions
    frame = pl.DataFrame({"card": rows.entities["card"], "at": rows.at, "cents": rows.cents, "row": range(len(rows))})
    counts, sums = np.zeros(len(rows)), np.zeros(len(rows))
    for part in frame.partition_by("card"):
        at, cents = part["at"].to_numpy(), part["cents"].to_numpy()
        start = np.searchsorted(at, at - DAY, side="right")
        total = np.concatenate([[0], np.cumsum(cents)])
        places = np.arange(at.size)
        counts[part["row"].to_numpy()] = places - start + 1
        sums[part["row"].to_numpy()] = total[places + 1] - total[start]
    assert np.array_equal(dataset.features["card count 1d"].to_numpy(), counts)
    assert np.array_equal(dataset.features["card mean 1d"].to_numpy(), sums / (100 * counts))


def test_a_card_without_events_in_the_longest_window_is_a_new_card() -> None:
    plan = WindowPlan(windows=("1d", "30d"), label_windows=("7d",), card=True, terminal=False, money=True)
    past, other = EntityHistory(plan), EntityHistory(plan)
    for number in range(20):
        past.see("card", "", number * DAY, 2_000)
    past.learn("card", "", 20 * DAY, 1)
    back = 19 * DAY + 30 * DAY + 1
    assert np.array_equal(past.see("card", "", back, 500), other.see("card", "", back, 500), equal_nan=True)
