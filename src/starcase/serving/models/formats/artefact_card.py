"""Detects the format of a model file and builds its artefact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from starcase.compute.user_source import hash_entry
from starcase.contract.model import Model
from starcase.errors import ArtefactError
from starcase.serving.models.formats.entry_point import EntryPoint
from starcase.serving.models.formats.onnx import OnnxScorer
from starcase.serving.models.formats.sklearn import Estimator, list_untrusted_types
from starcase.serving.models.formats.subprocess_scorer import SubprocessScorer
from starcase.serving.models.formats.threshold_model import ThresholdModel
from starcase.serving.models.formats.trees import Trees

Format = Literal["lightgbm", "onnx", "skops", "python", "pickle"]
CARD = "served-as.json"
ENDINGS: Mapping[str, Format] = {".txt": "lightgbm", ".onnx": "onnx", ".skops": "skops"}
PICKLES = frozenset({".pkl", ".pickle", ".joblib"})
BYTES = "model.bin"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """How an artefact is loaded and how its score becomes an action.

    Args:
        format: how its bytes are read.
        features: the features in order; those named in the model where this is empty.
        threshold: the lowest score at which ``above`` is the action.
        above: an action.
        below: an action.
        entry: ``"module:function"`` of the format ``"python"``.
        code: the user's own modules behind the entry, each with its hash.
    """

    format: Format
    features: tuple[str, ...] = ()
    threshold: float = 0.5
    above: str = "act"
    below: str = "pass"
    entry: str = ""
    code: tuple[tuple[str, str], ...] = ()


_read = msgspec.json.Decoder(Card).decode


def build_artefact(source: str, card: Card | None = None, *, trust: bool = False, **said: object) -> dict[str, bytes]:
    """Build the files of an artefact from a model file or function; ``ModelRegistry.save`` stores them by hash.

    Args:
        source: a file (LightGBM text, ONNX, skops, with ``trust`` a pickle) or ``"module:function"``.
        card: how it is loaded; derived from the source by default.
        trust: whether a pickle, or a skops file of types that are not on the fixed list, which are code, may be taken.
        said: fields of the card that are not derived from the source.

    Raises:
        ArtefactError: the format is unknown, or the file cannot be loaded in its format.
    """
    path = Path(source)
    if card is None:
        card = msgspec.convert({"format": _detect_format(source, path, trust=trust), **said}, Card)
    if card.format == "python":
        code = hash_entry(source.partition(":")[0])
        files = {CARD: msgspec.json.encode(msgspec.structs.replace(card, entry=source, code=code))}
    else:
        files = {CARD: msgspec.json.encode(card), BYTES: path.read_bytes()}
    load_artefact(files, trust=trust)
    return files


def load_artefact(files: Mapping[str, bytes], *, trust: bool = False, anyway: bool = False) -> Model | None:
    """Load the model of an artefact that has a card; None where it has none.

    Args:
        files: of the artefact.
        trust: whether a pickle may be loaded.
        anyway: whether to load an entry point whose code changed since its admission, as a champion must be.

    Raises:
        ArtefactError: the bytes are not what the card says, or it is a pickle and ``trust`` is not set.
        PluginError: what it needs is not installed.
    """
    if CARD not in files:
        return None
    card = _read(files[CARD])
    act = {"threshold": card.threshold, "above": card.above, "below": card.below}
    if card.format == "python":
        if not anyway:
            _require_unchanged(card)
        return EntryPoint(card.entry, **act)  # type: ignore[arg-type]
    data = files[BYTES]
    if card.format == "lightgbm":
        return ThresholdModel(Trees(data.decode()), **act)  # type: ignore[arg-type]
    if card.format == "onnx":
        return ThresholdModel(OnnxScorer(data, card.features), **act)  # type: ignore[arg-type]
    if card.format == "skops":
        apart = trust and list_untrusted_types(data)
        scorer = SubprocessScorer(data, card.features, "skops") if apart else Estimator(data, card.features)
        return ThresholdModel(scorer, **act)  # type: ignore[arg-type]
    if not trust:
        raise _build_trust_error("the artefact")
    return ThresholdModel(SubprocessScorer(data, card.features, "pickle"), **act)  # type: ignore[arg-type]


def _require_unchanged(card: Card) -> None:
    before, now = dict(card.code), dict(hash_entry(card.entry.partition(":")[0]))
    changed = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    if changed and card.code:
        raise ArtefactError(
            f"{card.entry} was edited after its admission",
            where=", ".join(changed),
            why="the hash of a model covers its code, so this is another model",
            mend=f"admit it again: `starcase serve --shadow {card.entry}`",
        )


def is_code(files: Mapping[str, bytes]) -> bool:
    """Whether loading an artefact can run arbitrary code; a skops file can where it holds other than safe types."""
    if CARD not in files:
        return False
    format_ = _read(files[CARD]).format
    return format_ in {"python", "pickle"} or (format_ == "skops" and bool(list_untrusted_types(files[BYTES])))


def _detect_format(source: str, path: Path, *, trust: bool) -> Format:
    if path.suffix in ENDINGS and path.is_file():
        return ENDINGS[path.suffix]
    if path.suffix in PICKLES and path.is_file():
        if not trust:
            raise _build_trust_error(path.name)
        return "pickle"
    module, colon, name = source.partition(":")
    if colon and all(part.isidentifier() for part in (*module.split("."), name)):
        return "python"
    raise ArtefactError(
        f"{source!r} is not a model that can be served",
        mend="give a LightGBM text (.txt), an .onnx or .skops file, or module:function",
    )


def _build_trust_error(what: str) -> ArtefactError:
    return ArtefactError(
        f"{what} is a pickle, and loading it can run any code",
        mend="save the model as LightGBM text, ONNX or skops; or add --trust if you made the file yourself",
    )
