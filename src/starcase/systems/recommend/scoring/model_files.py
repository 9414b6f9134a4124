"""Model files as data: JSON for settings, NumPy's format for arrays, never code."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TypeVar

import msgspec
import numpy as np

from starcase.errors import ArtefactError
from starcase.systems.recommend.arrays import AnyArray

T = TypeVar("T")
AGAIN = "fit the candidate again"


def encode_struct(value: object) -> bytes:
    """Encode a struct as JSON that decodes to the same floats bit for bit."""
    return msgspec.json.encode(value)


def decode_struct(files: Mapping[str, bytes], name: str, kind: type[T]) -> T:
    """Decode the struct in a file; raises ArtefactError where it is missing or invalid."""
    try:
        return msgspec.json.decode(_require_file(files, name), type=kind)
    except msgspec.MsgspecError as error:
        raise ArtefactError(f"{name!r} is not valid for the model", why=str(error), mend=AGAIN) from error


def encode_array(array: AnyArray) -> bytes:
    """An array in NumPy's format."""
    out = io.BytesIO()
    np.save(out, np.ascontiguousarray(array), allow_pickle=False)
    return out.getvalue()


def decode_array(files: Mapping[str, bytes], name: str) -> AnyArray:
    """Decode the array in a file; raises ArtefactError where it is missing or invalid.

    >>> decode_array({"a.npy": encode_array(np.arange(3))}, "a.npy").tolist()
    [0, 1, 2]
    """
    try:
        return np.asarray(np.load(io.BytesIO(_require_file(files, name)), allow_pickle=False))
    except (ValueError, EOFError) as error:
        raise ArtefactError(f"{name!r} holds no array", why=str(error), mend=AGAIN) from error


def select_part(files: Mapping[str, bytes], part: str) -> dict[str, bytes]:
    """The files of one part of a model, without the part's name."""
    return {name.removeprefix(f"{part}/"): content for name, content in files.items() if name.startswith(f"{part}/")}


def add_prefix(part: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of one part of a model, each under the part's name.

    >>> select_part(add_prefix("ease", {"a.npy": b"1"}), "ease")
    {'a.npy': b'1'}
    """
    return {f"{part}/{name}": content for name, content in files.items()}


def _require_file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise ArtefactError(
            f"the model lacks its file {name!r}", why=f"it holds {', '.join(sorted(files))}", mend=AGAIN
        )
    return files[name]
