"""Model files as data: JSON for numbers, LightGBM's text for trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from starcase.errors import ArtefactError

T = TypeVar("T")


def encode_state(value: msgspec.Struct) -> bytes:
    """Encode a struct as JSON that decodes to the same floats bit for bit."""
    return msgspec.json.encode(value)


def decode_state(files: Mapping[str, bytes], name: str, kind: type[T]) -> T:
    """Decode the struct in a file.

    Raises:
        ArtefactError: the file is missing or holds something else.
    """
    if name not in files:
        raise ArtefactError(
            f"the model lacks its file {name!r}",
            why=f"it holds {', '.join(sorted(files))}",
            mend="fit the candidate again",
        )
    try:
        return msgspec.json.decode(files[name], type=kind)
    except msgspec.MsgspecError as error:
        raise ArtefactError(
            f"{name!r} is not valid for the model", why=str(error), mend="fit the candidate again"
        ) from error


def select_part_files(files: Mapping[str, bytes], part: str) -> dict[str, bytes]:
    """The files of one part of a model, without the part's name."""
    return {name.removeprefix(f"{part}/"): content for name, content in files.items() if name.startswith(f"{part}/")}


def add_part_prefix(part: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of one part of a model, each under the part's name.

    >>> select_part_files(add_part_prefix("forest", {"a.json": b"1"}), "forest")
    {'a.json': b'1'}
    """
    return {f"{part}/{name}": content for name, content in files.items()}
