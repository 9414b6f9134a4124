"""scikit-learn estimators kept by skops: read without running what a file says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from starcase.errors import ArtefactError

_SAFE = ("sklearn.", "numpy.", "scipy.", "lightgbm.", "collections.OrderedDict")


class Estimator:
    """A fitted estimator; the probability of its last class, or its prediction where it gives none.

    Args:
        data: the skops file.
        names: the features in order; ``feature_names_in_`` by default.

    Raises:
        ArtefactError: the file is damaged, or holds a type from outside scikit-learn, numpy, scipy and LightGBM.
    """

    def __init__(self, data: bytes, names: tuple[str, ...]) -> None:
        from skops import io  # noqa: PLC0415 - slow to import

        try:
            unknown = io.get_untrusted_types(data=data)
            trusted = [kind for kind in unknown if kind.startswith(_SAFE)]
            estimator: Any = io.loads(data, trusted=trusted)
        except Exception as error:
            raise ArtefactError("skops cannot read the file", why=f"{type(error).__name__}: {error}") from error
        self.names = names or tuple(map(str, getattr(estimator, "feature_names_in_", ())))
        if not self.names:
            raise ArtefactError("the estimator was fitted without names", mend="name its features: --features a,b,c")
        self._gives = getattr(estimator, "predict_proba", estimator.predict)
        self._framed = hasattr(estimator, "feature_names_in_")

    def score(self, values: Sequence[float | None]) -> float:
        """The score of one row."""
        row: Any = np.array([values], dtype=np.float64)
        if self._framed:
            import polars as pl  # noqa: PLC0415

            row = pl.DataFrame(row, schema=list(self.names))
        return float(np.asarray(self._gives(row)).reshape(-1)[-1])
