"""Audit of a skops file: the types and functions it would load, read from its schema before any import."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from starcase.serving.models.formats.skops_types import BIT_GENERATORS, FUNCTIONS, TYPES

_VALUE, _FUNCTION, _PARTIAL, _GENERATOR = "JsonNode", "FunctionNode", "PartialNode", "RandomGeneratorNode"
_TYPED = frozenset(
    {
        "BytearrayNode", "BytesNode", "DTypeNode", "DefaultDictNode", "DictNode", "ListNode", "LossNode",
        "MaskedArrayNode", "NdArrayNode", "ObjectNode", _GENERATOR, "RandomStateNode", "SetNode", "SliceNode",
        "SparseMatrixNode", "TreeNode", "TupleNode", "TypeNode",
    }
)  # fmt: skip


def find_untrusted(data: bytes) -> tuple[str, ...]:
    """Return the names of types and functions in a skops file that are not on the fixed list, sorted.

    Bound methods, operators and constructor calls are never on it. skops's own list differs from version to
    version and is not used.

    Args:
        data: the skops file.

    Raises:
        BadZipFile, KeyError, ValueError, TypeError: it is no skops file.

    >>> from skops import io
    >>> find_untrusted(io.dumps({"a": [1, 2.5]})), find_untrusted(io.dumps(print))
    ((), ('builtins.print',))
    """
    with ZipFile(BytesIO(data)) as file:
        schema = json.loads(file.read("schema.json"))
    old = not isinstance(schema, dict) or schema.get("protocol") == 0
    return tuple(sorted({name for node in _walk_nodes(schema) if (name := _find_untrusted_name(node, old=old))}))


def _walk_nodes(schema: object) -> Iterator[dict[str, Any]]:
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("__loader__"), str):
                yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _find_untrusted_name(node: dict[str, Any], *, old: bool) -> str:
    """Return the untrusted name a node would load, else empty; protocol 0 names a function elsewhere."""
    loader, name = node["__loader__"], f"{node['__module__']}.{node['__class__']}"
    if loader == _VALUE:
        return ""
    if loader == _FUNCTION and old:
        return _read_old_function(node)
    if loader == _GENERATOR and (bits := _read_bit_generator(node)) not in BIT_GENERATORS:
        return f"numpy.random.{bits}"
    if loader == "MethodNode":
        return f"{name}.{node['content']['func']}"
    return "" if _is_listed(node, loader, name) else name


def _is_listed(node: dict[str, Any], loader: str, name: str) -> bool:
    if loader == _FUNCTION:
        return name in FUNCTIONS
    if loader == _PARTIAL:
        return bool(node["content"]["func"].get("__loader__") == _FUNCTION)
    return loader in _TYPED and name in TYPES


def _read_old_function(node: dict[str, Any]) -> str:
    content = node.get("content", {})
    return f"{content.get('module_path', node['__module__'])}.{content.get('function', node['__class__'])}"


def _read_bit_generator(node: dict[str, Any]) -> object:
    return json.loads(node["content"]["bit_generator"]["content"]["bit_generator"]["content"])
