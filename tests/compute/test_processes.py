from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from starcase.compute.executor import Executor, InProcess
from starcase.compute.processes import Processes
from starcase.compute.seeds import spawn_seeds
from starcase.errors import StarcaseError
from starcase.extensions.user_code import load_own

ROOT = Path(__file__).parents[2]


def drawn(seed: np.random.SeedSequence) -> list[float]:
    return [float(x) for x in np.random.default_rng(seed).normal(size=3)]


def slow_at_first(item: int) -> int:
    time.sleep(0.2 if item == 0 else 0)
    return item * item


def fails_at_two_and_three(item: int) -> int:
    if item in {2, 3}:
        time.sleep(0.2 if item == 2 else 0)
        raise StarcaseError("no luck", where=f"item {item}")
    return item


def dies(item: int) -> int:
    if item == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


class Stubborn(Exception):  # noqa: N818
    def __init__(self, first: int, second: int) -> None:
        super().__init__(first + second)


def raises_what_cannot_travel(_: int) -> int:
    raise Stubborn(1, 2)


def gives_what_cannot_travel(_: int) -> object:
    return lambda: None


def called(function: object) -> object:
    return function() if callable(function) else None


def test_random_draws_do_not_depend_on_the_number_of_workers() -> None:
    executors: list[Executor] = [InProcess(), Processes(1), Processes(3)]
    results = [executor.map(drawn, spawn_seeds(7, 5)) for executor in executors]
    assert results[0] == results[1] == results[2]
    assert len({tuple(r) for r in results[0]}) == 5


def test_results_come_in_the_order_of_the_items() -> None:
    assert Processes(2).map(slow_at_first, range(5)) == [0, 1, 4, 9, 16]
    assert Processes(2).map(slow_at_first, []) == []


def test_the_first_failure_in_item_order_is_raised_with_its_traceback() -> None:
    with pytest.raises(StarcaseError, match="item 2") as caught:
        Processes(3).map(fails_at_two_and_three, range(6))
    assert "fails_at_two_and_three" in caught.value.__notes__[0]


def test_the_error_for_a_dead_worker_names_its_item() -> None:
    with pytest.raises(StarcaseError, match="item 1 died") as caught:
        Processes(2).map(dies, range(3))
    assert "SIGKILL" in caught.value.why


def test_an_unpicklable_result_or_error_is_reported() -> None:
    with pytest.raises(StarcaseError, match="Stubborn: 3"):
        Processes(1).map(raises_what_cannot_travel, [0])
    with pytest.raises(Exception, match="pickle"):
        Processes(1).map(gives_what_cannot_travel, [0])


def test_objects_of_a_user_file_can_be_sent_to_workers(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def seven():\n    return 7\n")
    assert Processes(1).map(called, [load_own("mine.py:seven", tmp_path)]) == [7]


def own_process(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def test_workers_are_reused_inside_a_block_and_end_with_it() -> None:
    executor = Processes(2)
    with executor.keep_workers():
        first, again = set(executor.map(own_process, range(8))), set(executor.map(own_process, range(8)))
        assert len(first | again) <= 2
    assert not first & set(executor.map(own_process, range(4)))
    with pytest.raises(ProcessLookupError):
        os.kill(first.pop(), 0)


def test_a_failure_inside_a_block_ends_its_workers() -> None:
    executor = Processes(2)
    with pytest.raises(StarcaseError, match="item 2"), executor.keep_workers():
        executor.map(fails_at_two_and_three, range(6))
    assert executor.map(slow_at_first, range(5)) == [0, 1, 4, 9, 16]


def test_zero_workers_is_refused() -> None:
    with pytest.raises(ValueError, match="the number of workers is 0"):
        Processes(0)


def test_ctrl_c_ends_every_worker(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(
        "import sys, time\n"
        "from starcase.compute.processes import Processes\n"
        "if __name__ == '__main__':\n"
        "    print('ready', flush=True)\n"
        "    try:\n"
        "        Processes(2).map(time.sleep, [60, 60])\n"
        "    except KeyboardInterrupt:\n"
        "        print('ended', flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, script], env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, text=True, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(1.5)
        child.send_signal(signal.SIGINT)
        assert child.stdout.read() == "ended\n"
        assert child.wait(300) == 0
