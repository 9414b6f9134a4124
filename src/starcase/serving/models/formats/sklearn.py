"""scikit-learn estimators stored with skops: read without running code from the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from starcase.errors import ArtefactError
from starcase.serving.models.formats.skops_audit import find_untrusted
from starcase.serving.models.formats.skops_types import FUNCTIONS, TYPES

SHOWN = 5


class Estimator:
    """A fitted estimator that scores by the probability of its last class, or by its prediction without one.

    Args:
        data: the skops file.
        names: the features in order; ``feature_names_in_`` by default.

    Raises:
        ArtefactError: the file is damaged, or holds a type or function that is not on the list in ``skops_types``.
    """

    def __init__(self, data: bytes, names: tuple[str, ...]) -> None:
        if untrusted := list_untrusted_types(data):
            raise _build_refusal(untrusted)
        estimator = _load_estimator(data)
        self.names = names or tuple(map(str, getattr(estimator, "feature_names_in_", ())))
        if not self.names:
            raise ArtefactError("the estimator was fitted without names", mend="name its features: --features a,b,c")
        self._gives = getattr(estimator, "predict_proba", estimator.predict)
        self._framed = hasattr(estimator, "feature_names_in_")

    def score(self, values: Sequence[float | None]) -> float:
        """Return the score of one row."""
        row: Any = np.array([values], dtype=np.float64)
        if self._framed:
            import polars as pl  # noqa: PLC0415

            row = pl.DataFrame(row, schema=list(self.names))
        return float(np.asarray(self._gives(row)).reshape(-1)[-1])


def list_untrusted_types(data: bytes) -> tuple[str, ...]:
    """List the types in a skops file that are not on the fixed list; raises ArtefactError for another file."""
    try:
        return find_untrusted(data)
    except Exception as error:
        raise _build_read_error(error) from error


def _load_estimator(data: bytes) -> Any:
    from skops import io  # noqa: PLC0415 - slow to import

    try:
        return io.loads(data, trusted=sorted({*TYPES, *FUNCTIONS, "functools.partial"}))
    except Exception as error:
        raise _build_read_error(error) from error


def _build_read_error(error: Exception) -> ArtefactError:
    return ArtefactError(
        "skops cannot read the file", why=f"{type(error).__name__}: {error}", mend="save it with skops.io.dump"
    )


def _build_refusal(untrusted: tuple[str, ...]) -> ArtefactError:
    shown = ", ".join(untrusted[:SHOWN]) + (f" and {len(untrusted) - SHOWN} more" if len(untrusted) > SHOWN else "")
    return ArtefactError(
        f"the skops file contains {shown} and is not loaded",
        why="only types on a fixed list are: data, and estimators of scikit-learn and LightGBM; others may run code",
        mend="keep the fitted estimator without it (of a search, its best_estimator_); or, if you made the file "
        "yourself, add --trust: everything in it is then loaded, in a separate process",
    )
