"""JSON Schema of case.toml, for completion and checks in editors."""

from __future__ import annotations

from typing import Any

import msgspec

from starcase.casefile import layout
from starcase.casefile.doc_text import extract_field_docs, extract_summary
from starcase.casefile.layout import CaseFile
from starcase.contract import case_spec

Schema = dict[str, Any]


def build_case_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of case.toml, generated from the dataclasses that read it.

    >>> build_case_schema()["required"]
    ['case', 'data', 'objective']
    """
    (root,), definitions = msgspec.json.schema_components([CaseFile], ref_template="#/$defs/{name}")
    name = root["$ref"].rpartition("/")[2]
    for kind_name, definition in definitions.items():
        _describe(definition, getattr(case_spec, kind_name, None) or getattr(layout, kind_name))
    top = definitions.pop(name)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Starcase case.toml",
        **{key: value for key, value in top.items() if key != "title"},
        "$defs": definitions,
    }


def _describe(definition: Schema, kind: type) -> None:
    """Add the description of each key, and forbid other keys."""
    definition["additionalProperties"] = False
    definition["description"] = extract_summary(kind)
    for name, text in extract_field_docs(kind).items():
        definition["properties"][name]["description"] = text
