"""A skops file loads only types from a fixed list, whatever names its schema declares."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import numpy as np
import polars as pl
import pytest

from starcase.contract.request import Request
from starcase.errors import ArtefactError
from starcase.serving.models.formats import CARD, Card, build_artefact, is_code, load_artefact
from starcase.serving.models.formats.skops_audit import find_untrusted
from starcase.serving.models.formats.skops_types import FUNCTIONS, TYPES

ROWS = 60


def table() -> tuple[pl.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    x = pl.DataFrame({"a": rng.normal(size=ROWS), "b": rng.normal(size=ROWS), "c": rng.integers(0, 3, ROWS)})
    return x, (x["a"] > 0).to_numpy()


def stepped(*functions: Any, **kw_args: Any) -> Any:
    """A pipeline that calls functions on what it is asked."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    x, y = table()
    steps = [FunctionTransformer(function, kw_args=kw_args or None) for function in functions]
    return make_pipeline(*steps, LogisticRegression().fit(x.to_numpy(), y))


def learners() -> dict[str, Any]:
    from lightgbm import LGBMClassifier
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.feature_selection import SelectKBest
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    columns = ColumnTransformer([("n", StandardScaler(), ["a", "b"]), ("c", OneHotEncoder(), ["c"])])
    rest = ColumnTransformer([("n", StandardScaler(), ["a", "b"])], remainder="passthrough")
    return {
        "columns": make_pipeline(columns, LogisticRegression()),
        "trees": make_pipeline(rest, RandomForestClassifier(5, random_state=0)),
        "boosted": HistGradientBoostingClassifier(max_iter=5, categorical_features=["c"]),
        "lightgbm": LGBMClassifier(n_estimators=3, verbosity=-1),
        "selected": make_pipeline(SelectKBest(k=1), LogisticRegression()),
        "logarithm": make_pipeline(FunctionTransformer(np.arctan), LogisticRegression()),
    }


@pytest.mark.parametrize("name", list(learners()))
def test_an_ordinary_estimator_is_loaded_and_gives_the_same_answers(name: str, tmp_path: Path) -> None:
    from skops import io

    x, y = table()
    x = x.with_columns(pl.col("c").cast(pl.Float64))
    if name == "lightgbm":
        estimator = learners()[name].fit(x.to_numpy(), y)
        wanted = estimator.predict_proba(x.to_numpy()[:1])[0, -1]
    else:
        estimator = learners()[name].fit(x, y)
        wanted = estimator.predict_proba(x[:1])[0, -1]
    (tmp_path / "model.skops").write_bytes(io.dumps(estimator))
    files = build_artefact(str(tmp_path / "model.skops"), features=("a", "b", "c"))
    model = load_artefact(files)
    assert model is not None
    assert not is_code(files)
    assert model.decide([Request("t", "u", 0, x.row(0, named=True))])[0].score == pytest.approx(wanted)


def runs_a_string(mark: Path) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    code = f"open({str(mark)!r}, 'w').close()"
    filled = FunctionTransformer(np.full_like, kw_args={"fill_value": code, "dtype": "U400"})
    run = FunctionTransformer(np.testing.runstring, kw_args={"dict": {}})
    return make_pipeline(filled, FunctionTransformer(np.take, kw_args={"indices": 0}), run, stepped())


GADGETS: dict[str, Callable[[], Any]] = {
    "numpy.load": lambda: stepped(np.load, allow_pickle=True),
    "numpy.vectorize": lambda: stepped(np.vectorize(print)),
    "numpy.frompyfunc": lambda: stepped(np.frompyfunc),
    "numpy.testing": lambda: stepped(import_module("numpy.testing").measure),
    "sklearn.utils": lambda: stepped(import_module("sklearn.utils").all_estimators),
    "sklearn.datasets": lambda: stepped(import_module("sklearn.datasets").load_svmlight_file),
    "sklearn.fetch": lambda: stepped(import_module("sklearn.datasets").fetch_openml),
    "scipy.io": lambda: stepped(import_module("scipy.io").loadmat),
    "scipy.lib": lambda: stepped(import_module("scipy._lib._ccallback").LowLevelCallable),
    "scipy.special": lambda: stepped(import_module("scipy.special").seterr),
    "lightgbm": lambda: stepped(import_module("lightgbm").register_logger),
    "joblib": lambda: stepped(import_module("joblib").load),
    "memory": lambda: import_module("joblib").Memory("elsewhere"),
    "partial of a type": lambda: stepped(functools.partial(import_module("lightgbm").Booster, None)),
    "partial": lambda: stepped(functools.partial(import_module("os").system, "true")),
    "methodcaller": lambda: stepped(operator.methodcaller("tofile", "elsewhere")),
    "attrgetter": lambda: stepped(operator.attrgetter("__class__")),
    "itemgetter": lambda: stepped(operator.itemgetter(0)),
    "method": lambda: stepped(np.random.RandomState(0).shuffle),
    "bound": lambda: stepped(stepped().set_params),
    "eval": lambda: stepped(eval),
    "a folder": Path,
    "a file of numpy": lambda: np.memmap,
    "text": lambda: import_module("sklearn.feature_extraction.text").CountVectorizer(input="filename"),
}  # fmt: skip


