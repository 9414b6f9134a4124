"""A commented case.toml: every key with its description; keys at their default are commented out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Any, get_args, get_type_hints

import tomli_w

from starcase.casefile.doc_text import extract_field_docs
from starcase.casefile.layout import CaseFile, build_case_file
from starcase.contract.case_spec import Case

_OPENING = """\
# A Starcase case. `starcase check` reads it; `starcase schema` prints its JSON Schema for editors.
# A line of the form "# key = value" shows a default. To change it, remove the "# " and edit the value.
"""
OPTIONS = "options"


def render_template(case: Case, options: type | None = None) -> str:
    r"""Return the case as a commented case.toml, which reads back as the same case.

    Args:
        case: the case to write.
        options: the dataclass of the system's options; None if the system does not describe them.

    >>> from starcase.contract.case_spec import DataSpec, ObjectiveSpec
    >>> text = render_template(Case(name="cards", title="Cards", system="fraud", incumbent="logistic",
    ...     data=DataSpec(path="tx.csv", time="t", target="y"), objective=ObjectiveSpec(metric="recall")))
    >>> print(*text.splitlines()[-3:], sep="\n")
    <BLANKLINE>
    # options: options of the system.
    # [options]
    """
    file = build_case_file(case)
    words = extract_field_docs(CaseFile)
    blocks = [
        "\n".join((f"# {part.name}: {words[part.name]}", *_render_part(part.name, getattr(file, part.name))))
        for part in fields(CaseFile)
        if part.name != OPTIONS or options is None
    ]
    if options is not None:
        blocks.append("\n".join((f"# {OPTIONS}: {words[OPTIONS]}", *_render_options(file.options, options))))
    return _OPENING + "\n" + "\n\n".join(blocks) + "\n"


def _render_options(given: Mapping[str, Any], kind: type) -> Iterator[str]:
    """Yield the options of the system: the given values, and the defaults of the others."""
    words = extract_field_docs(kind)
    yield f"[{OPTIONS}]"
    for part in fields(kind):
        yield f"# {words[part.name]}"
        yield (
            _format_pair(part.name, given[part.name])
            if part.name in given
            else f"# {_format_pair(part.name, _find_default(part))}"
        )


@dataclass(frozen=True, slots=True)
class _Raw:
    """The example value of a key without a default."""

    text: str


def _render_part(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for element in value:
            yield f"[[{name}]]"
            yield from _render_keys(element)
        if not value:
            yield f"# [[{name}]]"
            yield from _render_example(_resolve_element_type(name))
    elif is_dataclass(value):
        yield f"[{name}]"
        yield from _render_keys(value)
    else:
        yield f"[{name}]" if value else f"# [{name}]"
        yield from (_format_pair(key, inner) for key, inner in value.items())


def _render_keys(value: Any) -> Iterator[str]:
    words = extract_field_docs(type(value))
    for part in fields(value):
        inner = getattr(value, part.name)
        at_default = inner == _find_default(part)
        yield f"# {words[part.name]}"
        yield f"# {_format_pair(part.name, inner)}" if at_default else _format_pair(part.name, inner)


def _render_example(kind: type) -> Iterator[str]:
    words = extract_field_docs(kind)
    for part in fields(kind):
        default = _find_default(part)
        value = _Raw("...") if default is MISSING else default
        yield f"# {_format_pair(part.name, value)}    # {words[part.name]}"


def _find_default(part: Field[Any]) -> object:
    return part.default if part.default_factory is MISSING else part.default_factory()


def _resolve_element_type(name: str) -> type:
    return get_args(get_type_hints(CaseFile)[name])[0]  # type: ignore[no-any-return]


def _format_pair(key: str, value: object) -> str:
    written = tomli_w.dumps({key: 0}).rpartition(" = ")[0]
    return f"{written} = {_format_value(value)}"


def _format_value(value: object) -> str:
    if isinstance(value, _Raw):
        return value.text
    if is_dataclass(value):
        given = ((part.name, getattr(value, part.name), _find_default(part)) for part in fields(value))
        return _format_value({name: inner for name, inner, default in given if inner != default})
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_format_pair(key, inner) for key, inner in value.items()) + " }" if value else "{}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_format_value(inner) for inner in value) + "]"
    return tomli_w.dumps({"x": value}).strip().removeprefix("x = ")
