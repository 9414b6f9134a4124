from __future__ import annotations

import sys
from pathlib import Path

import pytest

from starcase.errors import PluginError
from starcase.extensions import registry
from starcase.extensions.registry import SYSTEMS, Plugin, find, list_plugins, list_system_members, load, load_system


def install(site: Path, name: str, entries: dict[str, str], code: str = "", version: str = "1.2") -> None:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = "".join(f"{key} = {value}\n" for key, value in entries.items())
    (info / "entry_points.txt").write_text(f"[{SYSTEMS}]\n{lines}")
    (site / f"{name}.py").write_text(code)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def found(name: str) -> Plugin:
    return find(SYSTEMS, name)


def test_a_plug_in_is_listed_without_being_imported(site: Path) -> None:
    install(site, "sixth_a", {"sixth_a": "sixth_a:Thing"}, "raise SystemExit(3)")
    assert Plugin(SYSTEMS, "sixth_a", "sixth_a:Thing", "sixth_a", "1.2") in list_plugins()
    assert "sixth_a" not in sys.modules


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("import nowhere_at_all", "ModuleNotFoundError"),
        ("def (", "SyntaxError"),
        ("other = 1", "AttributeError"),
        ("raise GeneratorExit", "GeneratorExit"),
    ],
)
def test_the_error_for_a_broken_plug_in_gives_the_reason(
    site: Path, code: str, why: str, request: pytest.FixtureRequest
) -> None:
    name = f"broken_{abs(hash(request.node.name))}"
    install(site, name, {name: f"{name}:Thing"}, code)
    with pytest.raises(PluginError, match=why) as caught:
        load(found(name))
    assert f"{name} 1.2" in caught.value.where


def test_output_of_an_import_is_suppressed(site: Path, capfd: pytest.CaptureFixture[str]) -> None:
    install(site, "loud", {"loud": "loud:Thing"}, "import sys\nprint('hey')\nprint('ho', file=sys.stderr)\nThing = 1")
    assert load(found("loud")) == 1
    assert capfd.readouterr() == ("", "")


def test_the_error_for_an_unknown_plug_in_names_the_nearest(site: Path) -> None:
    install(site, "weather", {"weather": "weather:Thing"})
    with pytest.raises(PluginError, match="there is no system 'wether'; the nearest known is 'weather'"):
        find(SYSTEMS, "wether")


def test_a_name_offered_by_two_distributions_is_refused(site: Path) -> None:
    install(site, "first", {"twice": "first:Thing"})
    install(site, "second", {"twice": "second:Thing"})
    with pytest.raises(PluginError, match=r"first 1\.2 and second 1\.2"):
        find(SYSTEMS, "twice")


def test_the_error_for_an_incomplete_system_names_its_missing_methods(site: Path) -> None:
    install(site, "half", {"half": "half:Half"}, "class Half:\n    name = 'half'\n    def load(self, case): ...")
    with pytest.raises(PluginError, match="lacks baselines, candidates, environment"):
        load_system("half")


def test_the_error_for_a_failing_constructor_gives_the_reason(site: Path) -> None:
    install(site, "sad", {"sad": "sad:Sad"}, "class Sad:\n    def __init__(self): raise OSError('no disk')")
    with pytest.raises(PluginError, match="OSError: no disk"):
        load_system("sad")


def test_the_system_members_are_those_of_the_protocol() -> None:
    assert {"load", "candidates", "harm", "name"} <= set(list_system_members())
    assert registry.GROUPS[0] == SYSTEMS
