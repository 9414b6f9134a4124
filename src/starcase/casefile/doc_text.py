"""Descriptions of the keys of a case, taken from docstrings, for editors and for a new case.toml."""

from __future__ import annotations

import inspect
import re

_ARGUMENT = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


def extract_field_docs(kind: type) -> dict[str, str]:
    """Return the description of each field of ``kind``, from the ``Args`` of its docstring.

    >>> from starcase.contract.case_spec import ObjectiveSpec
    >>> extract_field_docs(ObjectiveSpec)["metric"]
    "one of the system's metrics; its direction says whether higher or lower is better."
    """
    _, _, arguments = (inspect.getdoc(kind) or "").partition("Args:\n")
    arguments, _, _ = arguments.partition("\n\n")
    pieces = _ARGUMENT.split(arguments)[1:]
    return {
        name: " ".join(text.split()).replace("``", "") for name, text in zip(pieces[::2], pieces[1::2], strict=True)
    }


def extract_summary(kind: type) -> str:
    """Return the first line of a docstring."""
    return (inspect.getdoc(kind) or "").partition("\n")[0]
