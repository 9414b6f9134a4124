"""Typical faults in production that must not affect serving."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import pytest
from tests.serving.rooms import NEW, OLD, Linear, ask, plan, serving, snapshot

from starcase.contract.model import Model
from starcase.contract.request import Request
from starcase.decide import Arm, ServingPlan
from starcase.errors import ArtefactError, LedgerError
from starcase.evidence import DecisionLog
from starcase.serving.http.snapshot import Snapshot
from starcase.serving.models.formats.trees import Trees
from starcase.serving.models.golden_requests import GoldenRequests, GoldenRequestStore
from starcase.serving.models.model_cache import ModelCache
from starcase.serving.process.plan_watcher import PlanWatcher
from starcase.serving.wal.segment import WalSegment


def let_in(folder: Path, *models: str) -> GoldenRequestStore:
    passports = GoldenRequestStore(folder / "passports")
    for model in models:
        passports.save(GoldenRequests.collect(model, Linear(1.0), []))
    return passports


class Ledger:
    """A plan that changes, and a disk that fails for a while."""

    def __init__(self) -> None:
        self.plan, self.gone = plan(), False

    def newest(self) -> int:
        if self.gone:
            raise LedgerError("the disk is gone")
        return self.plan.version

    def read(self) -> ServingPlan:
        self.newest()
        return self.plan


def test_a_worker_serves_on_while_the_ledger_is_unreadable_reports_it_and_catches_up(tmp_path: Path) -> None:
    ledger, switched = Ledger(), list[Snapshot]()
    shelf = ModelCache(lambda _, __: Linear(1.0), let_in(tmp_path, OLD, NEW))
    follower = PlanWatcher(ledger.newest, ledger.read, shelf, switched.append)
    follower.load_first()
    ledger.plan, ledger.gone = plan(2, NEW, "new"), True
    for _ in range(3):
        assert not follower.look()
        assert "still serving version 1: the disk is gone" in follower.degraded
    assert switched == []
    ledger.gone = False
    assert follower.look()
    assert (switched[0].plan.version, follower.degraded) == (2, "")
    ledger.plan = plan(1)
    assert not follower.look(), "a worker never goes back to a lower version"


def test_a_model_without_its_own_passport_is_not_served(tmp_path: Path) -> None:
    passports = let_in(tmp_path, OLD)
    shelf = ModelCache(lambda _, __: Linear(1.0), passports)
    shelf.load_models([Arm("old", OLD)])
    with pytest.raises(ArtefactError, match="new has not been admitted yet"):
        shelf.load_models([Arm("new", NEW)])
    (tmp_path / "passports" / f"{NEW}.json").write_bytes((tmp_path / "passports" / f"{OLD}.json").read_bytes())
    with pytest.raises(ArtefactError, match="another model"):
        shelf.load_models([Arm("new", NEW)])
    (tmp_path / "passports" / f"{NEW}.json").write_text('{"features": ')
    with pytest.raises(ArtefactError, match="cannot be read"):
        shelf.load_models([Arm("new", NEW)])


def test_two_candidates_with_the_same_bytes_are_not_confused(tmp_path: Path) -> None:
    made: list[str] = []

    def load(candidate: str, model: str) -> Model:
        del model
        made.append(candidate)
        return Linear(1.0)

    shelf = ModelCache(load, let_in(tmp_path, OLD))
    first, second = (shelf.load_models([Arm(name, OLD)])[OLD] for name in ("one", "other"))
    assert made == ["one", "other"]
    assert first is not second
    assert shelf.load_models([Arm("one", OLD)])[OLD] is first


def usual_pause(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that ``work`` took in a thread beside this one, and the median pause between two ticks of this one."""
    began, done = time.monotonic(), threading.Event()

    def beside() -> None:
        work()
        done.set()

    thread = threading.Thread(target=beside)
    thread.start()
    pauses, last = [], began
    while not done.is_set():
        time.sleep(0.001)
        now = time.monotonic()
        pauses.append(now - last)
        last = now
    thread.join()
    return time.monotonic() - began, float(np.median(pauses))


def test_the_event_loop_ticks_while_a_big_model_loads_and_segments_are_created(tmp_path: Path) -> None:
    """Both release the interpreter lock; without that, every tick would wait for them."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(4_000, 10))
    data = lightgbm.Dataset(rows, rows[:, 0] + rng.normal(size=4_000) > 0)
    text = lightgbm.train({"num_leaves": 63, "verbose": -1, "num_threads": 1}, data, 400).model_to_string()
    assert len(text) > 2_000_000
    _, alone = usual_pause(lambda: time.sleep(0.5))
    took, pause = usual_pause(lambda: [Trees(text) for _ in range(10)])
    assert took > 0.1
    assert pause < 0.02 + 5 * alone, "beside what the machine does otherwise"
    folder = tmp_path / "wal"
    folder.mkdir()

    def begin() -> None:
        for number in range(20):
            WalSegment(folder, number).close()

    _, pause = usual_pause(begin)
    assert pause < 0.02 + 5 * alone


@pytest.mark.parametrize("durability", ["buffered", "off"])
def test_lower_durability_levels_answer_without_waiting_and_keep_what_they_state(
    durability: str, tmp_path: Path, models: Path
) -> None:
    folder = tmp_path / "shop"
    with serving(folder, "--champion", str(models / "old.txt"), "--durability", durability) as served:
        assert [served.decide(ask(f"b{i}"))[0] for i in range(20)] == [200] * 20
        assert served.decide(ask("b3")) == served.decide(ask("b3"))
        step = json.dumps({"who": "ana", "why": "try"}).encode()
        status, said = served.call("POST", "/v1/cases/shop/promote", step)
        assert (status, said["error"]["code"]) == (403, "no token")
    with DecisionLog.open(folder / ".starcase" / "decisions.sqlite") as log:
        assert log.last() == (20 if durability == "buffered" else 0)


def test_a_snapshot_without_its_models_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="are not loaded"):
        Snapshot(plan(), {}, snapshot().signature)


def test_a_challenger_with_the_champions_model_hash_is_refused(tmp_path: Path) -> None:
    both = plan(3, OLD, "old")
    both = ServingPlan(
        case=both.case, version=3, salt=both.salt, champion=Arm("old", OLD), challenger=Arm("new", OLD), reaches=()
    )
    follower = PlanWatcher(lambda: 3, lambda: both, ModelCache(lambda _, __: Linear(1.0), let_in(tmp_path, OLD)), print)
    first = follower.load_first()
    assert first.plan.challenger is None
    assert isinstance(first.models[OLD], Linear)
    assert "new cannot be loaded" in follower.degraded


def test_a_model_that_raises_on_its_golden_requests_fails_the_check(tmp_path: Path) -> None:
    class Broken:
        def decide(self, _: object) -> list[object]:
            raise AttributeError("no such attribute in this version")

    passports = GoldenRequestStore(tmp_path)
    passports.save(GoldenRequests.collect(OLD, Linear(1.0), [Request("1", "u", 0, {"x": 1.0})]))
    shelf = ModelCache(lambda _, __: Broken(), passports)  # type: ignore[arg-type, return-value]
    shelf.load_models([Arm("old", OLD)])
    assert "AttributeError: no such attribute" in shelf.describe_difference(Arm("old", OLD))
    with pytest.raises(ArtefactError, match="fails its golden requests"):
        shelf.reload(Arm("old", OLD))
