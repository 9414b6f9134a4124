"""The model every server answers with, and the request they all get: 100 trees of 31 leaves, 30 features, 586 bytes."""

from __future__ import annotations

import json
from pathlib import Path

import lightgbm
import numpy as np

FEATURES = tuple(f"f{i}" for i in range(30))
ROWS, TREES = 5_000, 100


def fitted(folder: Path, *, name: str = "champion", trees: int = TREES) -> Path:
    """A LightGBM text, fitted once."""
    path = folder / f"{name}.txt"
    if not path.exists():
        rng = np.random.default_rng(0)
        x = rng.normal(size=(ROWS, len(FEATURES)))
        y = (x[:, 0] + x[:, 1] * x[:, 2] + rng.normal(size=ROWS) > 0).astype(int)
        data = lightgbm.Dataset(x, y, feature_name=list(FEATURES))
        wanted = {"objective": "binary", "num_leaves": 31, "verbosity": -1, "num_threads": 1, "seed": 0}
        lightgbm.train(wanted, data, trees).save_model(str(path))
    return path


def row() -> dict[str, float]:
    return {name: round(0.1 * i + 0.012345, 6) for i, name in enumerate(FEATURES)}


def template(folder: Path, kind: str) -> Path:
    """The body of a request, ``@`` where a number goes that no other request has."""
    bodies = {
        "decision": {"id": "@", "unit": "u@", "features": row()},
        "mlflow": {"dataframe_split": {"columns": list(FEATURES), "data": [list(row().values())]}},
        "mlserver": {
            "id": "@",
            "inputs": [
                {"name": "x", "shape": [1, len(FEATURES)], "datatype": "FP64", "data": list(row().values())}
            ],
        },
    }  # fmt: skip
    path = folder / f"{kind}.json"
    path.write_text(json.dumps(bodies[kind], separators=(",", ":")))
    return path
