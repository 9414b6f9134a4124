from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from tests.cli.conftest import Run

from starcase.cli import group
from starcase.cli.group import load_command
from starcase.cli.verbs import VERBS, Verb
from starcase.errors import DataError, LedgerCorrupt, StarcaseError

SRC = Path(__file__).parents[2] / "src"


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_of_a_command_starts_as_its_summary_and_shows_examples(verb: Verb, starcase: Run) -> None:
    code, out, _ = starcase(verb.name, "--help")
    assert code == 0
    assert f"starcase {verb.name}" in out.partition("Examples")[2]
    assert (load_command(verb).help or "").split()[0] == verb.line.split()[0]


def test_every_command_file_is_listed_in_help(starcase: Run) -> None:
    code, out, _ = starcase("--help")
    assert code == 0
    for verb in VERBS:
        assert verb.line in out
    files = {path.stem for path in (SRC / "starcase" / "cli").glob("*.py") if "\ndef command(" in path.read_text()}
    assert files == {verb.module.rpartition(".")[2] for verb in VERBS}


def test_help_imports_no_command_and_no_heavy_library() -> None:
    program = (
        "import sys\nfrom starcase.cli.main import run\nassert run(['--help']) == 0\n"
        "print('loaded', *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment()
    )
    loaded = set(done.stderr.split())
    assert not loaded & {verb.module for verb in VERBS}
    assert not {name.partition(".")[0] for name in loaded} & {
        "rich",
        "polars",
        "numpy",
        "sklearn",
        "lightgbm",
        "msgspec",
    }
    assert len(loaded) <= 300


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(SRC)}


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    @click.command
    @click.option("--json", "as_json", is_flag=True)
    def command(as_json: bool) -> None:
        raise error

    monkeypatch.setattr(group, "load_command", lambda _: command)


def test_an_error_is_printed_without_a_traceback(starcase: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, DataError("the file is empty", where="x.csv", why="0 bytes", mend="export it again"))
    code, out, err = starcase("doctor")
    assert (code, out) == (4, "")
    assert err == "error: the file is empty\n  where: x.csv\n  why:   0 bytes\n  mend:  export it again\n"


def test_an_error_is_printed_as_json_with_json_option(starcase: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, LedgerCorrupt("record 3 was changed", where="ledger.sqlite"))
    code, _, err = starcase("doctor", "--json")
    assert code == 6
    assert json.loads(err) == {
        "error": "LedgerCorrupt",
        "what": "record 3 was changed",
        "where": "ledger.sqlite",
        "why": "",
        "mend": "",
    }


def test_an_unexpected_error_is_printed_without_a_traceback(starcase: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("by zero"))
    code, _, err = starcase("doctor")
    assert code == 1
    assert "ZeroDivisionError: by zero" in err
    assert "Traceback" not in err
    monkeypatch.setenv("STARCASE_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        starcase("doctor")


def test_ctrl_c_ends_with_130(starcase: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    code, _, err = starcase("doctor")
    assert code == 130
    assert "Ctrl-C" in err


def test_sigint_to_a_running_process_ends_with_130(tmp_path: Path) -> None:
    slow = tmp_path / "slow-1.dist-info"
    slow.mkdir()
    (slow / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1\n")
    (slow / "entry_points.txt").write_text("[starcase.systems]\nslow = slow:S\n")
    busy = tmp_path / "busy"
    (tmp_path / "slow.py").write_text(f"import pathlib, time\npathlib.Path({str(busy)!r}).touch()\ntime.sleep(600)\n")
    child = subprocess.Popen(
        [sys.executable, "-m", "starcase.cli", "plugins"],
        env=environment() | {"PYTHONPATH": f"{SRC}:{tmp_path}"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with child:
        while not busy.exists():
            assert child.poll() is None
            time.sleep(0.05)
        os.killpg(child.pid, signal.SIGINT)
        assert child.wait(300) == 130
        assert child.stderr is not None
        assert "Traceback" not in child.stderr.read()


def test_wrong_usage_exits_with_2(starcase: Run) -> None:
    assert starcase("doctor", "--colour")[0] == 2
    code, _, err = starcase("chekc")
    assert code == 2
    assert "Did you mean 'check'?" in err


def test_the_version_is_printed(starcase: Run) -> None:
    code, out, _ = starcase("--version")
    assert code == 0
    assert out.startswith("starcase ")


def test_help_lists_every_exit_code(starcase: Run) -> None:
    _, out, _ = starcase("--help")
    codes = {StarcaseError.exit_code, *(kind.exit_code for kind in StarcaseError.__subclasses__())}
    table = out.partition("Exit codes")[2].partition("Examples")[0]
    for code in {0, 2, 130} | codes:
        assert f" {code} " in table, code
