from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from starcase.compute.user_import import list_own_codes
from starcase.compute.user_source import read_code
from starcase.errors import PluginError
from starcase.extensions.user_code import load_own, read_own_code


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_module_in_the_same_folder_is_imported_at_the_top_and_inside_a_function(tmp_path: Path) -> None:
    write(tmp_path, mine="import helper\ndef late():\n    from deeper import two\n    return helper.ONE + two()")
    write(tmp_path, helper="ONE = 1", deeper="def two(): return 2")
    assert load_own("mine.py:late", tmp_path)() == 3
    assert [path for path, _ in read_own_code("mine.py:late", tmp_path).sources] == [
        "deeper.py",
        "helper.py",
        "mine.py",
    ]
    assert "helper" not in sys.modules


def test_a_package_in_the_same_folder_is_imported_with_its_relative_imports(tmp_path: Path) -> None:
    write(tmp_path, mine="import lib.parts.a\nfrom lib import b\nX = lib.parts.a.A + b.B")
    for name in ("lib/__init__.py", "lib/parts/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    write(
        tmp_path,
        lib__parts__a="from ..b import B\nfrom . import c\nA = B + c.C",
        lib__parts__c="C = 10",
        lib__b="B = 1",
    )
    assert load_own("mine.py:X", tmp_path) == 12


def test_two_cases_import_different_helpers_of_the_same_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(
            tmp_path / name, mine="import helper\nname = lambda: __import__('helper').NAME", helper=f"NAME = {name!r}"
        )
    first, second = (load_own("mine.py:name", tmp_path / name) for name in ("a", "b"))
    assert (first(), second()) == ("a", "b")


@pytest.mark.parametrize("edited", ["mine", "helper"])
def test_an_edited_file_or_helper_is_reimported_in_the_same_process(tmp_path: Path, edited: str) -> None:
    write(tmp_path, mine="from helper import X\nY = X + 1", helper="X = 1")
    before = read_own_code("mine.py:Y", tmp_path)
    assert load_own("mine.py:Y", tmp_path) == 2
    write(tmp_path, **{edited: {"mine": "from helper import X\nY = X + 2", "helper": "X = 2"}[edited]})
    assert load_own("mine.py:Y", tmp_path) == 3
    assert load_own("mine.py:Y", tmp_path, before) == 2
    assert read_own_code("mine.py:Y", tmp_path).namespace != before.namespace


def test_a_module_on_the_path_belongs_to_the_code_and_an_installed_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "case", mine="import numpy, ours\nX = ours.X")
    write(tmp_path / "lib", ours="X = 1")
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    code = read_code(tmp_path / "case" / "mine.py")
    assert [name for name, _ in code.elsewhere] == ["ours/ours.py"]
    assert code.imported == ("numpy",)
    assert load_own("mine.py:X", tmp_path / "case") == 1
    write(tmp_path / "lib", ours="X = 23")
    assert read_code(tmp_path / "case" / "mine.py").namespace != code.namespace
    assert load_own("mine.py:X", tmp_path / "case") == 23


def test_objects_of_user_code_can_be_unpickled_in_another_process(tmp_path: Path) -> None:
    write(
        tmp_path,
        mine="from helper import Thing\nmade = Thing(3)",
        helper="class Thing:\n    def __init__(s, x): s.x = x",
    )
    made = load_own("mine.py:made", tmp_path)
    (tmp_path / "helper.py").write_text("raise SystemExit('edited meanwhile')")
    sent = pickle.dumps((list_own_codes(), pickle.dumps(made)))
    program = (
        "import pickle, sys; from starcase.compute.user_import import adopt\n"
        "codes, made = pickle.loads(sys.stdin.buffer.read()); adopt(codes); print(pickle.loads(made).x)"
    )
    done = subprocess.run([sys.executable, "-c", program], input=sent, capture_output=True, check=False)
    assert done.stdout == b"3\n", done.stderr


def test_a_syntax_error_in_a_helper_names_the_helper(tmp_path: Path) -> None:
    write(tmp_path, mine="import helper", helper="def (")
    with pytest.raises(PluginError, match=r"helper\.py cannot be loaded"):
        load_own("mine.py:x", tmp_path)


def test_a_module_on_the_path_is_hashed_with_its_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(write(tmp_path / "path", near_one="import far_one", far_one="X = 1")))
    folder = write(tmp_path / "case", mine="import near_one\nY = near_one.far_one.X")
    before = read_own_code("mine.py:Y", folder)
    assert [name for name, _ in before.elsewhere] == ["far_one/far_one.py", "near_one/near_one.py"]
    assert load_own("mine.py:Y", folder) == 1
    write(tmp_path / "path", far_one="X = 22")
    assert read_own_code("mine.py:Y", folder).elsewhere != before.elsewhere
    assert load_own("mine.py:Y", folder) == 22
