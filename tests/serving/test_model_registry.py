from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starcase.contract.model_identity import hash_model
from starcase.errors import ArtefactError
from starcase.serving.models.model_registry import ModelRegistry

FILES = {"booster.txt": b"tree\n" * 50, "parts/scaler.json": b'{"mean": 0.5}'}


@pytest.fixture
def artefacts(tmp_path: Path) -> ModelRegistry:
    return ModelRegistry(tmp_path / "models")


def test_a_model_comes_back_as_it_was_saved(artefacts: ModelRegistry) -> None:
    model = artefacts.save(FILES)
    assert model == hash_model(FILES)
    assert artefacts.load(model) == FILES
    assert artefacts.save(dict(reversed(FILES.items()))) == model
    assert artefacts.models() == [model]
    assert model in artefacts
    assert [path.name for path in artefacts.root.iterdir()] == [model[:2]]


@settings(max_examples=20, deadline=None)
@given(position=st.integers(0, len(FILES["booster.txt"]) - 1), bit=st.integers(0, 7))
def test_a_changed_bit_is_refused_and_its_file_is_named(position: int, bit: int) -> None:
    with TemporaryDirectory() as folder:
        artefacts = ModelRegistry(Path(folder))
        model = artefacts.save(FILES)
        path = artefacts.path(model) / "booster.txt"
        content = bytearray(path.read_bytes())
        content[position] ^= 1 << bit
        path.write_bytes(content)
        for _ in range(2):
            with pytest.raises(ArtefactError, match=r"booster\.txt") as refusal:
                artefacts.load(model)
        assert "mend" in str(refusal.value)
        with pytest.raises(ArtefactError, match="changed"):
            artefacts.save(FILES)


def test_added_removed_renamed_and_linked_files_are_named(artefacts: ModelRegistry, tmp_path: Path) -> None:
    model = artefacts.save(FILES)
    folder = artefacts.path(model)
    (folder / "extra.txt").write_bytes(b"x")
    with pytest.raises(ArtefactError, match=r"extra\.txt\n.*added"):
        artefacts.load(model)
    (folder / "extra.txt").unlink()
    (folder / "booster.txt").rename(tmp_path / "away.txt")
    with pytest.raises(ArtefactError, match=r"booster\.txt\n.*gone"):
        artefacts.load(model)
    (folder / "booster.txt").symlink_to(tmp_path / "away.txt")
    with pytest.raises(ArtefactError, match="link"):
        artefacts.load(model)
    (folder / "booster.txt").unlink()
    (tmp_path / "away.txt").rename(folder / "booster.txt")
    assert artefacts.load(model) == FILES


def test_a_forged_manifest_is_refused(artefacts: ModelRegistry) -> None:
    model = artefacts.save(FILES)
    folder = artefacts.path(model)
    other = artefacts.path(artefacts.save({**FILES, "booster.txt": b"leaf"}))
    for name in ("booster.txt", "manifest.json"):
        (folder / name).write_bytes((other / name).read_bytes())
    with pytest.raises(ArtefactError, match=r"manifest\.json"):
        artefacts.load(model)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "a//b", ".", "c:\\x", "manifest.json", "a\0b"])
def test_names_that_leave_the_folder_are_refused(artefacts: ModelRegistry, name: str) -> None:
    with pytest.raises(ArtefactError, match="cannot name a file"):
        artefacts.save({name: b"x"})
    assert not artefacts.root.exists()


@pytest.mark.parametrize("name", ["model.pkl", "model.JOBLIB", "run.py"])
def test_formats_that_may_run_code_are_refused(artefacts: ModelRegistry, name: str) -> None:
    with pytest.raises(ArtefactError, match="run code"):
        artefacts.save({name: b"x"})


@pytest.mark.parametrize("model", ["", "..", "../../etc", "A" * 64, "0" * 63])
def test_an_invalid_hash_is_refused(artefacts: ModelRegistry, model: str) -> None:
    with pytest.raises(ArtefactError, match="not the hash"):
        artefacts.load(model)


def test_a_missing_model_is_reported(artefacts: ModelRegistry) -> None:
    with pytest.raises(ArtefactError, match="not in the registry"):
        artefacts.load("0" * 64)
    with pytest.raises(ArtefactError, match="without files"):
        artefacts.save({})


def test_concurrent_writers_of_one_model_store_it_once(artefacts: ModelRegistry) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(artefacts.save, [FILES] * 24))) == 1
    assert artefacts.load(artefacts.models()[0]) == FILES
