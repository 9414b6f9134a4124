"""Attribute errors to the user's candidate: its name, its file and how to test it separately."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path

import msgspec

from starcase.compute.traceback_text import describe_exception
from starcase.compute.user_source import PREFIX
from starcase.contract.case_spec import Case
from starcase.contract.model import Metric
from starcase.errors import DataError, PluginError, StarcaseError


@contextmanager
def attribute_errors(case: Case, name: str, doing: str) -> Iterator[None]:
    """Add the candidate's name to its errors, and for a candidate of the case its file.

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
            f"{name} fails {doing}", where=file, why=describe_exception(error),
            mend=_describe_members(error) or "test it separately with `starcase.testing.check_candidate`",
        ) from error  # fmt: skip


def _describe_members(error: Exception) -> str:
    """List the members of a training set or request that lacks the requested attribute."""
    kind = type(error.obj) if isinstance(error, AttributeError) else object
    if kind.__module__.startswith(PREFIX) or not (is_dataclass(kind) or issubclass(kind, msgspec.Struct)):
        return ""
    listed = {field.name for field in fields(kind)} if is_dataclass(kind) else set()
    names = sorted(listed | {name for name in dir(kind) if not name.startswith("_")})
    shown = (f"{name}()" if callable(getattr(kind, name, None)) else name for name in names)
    told = f"`python -m pydoc {kind.__module__}.{kind.__qualname__}` documents them"
    return f"a {kind.__name__} has: {', '.join(shown)}; {told}"


def require_measurable(case: Case, name: str, metric: Metric, value: float) -> None:
    """Raise DataError if a metric of a candidate is not finite, as for a model that never shows anything.

    Raises:
        DataError: it is none; the candidate is named.
    """
    if not math.isfinite(value):
        with attribute_errors(case, name, "while it is measured"):
            raise DataError(
                f"{metric.name} cannot be measured: it is {value}", why="no answer contains what the metric measures",
                mend="change the candidate's answers, or remove it from case.toml",
            )  # fmt: skip
