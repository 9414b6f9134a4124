from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starcase.errors import LedgerConflict, LedgerError
from starcase.evidence import DecisionLog, Outcome, OutcomeCounts, ServedDecision, ShadowAnswer
from starcase.evidence.decisions.served_decision import Json, Scalar

HOUR = 3_600_000_000


def served(
    number: int,
    *,
    score: float = 0.5,
    features: dict[str, Scalar] | None = None,
    content: Json = None,
    latency: float = 1.0,
) -> ServedDecision:
    return ServedDecision(
        id=f"t{number}",
        unit=f"card-{number % 3}",
        at=number,
        plan_version=1,
        bucket=number % 10_000,
        arm="logistic",
        model="c0ffee",
        propensity=0.75,
        action="approve",
        score=score,
        content=content,
        features={"amount": float(number), "country": "AT", "first": True, "gap": None}
        if features is None
        else features,
        latency_us=latency,
    )


@pytest.fixture
def log(tmp_path: Path) -> DecisionLog:
    return DecisionLog.open(tmp_path / "decisions.sqlite", late_after=HOUR)


def test_decisions_read_back_to_the_last_bit(log: DecisionLog) -> None:
    strange: dict[str, Scalar] = {
        "a": 0.1 + 0.2,
        "b": -0.0,
        "c": 2**60 + 1,
        "d": None,
        "e": "ü",
        "f": False,
        "g": math.inf,
    }
    sent = [served(1), served(2, features=strange, content={"items": ["x", 3, None]}), served(3, features={})]
    assert log.append(sent) == 3
    back = log.read()
    assert [one.seq for one in back] == [1, 2, 3]
    assert [repr(one).rpartition(", seq=")[0] for one in back] == [repr(one).rpartition(", seq=")[0] for one in sent]
    assert log.read(after=1, limit=1) == back[1:2]
    assert log.decision("t2") == back[1]
    assert log.decision("t9") is None


def test_numpy_numbers_are_kept_as_numbers_and_nan_scores_survive(log: DecisionLog) -> None:
    log.append([served(1, score=np.float64("nan"), features={"x": np.float64(0.25), "n": np.int64(3)})])  # type: ignore[dict-item]
    back = log.read()[0]
    assert math.isnan(back.score)
    assert back.features == {"x": 0.25, "n": 3}
    assert math.isnan(log.table(known_by=0)["score"][0])


def test_decision_is_stored_once_and_never_changed(log: DecisionLog) -> None:
    log.append([served(1), served(2)])
    assert log.append([served(2, latency=9.0), served(3)]) == 3
    with pytest.raises(LedgerConflict, match="t3"):
        log.append([served(4), served(3, score=0.6)])
    assert [one.id for one in log.read()] == ["t1", "t2", "t3"]
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        log._connection.execute("UPDATE decisions SET score = 1")
    assert log.append([served(4)]) == 4


def test_decision_with_other_content_conflicts_and_with_equal_content_does_not(log: DecisionLog) -> None:
    log.append([served(1, content={"items": ["bread", "milk"], "at": 2.0}), served(2)])
    assert log.append([served(1, content={"at": np.float64(2.0), "items": ("bread", "milk")})]) == 2
    others: tuple[Json, ...] = ({"items": ["arsenic"], "at": 2.0}, {"items": ["milk", "bread"], "at": 2.0}, None)
    for other in others:
        with pytest.raises(LedgerConflict, match=r"t1.*\n.*\n.*with the content .*bread"):
            log.append([served(3), served(1, content=other)])
    with pytest.raises(LedgerConflict, match="t2"):
        log.append([served(2, content="poison")])
    assert [one.id for one in log.read()] == ["t1", "t2"]


def test_table_has_content_if_requested(log: DecisionLog) -> None:
    log.append([served(1, content={"items": ("b", "a"), "at": 1}), served(2)])
    log.shadow("m2", [ShadowAnswer("t1", "approve", 0.5, {"items": ["c"]})])
    assert log.table(known_by=9, content=True)["content"].to_list() == ['{"at":1,"items":["b","a"]}', None]
    pairs = log.pairs("m2", known_by=9, content=True)
    assert pairs["shadow_content"].to_list() == ['{"items":["c"]}', None]
    assert pairs.drop("content", "shadow_content").equals(log.pairs("m2", known_by=9))


def test_outcomes_are_known_from_the_moment_they_arrive_and_corrections_are_versions(log: DecisionLog) -> None:
    log.append([served(1), served(2), served(3)])
    log.outcomes(
        [Outcome("t1", "fraud", 0.0, at=10), Outcome("t1", "fraud", 1.0, at=20), Outcome("t2", "fraud", 1.0, 15)]
    )
    assert log.table(known_by=9)["outcome"].to_list() == [None, None, None]
    assert log.table(known_by=10)["outcome"].to_list() == [0.0, None, None]
    table = log.table(known_by=20, since=1, until=3)
    assert table["outcome"].to_list() == [1.0, 1.0]
    assert table["outcome_at"].to_list() == [20, 15]
    log.outcomes([Outcome("t3", "chargeback", 5.0, at=30)])
    with pytest.raises(LedgerError, match="several names"):
        log.table(known_by=99)
    assert log.table(known_by=99, outcome="chargeback")["outcome"].to_list() == [None, None, 5.0]
    assert log.table(known_by=99, outcome="unheard")["outcome"].to_list() == [None, None, None]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_non_finite_outcome_is_refused_and_its_batch_not_stored(log: DecisionLog, value: float) -> None:
    with pytest.raises(LedgerError, match="'t2'"):
        log.outcomes([Outcome("t1", "fraud", 1.0, at=1), Outcome("t2", "fraud", value, at=1)])
    assert log.count_outcomes().received == 0