def artefact(data: bytes) -> dict[str, bytes]:
    return {CARD: msgspec.json.encode(Card(format="skops", features=("a", "b", "c"))), "model.bin": data}


def refused(data: bytes, tmp_path: Path) -> str:
    """Return the refusal at admission; a stored file gets the same refusal at loading."""
    (tmp_path / "model.skops").write_bytes(data)
    with pytest.raises(ArtefactError) as admitted:
        build_artefact(str(tmp_path / "model.skops"), features=("a", "b", "c"))
    with pytest.raises(ArtefactError) as loaded:
        load_artefact(artefact(data))
    assert admitted.value.what == loaded.value.what
    assert is_code(artefact(data))
    return str(admitted.value)


def test_a_file_that_runs_a_string_is_refused_and_not_run(tmp_path: Path) -> None:
    from skops import io

    said = refused(io.dumps(runs_a_string(tmp_path / "mark")), tmp_path)
    assert "numpy.testing._private.utils.runstring" in said
    assert "--trust" in said
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("name", list(GADGETS))
def test_a_gadget_is_refused_and_named(name: str, tmp_path: Path) -> None:
    from skops import io

    try:
        data = io.dumps(GADGETS[name]())
    except Exception:  # noqa: BLE001 - this version of skops cannot even write it
        pytest.skip("skops does not write it")
    assert "the skops file contains " in refused(data, tmp_path)


def forged(change: Callable[[dict[str, Any]], None]) -> bytes:
    """A file that declares one name at the top level and would load another."""
    from skops import io

    old, out = ZipFile(BytesIO(io.dumps({"it": np.log1p}))), BytesIO()
    schema = json.loads(old.read("schema.json"))
    change(schema)
    with ZipFile(out, "w") as new:
        new.writestr("schema.json", json.dumps(schema))
    return out.getvalue()


def in_the_first_protocol(schema: dict[str, Any]) -> None:
    schema["protocol"] = 0
    schema["content"]["it"]["content"] = {"module_path": "os", "function": "system"}


def as_a_constructor(schema: dict[str, Any]) -> None:
    arguments = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode", "content": []}
    schema["content"]["it"] = {
        "__class__": "ndarray", "__module__": "numpy", "__loader__": "ConstructorFromReduceNode", "content": arguments
    }  # fmt: skip


def as_a_bit_generator(schema: dict[str, Any]) -> None:
    name = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": '"seed"'}
    state = {
        "__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "content": {"bit_generator": name},
        "key_types": {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "content": []},
    }  # fmt: skip
    schema["content"]["it"] = {
        "__class__": "Generator", "__module__": "numpy.random._generator", "__loader__": "RandomGeneratorNode",
        "content": {"bit_generator": state, "seed_seq": state},
    }  # fmt: skip


def as_a_key(schema: dict[str, Any]) -> None:
    schema["key_types"]["content"] = [
        {"__class__": "system", "__module__": "os", "__loader__": "FunctionNode", "__id__": 1}
    ]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (in_the_first_protocol, "os.system"),
        (as_a_constructor, "numpy.ndarray"),
        (as_a_bit_generator, "numpy.random.seed"),
        (as_a_key, "os.system"),
    ],
)
def test_a_forged_schema_is_refused(change: Callable[[dict[str, Any]], None], name: str, tmp_path: Path) -> None:
    data = forged(change)
    assert find_untrusted(data) == (name,)
    assert name in refused(data, tmp_path)


def test_a_file_that_is_not_skops_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"PK nothing", forged(lambda schema: schema["content"].update(it={"__loader__": "DictNode"}))):
        (tmp_path / "model.skops").write_bytes(data)
        with pytest.raises(ArtefactError, match="skops cannot read the file"):
            build_artefact(str(tmp_path / "model.skops"), features=("a",))


def test_a_trusted_file_of_unlisted_types_answers_from_a_separate_process(tmp_path: Path) -> None:
    from skops import io

    x, _ = table()
    estimator = stepped(np.nan_to_num)
    (tmp_path / "model.skops").write_bytes(io.dumps(estimator))
    with pytest.raises(ArtefactError, match=r"numpy\.nan_to_num"):
        build_artefact(str(tmp_path / "model.skops"), features=("a", "b", "c"))
    files = build_artefact(str(tmp_path / "model.skops"), trust=True, features=("a", "b", "c"))
    assert is_code(files)
    model = load_artefact(files, trust=True)
    assert model is not None
    wanted = estimator.predict_proba(x.to_numpy()[:1])[0, -1]
    assert model.decide([Request("t", "u", 0, x.row(0, named=True))])[0].score == pytest.approx(wanted)


def test_the_fixed_list_holds_only_types_and_numeric_functions() -> None:
    for name in sorted(TYPES):
        module, _, kind = name.rpartition(".")
        found = getattr(_imported(module), kind, None)
        assert found is None or isinstance(found, type), name
    for name in sorted(FUNCTIONS):
        module, _, function = name.rpartition(".")
        assert not isinstance(getattr(_imported(module), function, None), type), name


def _imported(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        return None
