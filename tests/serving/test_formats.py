"""Formats of user models: data is loaded, code is marked as code."""

from __future__ import annotations

import math
import os
import pickle
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from starcase.contract.request import Answer, Json, Request
from starcase.errors import ArtefactError, DataError, PluginError
from starcase.serving.models.formats import build_artefact, load_artefact
from starcase.serving.models.formats.trees import Trees
from starcase.serving.models.golden_requests import GoldenRequests, GoldenRequestStore
from starcase.serving.models.model_registry import ModelRegistry

LINEAR = Path(__file__).parent / "linear.onnx"
NAN = float("nan")


def ask(**features: float | str | None) -> tuple[Request, ...]:
    return (Request("t", "u", 0, features),)


def fitted() -> Any:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    return LogisticRegression().fit(x, x[:, 0] > 0), x


def test_trees_answer_bit_for_bit_as_lightgbm_does_from_any_thread(tmp_path: Path) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 3))
    booster = lightgbm.train(
        {"objective": "binary", "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 5},
        lightgbm.Dataset(x, (x[:, 0] > x[:, 1]).astype(int), feature_name=["a", "b", "c"]),
        20,
    )
    rows = np.vstack([x[:50], [[NAN, 1.0, 2.0], [math.inf, -math.inf, 0.0], [NAN, NAN, NAN]]])
    trees, wanted = Trees(booster.model_to_string()), booster.predict(rows, num_threads=1).tolist()
    found: dict[int, list[float]] = {}

    def scored(number: int) -> None:
        found[number] = [trees.score(row) for row in rows.tolist()]

    threads = [threading.Thread(target=scored, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [wanted] * 4
    missing = [[None if math.isnan(value) else value for value in row] for row in rows.tolist()]
    assert [trees.score(row) for row in missing] == wanted
    with pytest.raises(TypeError):
        trees.score([0.5, None, "1"])  # type: ignore[list-item]


def test_onnx_feature_names_come_from_the_metadata_or_the_caller() -> None:
    model = load_artefact(build_artefact(str(LINEAR)))
    assert model is not None
    (answer,) = model.decide(ask(x=1.0, y=0.5))
    assert answer.score == pytest.approx(1 / (1 + math.exp(-1.0)), abs=1e-6)
    assert answer.action == "act"
    renamed = load_artefact(build_artefact(str(LINEAR), features=("y", "x"), threshold=0.9))
    assert renamed is not None
    assert renamed.decide(ask(y=1.0, x=0.5))[0].action == "pass"


def test_a_skops_file_is_loaded_unless_it_holds_unlisted_types(tmp_path: Path) -> None:
    from skops import io

    estimator, x = fitted()
    (tmp_path / "model.skops").write_bytes(io.dumps(estimator))
    model = load_artefact(build_artefact(str(tmp_path / "model.skops"), features=("a", "b")))
    assert model is not None
    (answer,) = model.decide(ask(a=float(x[0, 0]), b=float(x[0, 1])))
    assert answer.score == estimator.predict_proba(x[:1])[0, -1]
    with pytest.raises(ArtefactError, match="fitted without names"):
        build_artefact(str(tmp_path / "model.skops"))
    (tmp_path / "strange.skops").write_bytes(io.dumps(Path))
    with pytest.raises(ArtefactError, match=r"the skops file contains pathlib\.Path"):
        build_artefact(str(tmp_path / "strange.skops"), features=("a", "b"))


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, (f"touch {os.environ['EVIL']}",))


def test_a_pickle_needs_trust_and_runs_in_a_separate_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    estimator, x = fitted()
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(estimator))
    with pytest.raises(ArtefactError, match="is a pickle"):
        build_artefact(str(tmp_path / "model.pkl"), features=("a", "b"))
    files = build_artefact(str(tmp_path / "model.pkl"), trust=True, features=("a", "b"))
    with pytest.raises(ArtefactError, match="is a pickle"):
        load_artefact(files)
    model = load_artefact(files, trust=True)
    assert model is not None
    (answer,) = model.decide(ask(a=float(x[0, 0]), b=float(x[0, 1])))
    assert answer.score == estimator.predict_proba(x[:1])[0, -1]
    monkeypatch.setenv("EVIL", str(tmp_path / "touched"))
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(ArtefactError, match="is a pickle"):
        build_artefact(str(tmp_path / "evil.pkl"))
    assert not (tmp_path / "touched").exists()


def test_an_entry_point_is_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine_for_tests.py").write_text(
        "def score(features): return features['x']\ndef said(features): return ('ship', 0.25)\n"
        "def wrong(features): return 'yes'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    model = load_artefact(build_artefact("mine_for_tests:score", threshold=0.7))
    assert model is not None
    assert [model.decide(ask(x=x))[0].action for x in (0.6, 0.8)] == ["pass", "act"]
    other = load_artefact(build_artefact("mine_for_tests:said"))
    assert other is not None
    assert other.decide(ask(x=1.0))[0].action == "ship"
    wrong = load_artefact(build_artefact("mine_for_tests:wrong"))
    assert wrong is not None
    with pytest.raises(ArtefactError, match="returned a str"):
        wrong.decide(ask(x=1.0))
    with pytest.raises(PluginError):
        build_artefact("mine_for_tests:missing")
    sys.modules.pop("mine_for_tests")


def test_a_file_that_is_not_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    (tmp_path / "broken.txt").write_text("tree\nfeature_names=a b\n")
    (tmp_path / "broken.onnx").write_bytes(b"nothing")
    for name in ("table.csv", "broken.txt", "broken.onnx", "missing.txt"):
        with pytest.raises(ArtefactError):
            build_artefact(str(tmp_path / name))


def test_a_missing_feature_is_named(models: Path) -> None:
    model = load_artefact(build_artefact(str(models / "old.txt")))
    assert model is not None
    with pytest.raises(DataError, match="has no feature 'x'"):
        model.decide(ask(y=1.0))


def test_a_model_that_differs_from_its_golden_answers_is_not_admitted(models: Path, tmp_path: Path) -> None:
    old, new = (load_artefact(build_artefact(str(models / f"{name}.txt"))) for name in ("old", "new"))
    assert old is not None
    assert new is not None
    artefacts, passports = ModelRegistry(tmp_path / "artefacts"), GoldenRequestStore(tmp_path / "passports")
    hash_ = artefacts.save(build_artefact(str(models / "old.txt")))
    requests = [Request("t", "u", 0, {"x": x / 4, "y": None}) for x in range(-8, 8)]
    passports.save(GoldenRequests.collect(hash_, old, requests))
    passport = passports.load(hash_)
    assert passport is not None
    assert passport.features == {"x": "number", "y": "number"}
    passport.check(old)
    with pytest.raises(ArtefactError, match="fails its golden requests"):
        passport.check(new)
    (path,) = (tmp_path / "passports").iterdir()
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(passport, model="c" * 64)))
    with pytest.raises(ArtefactError, match="another model"):
        passports.load(hash_)