def test_outcomes_are_counted_by_category(log: DecisionLog) -> None:
    log.append([served(1), served(2)])
    statements = [
        Outcome("t1", "fraud", 1.0, at=5),
        Outcome("t1", "fraud", 1.0, at=5),
        Outcome("t1", "fraud", 1.0, at=9),
        Outcome("t1", "fraud", 0.0, at=7),
        Outcome("t2", "fraud", 1.0, at=2 + HOUR + 1),
        Outcome("t9", "fraud", 1.0, at=5),
    ]
    expected = OutcomeCounts(received=6, accepted=2, orphan=1, repeated=2, contradicting=1, late=1)
    assert log.outcomes(statements) == expected
    assert log.count_outcomes() == expected
    log.append([served(9)])
    assert log.count_outcomes() == OutcomeCounts(received=6, accepted=3, orphan=0, repeated=2, contradicting=1, late=1)


STATEMENTS = st.builds(
    Outcome,
    st.sampled_from(["t1", "t2", "t3", "t8"]),
    st.sampled_from(["fraud", "chargeback"]),
    st.sampled_from([0.0, 1.0]),
    at=st.sampled_from([1, 5, HOUR * 3]),
)


@settings(max_examples=40, deadline=None)
@given(statements=st.lists(STATEMENTS, max_size=12), data=st.data())
def test_order_of_arrival_does_not_change_the_counts(statements: list[Outcome], data: st.DataObject) -> None:
    pieces: list[Outcome | ServedDecision] = [*statements, served(1), served(2), served(3)]
    seen = []
    for order in (pieces, data.draw(st.permutations(pieces))):
        with TemporaryDirectory() as folder, DecisionLog.open(Path(folder, "d.sqlite"), late_after=HOUR) as log:
            moved = [_send(log, piece) for piece in order]
            counts = log.count_outcomes()
            assert counts.received == len(statements) == sum(count.received for count in moved if count)
            assert counts.repeated == sum(count.repeated for count in moved if count)
            assert counts.contradicting == sum(count.contradicting for count in moved if count)
            assert counts.received == counts.accepted + counts.orphan + counts.repeated + counts.contradicting
            known = log.table(known_by=10**12, outcome="fraud").sort("id").select("id", "outcome", "outcome_at")
            seen.append((astuple(counts), known.rows()))
    assert seen[0] == seen[1]


@settings(max_examples=40, deadline=None)
@given(batches=st.lists(st.lists(STATEMENTS, max_size=6), max_size=4))
def test_batch_changes_add_up_to_the_counts(batches: list[list[Outcome]]) -> None:
    with TemporaryDirectory() as folder, DecisionLog.open(Path(folder, "d.sqlite"), late_after=HOUR) as log:
        log.append([served(1), served(2), served(3)])
        moved = [astuple(log.outcomes(batch)) for batch in batches]
        assert astuple(log.count_outcomes()) == tuple(map(sum, zip(*moved, [0] * 6, strict=True)))


def _send(log: DecisionLog, piece: Outcome | ServedDecision) -> OutcomeCounts | None:
    if isinstance(piece, Outcome):
        return log.outcomes([piece])
    log.append([piece])
    return None


def answers(numbers: Sequence[int], score: float = 0.9) -> list[ShadowAnswer]:
    return [ShadowAnswer(f"t{number}", "block", score, latency_us=2.0) for number in numbers]


def test_shadow_answers_are_stored_once_with_their_offset(log: DecisionLog) -> None:
    log.append([served(number) for number in range(1, 6)])
    assert log.find_shadow_offset("beef") == 0
    assert log.shadow("beef", answers([1, 2, 3])) == 3
    assert log.find_shadow_offset("beef") == 3
    assert log.shadow("beef", answers([2, 3, 4], score=0.1)) == 1
    assert log.shadow("other", [ShadowAnswer("t1", "", math.nan, error="ValueError: no")]) == 1
    assert (log.find_shadow_offset("beef"), log.find_shadow_offset("other")) == (4, 1)
    log.outcomes([Outcome("t1", "fraud", 1.0, at=8)])
    pairs = log.pairs("beef", known_by=9)
    assert pairs["shadow_score"].to_list() == [0.9, 0.9, 0.9, 0.1, None]
    assert pairs["outcome"].to_list() == [1.0, None, None, None, None]
    assert log.pairs("other", known_by=9)["shadow_error"].to_list() == ["ValueError: no", None, None, None, None]
    assert log.pairs("unheard", known_by=9)["shadow_action"].to_list() == [None] * 5
    assert log.shadow("beef", [], through=5) == 0
    assert log.find_shadow_offset("beef") == 5


