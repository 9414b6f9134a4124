"""Do independent libraries give the same answers?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from benchmarks.inference import peers
from benchmarks.inference.measure import Measure

from starcase.inference import (
    Count,
    Effect,
    Mean,
    Ratio,
    check_sample_ratio,
    compare_proportions,
    compute_arm_moments,
    estimate_difference,
)

FloatArray = npt.NDArray[np.float64]
Answer = dict[str, float]
SCALES = (1e-9, 1e-6, 1e-3, 1.0, 1e3, 1e6, 1e9)
OFFSET = 1e9
NOT_EXACT = "proportion, statsmodels' ends"


def data(units: int, scale: float) -> dict[str, FloatArray]:
    """Two arms with an effect of about three standard errors."""
    rng = np.random.default_rng(70)
    arm = (rng.random(units) < 0.49).astype(np.float64)
    before = rng.gamma(2.0, 1.0, units)
    y = before + rng.normal(0.0, 1.0, units) + 5 * arm / units**0.5
    return {
        "arm": arm,
        "y": y * scale,
        "before": before * scale,
        "size": (1.0 + rng.poisson(3.0, units)) * scale,
        "clicks": (rng.random(units) < 0.02 + 1.5 * arm / units**0.5 * 0.28).astype(np.float64),
    }


def ours(columns: dict[str, FloatArray]) -> dict[str, Answer]:
    arm = columns["arm"].astype(np.int64)
    arms = compute_arm_moments({name: values for name, values in columns.items() if name != "arm"}, arm, 2)
    clicks = [Count.from_arm(moments, "clicks") for moments in arms]
    ratio = check_sample_ratio([moments.n for moments in arms], [0.5, 0.5]).p_value
    return {
        "mean": plain(estimate_difference(Mean("y"), *arms)),
        "ratio": plain(estimate_difference(Ratio("y", "size"), *arms)),
        "cuped": plain(estimate_difference(Mean("y", given=("before",)), *arms)),
        "proportion": plain(compare_proportions(*clicks)),
        "sample ratio": {"p": 1.0 if ratio is None else ratio},
    }


def plain(effect: Effect) -> Answer:
    return {"estimate": effect.estimate, "low": effect.low, "high": effect.high, "p": effect.p_value}


def apart(one: Answer, other: Answer) -> float:
    """The largest relative difference of what both say."""
    both = [(one[key], other[key]) for key in other]
    return max(abs(a - b) / max(abs(a), abs(b)) for a, b in both)


def agreement(units: int) -> Measure:
    sets = {f"scale {scale:g}": data(units, scale) for scale in SCALES}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        flat: dict[str, Any] = {
            f"{name}/{key}": values for name, columns in sets.items() for key, values in columns.items()
        }
        np.savez(path, **flat)
        said = peers.ask("inference_agreement.py", str(path))
    parts: dict[str, float] = {}
    for name, columns in sets.items():
        mine = ours(columns)
        for what, answer in said[name].items():
            parts[what] = max(parts.get(what, 0.0), apart(mine[what.partition(",")[0]], answer))
    moved = ours({**sets["scale 1"], "y": sets["scale 1"]["y"] + OFFSET})
    rounded = ours({**sets["scale 1"], "y": (sets["scale 1"]["y"] + OFFSET) - OFFSET})
    for what in ("mean", "cuped"):
        parts[f"{what}, the same values less {OFFSET:g}"] = apart(moved[what], rounded[what])
    return Measure(
        name="agreement",
        value=max(value for what, value in parts.items() if what != NOT_EXACT),
        sense="<=",
        goal=1e-6,
        what=(
            f"largest relative difference of estimates, interval ends and p-values at {units} units, scales "
            f"{SCALES[0]:g} to {SCALES[-1]:g}; the ends for proportions by statsmodels are shown, but not counted: its "
            "null proportions do not maximise the likelihood, as 40 digits show"
        ),
        parts=parts,
    )