class Shows:
    """Answers every request with one list."""

    def __init__(self, *items: str, **beside: float) -> None:
        self.content: dict[str, Json] = {"items": items, **beside}

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("rank", 1.0, self.content) for _ in requests]


def test_a_model_that_serves_another_list_than_its_golden_one_is_not_admitted(tmp_path: Path) -> None:
    passports = GoldenRequestStore(tmp_path / "passports")
    passports.save(GoldenRequests.collect("c" * 64, Shows("bread", "milk", chance=0.5), ask(history="[]")))
    passport = passports.load("c" * 64)
    assert passport is not None
    passport.check(Shows("bread", "milk", chance=0.5 + 1e-9))
    for other in (Shows("nails", "paint", chance=0.5), Shows("milk", "bread", chance=0.5), Shows("bread", "milk")):
        with pytest.raises(ArtefactError, match="fails its golden requests") as refused:
            passport.check(other)
    assert "answer is rank at 1.0 with bread, milk; it now answers rank at 1.0 with bread, milk" in str(refused.value)


def test_a_passport_without_content_checks_action_and_score(tmp_path: Path) -> None:
    passports = GoldenRequestStore(tmp_path / "passports")
    passports.save(GoldenRequests.collect("c" * 64, Shows("bread"), ask(history="[]")))
    (path,) = (tmp_path / "passports").iterdir()
    kept = msgspec.json.decode(path.read_bytes())
    assert kept["golden"][0].pop("content") == {"items": ["bread"]}
    path.write_bytes(msgspec.json.encode(kept))
    passport = passports.load("c" * 64)
    assert passport is not None
    passport.check(Shows("nails"))