def test_digest_ignores_only_latency_and_batches(tmp_path: Path) -> None:
    digests = []
    for run, (batch, latency, score) in enumerate([(1, 1.0, 0.5), (4, 9.0, 0.5), (4, 9.0, 0.6)]):
        with DecisionLog.open(tmp_path / f"{run}.sqlite") as log:
            decisions = [served(number, latency=latency, score=score) for number in range(8)]
            for start in range(0, 8, batch):
                log.append(decisions[start : start + batch])
                log.shadow("beef", answers(range(start, start + batch)))
            log.outcomes([Outcome("t1", "fraud", 1.0, at=8)])
            digests.append(log.digest())
    assert digests[0] == digests[1] != digests[2]


def test_empty_log_returns_empty_tables(log: DecisionLog) -> None:
    assert log.pairs("beef", known_by=9).height == log.table(known_by=9).height == log.last() == log.append([]) == 0
    assert log.table(known_by=0).columns[-1] == "outcome_weight"


def test_transaction_is_stored_completely_or_not_at_all(log: DecisionLog) -> None:
    with pytest.raises(LedgerError), log.open_transaction():  # noqa: PT012 - what stands before the failure is the matter
        log.append([served(1)])
        log.shadow("feed", [ShadowAnswer("t1", "block", 0.9)])
        log.outcomes([Outcome("t1", "bad", math.nan, at=9)])
    assert (log.last(), log.find_shadow_offset("feed")) == (0, 0)
    with log.open_transaction():
        log.append([served(1)])
        with pytest.raises(LedgerConflict):
            log.append([served(2), served(1, score=0.75)])
        log.outcomes([Outcome("t1", "bad", 1.0, at=9)])
    assert (log.last(), log.count_outcomes().accepted) == (1, 1)


def test_first_statement_of_each_outcome_is_stored_in_order_of_arrival(log: DecisionLog) -> None:
    log.append([served(1), served(2)])
    log.outcomes([Outcome("t2", "fraud", 1.0, 9), Outcome("t9", "fraud", 0.0, 3), Outcome("t2", "fraud", 0.0, 9)])
    log.outcomes([Outcome("t1", "fraud", 1.0, 2), Outcome("t2", "fraud", 1.0, 1)])
    found = log.arrivals("c0ffee")
    assert [(one.seq, one.outcome.decision, one.outcome.value, one.outcome.at) for one in found] == [
        (1, "t2", 1.0, 9), (2, "t1", 1.0, 2),
    ]  # fmt: skip
    assert [one.served.id for one in found] == ["t2", "t1"]
    assert log.find_last_arrival() == 2
    assert [one.seq for one in log.arrivals("c0ffee", after=1, through=2)] == [2]
    assert log.arrivals("another") == []
    log.append([served(9), served(8)])
    assert [(one.seq, one.served.id) for one in log.arrivals("c0ffee", after=2)] == [(3, "t9")]
    assert [kept.id for kept, _ in log.read_model_outcomes("c0ffee")] == ["t2", "t1", "t9"]


def test_in_a_log_of_version_three_outcomes_without_a_decision_wait_for_it(tmp_path: Path) -> None:
    with DecisionLog.open(tmp_path / "log.sqlite") as log:
        log.append([served(1)])
        log.outcomes([Outcome("t1", "fraud", 1.0, 2)])
    with sqlite3.connect(tmp_path / "log.sqlite") as older:
        older.execute(
            "INSERT INTO arrivals (decision, name, at, value, weight) SELECT 't9', name, 3, 0, 1 FROM arrivals"
        )
        older.execute("DROP TABLE early")
        older.execute("PRAGMA user_version=3")
    older.close()
    with DecisionLog.open(tmp_path / "log.sqlite") as log:
        assert [one.served.id for one in log.arrivals("c0ffee")] == ["t1"]
        log.append([served(9)])
        assert [one.served.id for one in log.arrivals("c0ffee")] == ["t1", "t9"]
    with sqlite3.connect(tmp_path / "log.sqlite") as kept, pytest.raises(sqlite3.DatabaseError, match="append-only"):
        kept.execute("DELETE FROM arrivals")
    kept.close()


def test_a_log_of_an_older_version_gets_its_arrivals_by_moment(tmp_path: Path) -> None:
    with DecisionLog.open(tmp_path / "log.sqlite") as log:
        log.append([served(1), served(2)])
        log.outcomes([Outcome("t2", "fraud", 1.0, 9), Outcome("t1", "fraud", 1.0, 2), Outcome("t2", "fraud", 0.0, 11)])
    with sqlite3.connect(tmp_path / "log.sqlite") as older:
        older.execute("DROP TABLE arrivals")
        older.execute("DROP TABLE early")
        older.execute("PRAGMA user_version=2")
    older.close()
    with DecisionLog.open(tmp_path / "log.sqlite") as log:
        found = [(one.outcome.decision, one.outcome.value) for one in log.arrivals("c0ffee")]
        assert found == [("t1", 1.0), ("t2", 1.0)]
