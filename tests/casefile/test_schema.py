from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.casefile.cases import cases

from starcase.casefile import layout
from starcase.casefile.doc_text import extract_field_docs
from starcase.casefile.schema import build_case_schema
from starcase.casefile.toml import write_case
from starcase.contract import case_spec
from starcase.contract.case_spec import Case

REPO = Path(__file__).parents[2]
SCHEMA = build_case_schema()
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def faults(value: object, schema: dict[str, Any], path: str = "") -> list[str]:
    """Validate a value by the part of JSON Schema that the schema uses; return the faults."""
    if "$ref" in schema:
        return faults(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    if "anyOf" in schema:
        each = [faults(value, choice, path) for choice in schema["anyOf"]]
        return [] if [] in each else [f"{path}: fits no choice"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    fits = [k for k in kinds if isinstance(value, TYPES[k]) and isinstance(value, bool) == (k == "boolean")]
    if not fits:
        return [f"{path}: {value!r} is not {kinds}"]
    if isinstance(value, list):
        return [f for place, inner in enumerate(value) for f in faults(inner, schema["items"], f"{path}[{place}]")]
    if isinstance(value, dict):
        found = [f"{path}.{key} is missing" for key in schema.get("required", []) if key not in value]
        for key, inner in value.items():
            known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if known is False:
                found.append(f"{path}.{key} is unknown")
            elif isinstance(known, dict):
                found.extend(faults(inner, known, f"{path}.{key}"))
        return found
    return []


@given(cases)
@settings(max_examples=40)
def test_every_case_fits_the_schema(case: Case) -> None:
    assert faults(tomllib.loads(write_case(case)), SCHEMA) == []


@pytest.mark.parametrize("file", sorted((REPO / "cases").rglob("case.toml")), ids=str)
def test_the_built_in_cases_fit_the_schema(file: Path) -> None:
    assert faults(tomllib.loads(file.read_text()), SCHEMA) == []


def test_a_misspelt_key_and_a_wrong_type_do_not_fit() -> None:
    table = {
        "case": {"name": "a", "title": "A", "system": "s", "incumbent": "i", "sed": 1},
        "data": {"path": "x", "time": "t", "target": 3},
        "objective": {},
    }
    assert faults(table, SCHEMA) == [
        ".case.sed is unknown",
        ".data.target: 3 is not ['string']",
        ".objective.metric is missing",
    ]


def test_every_key_has_a_description() -> None:
    for module in (case_spec, layout):
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__ and kind is not Case:
                assert set(extract_field_docs(kind)) == {part.name for part in fields(kind)}, kind
