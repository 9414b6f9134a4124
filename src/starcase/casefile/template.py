"""A case.toml that explains itself: every key with its meaning, what is at its default commented out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Any, get_args, get_type_hints

import tomli_w

from starcase.casefile.doc_text import meanings
from starcase.casefile.layout import CaseFile, file_of
from starcase.contract.case_spec import Case

_OPENING = """\
# A Starcase case. `starcase check` reads it; `starcase schema` prints its JSON Schema for editors.
# Lines that begin with "# " and a key show the default; take the "# " away to change it.
"""
OPTIONS = "options"


def template(case: Case, options: type | None = None) -> str:
    r"""The case as a commented case.toml, which reads back as the same case.

    Args:
        case: what is written.
        options: the system's own options, a dataclass; None where it does not say which there are.

    >>> from starcase.contract.case_spec import DataSpec, ObjectiveSpec
    >>> text = template(Case(name="cards", title="Cards", system="fraud", incumbent="logistic",
    ...     data=DataSpec(path="tx.csv", time="t", target="y"), objective=ObjectiveSpec(metric="recall")))
    >>> print(*text.splitlines()[-3:], sep="\n")
    <BLANKLINE>
    # options: the system's own options.
    # [options]
    """
    file = file_of(case)
    words = meanings(CaseFile)
    blocks = [
        "\n".join((f"# {part.name}: {words[part.name]}", *_part(part.name, getattr(file, part.name))))
        for part in fields(CaseFile)
        if part.name != OPTIONS or options is None
    ]
    if options is not None:
        blocks.append("\n".join((f"# {OPTIONS}: {words[OPTIONS]}", *_options(file.options, options))))
    return _OPENING + "\n" + "\n\n".join(blocks) + "\n"


def _options(given: Mapping[str, Any], kind: type) -> Iterator[str]:
    """The system's own options: what is given, and the default of what is not."""
    words = meanings(kind)
    yield f"[{OPTIONS}]"
    for part in fields(kind):
        yield f"# {words[part.name]}"
        yield _pair(part.name, given[part.name]) if part.name in given else f"# {_pair(part.name, _default(part))}"


@dataclass(frozen=True, slots=True)
class _Raw:
    """Marks a key without a default that is shown as an example."""

    text: str


def _part(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for element in value:
            yield f"[[{name}]]"
            yield from _keys(element)
        if not value:
            yield f"# [[{name}]]"
            yield from _example(_element_kind(name))
    elif is_dataclass(value):
        yield f"[{name}]"
        yield from _keys(value)
    else:
        yield f"[{name}]" if value else f"# [{name}]"
        yield from (_pair(key, inner) for key, inner in value.items())


def _keys(value: Any) -> Iterator[str]:
    words = meanings(type(value))
    for part in fields(value):
        inner = getattr(value, part.name)
        at_default = inner == _default(part)
        yield f"# {words[part.name]}"
        yield f"# {_pair(part.name, inner)}" if at_default else _pair(part.name, inner)


def _example(kind: type) -> Iterator[str]:
    words = meanings(kind)
    for part in fields(kind):
        default = _default(part)
        value = _Raw("...") if default is MISSING else default
        yield f"# {_pair(part.name, value)}    # {words[part.name]}"


def _default(part: Field[Any]) -> object:
    return part.default if part.default_factory is MISSING else part.default_factory()


def _element_kind(name: str) -> type:
    return get_args(get_type_hints(CaseFile)[name])[0]  # type: ignore[no-any-return]


def _pair(key: str, value: object) -> str:
    written = tomli_w.dumps({key: 0}).rpartition(" = ")[0]
    return f"{written} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, _Raw):
        return value.text
    if is_dataclass(value):
        given = ((part.name, getattr(value, part.name), _default(part)) for part in fields(value))
        return _value({name: inner for name, inner, default in given if inner != default})
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pair(key, inner) for key, inner in value.items()) + " }" if value else "{}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    return tomli_w.dumps({"x": value}).strip().removeprefix("x = ")
