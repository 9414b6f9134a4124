"""Whose fault it is: what one's own candidate raises names it, its file and what would try it by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starcase.case.model import Metric
from starcase.case.spec import Case
from starcase.errors import DataError, PluginError, StarcaseError


@contextmanager
def blamed(case: Case, name: str, doing: str) -> Iterator[None]:
    """Let what a candidate raises name it, and the file of one that is the case's own.

    Args:
        case: says which candidates are its own.
        name: of the candidate.
        doing: when it happened, such as ``"while it is fitted on fold-1"``.

    Raises:
        PluginError: the candidate is the case's own, and raised something that is no error of ours.
        DataError: as it was raised; one that names no place names the candidate.
    """
    use = next((spec.use for spec in case.candidates if spec.name == name and spec.use), "")
    file = str(Path(case.folder) / use) if use else ""
    try:
        yield
    except DataError as error:
        if error.where:
            raise
        where = f"{file or name}, {doing}"
        raise DataError(error.what, where=where, why=error.why, mend=error.mend) from error
    except StarcaseError:
        raise
    except Exception as error:
        if not use:
            raise
        raise PluginError(
            f"{name} fails {doing}", where=file, why=f"{type(error).__name__}: {error}",
            mend="`starcase.testing.check_candidate` tries it by itself",
        ) from error  # fmt: skip


def measurable(case: Case, name: str, metric: Metric, value: float) -> None:
    """Refuse a metric of a candidate that is no finite number, as that of a model that never shows anything.

    Raises:
        DataError: it is none; the candidate is named.
    """
    if not math.isfinite(value):
        with blamed(case, name, "while it is measured"):
            raise DataError(
                f"{metric.name} cannot be measured: it is {value}", why="no answer holds anything it could be told of",
                mend="let the candidate answer, or take it out of case.toml",
            )  # fmt: skip
