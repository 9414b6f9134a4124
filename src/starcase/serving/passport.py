"""What a model looked like when it was let in: its features, and answers it must give again wherever it is loaded."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from starcase.case.model import Model
from starcase.case.request import Answer, Request, Scalar
from starcase.errors import ArtefactError
from starcase.serving.reading import Kind
from starcase.serving.signature import Signature

ROWS, SHOWN = 50, 256
TOLERANCE = 1e-6


class Golden(msgspec.Struct, frozen=True):
    """A request and the answer it got; one of an older file has neither moment nor names."""

    features: dict[str, Scalar]
    action: str
    score: float | None
    at: int = 0
    id: str = "golden"
    unit: str = "golden"

    @classmethod
    def of(cls, request: Request, answer: Answer) -> Golden:
        """What a model answered."""
        score = None if math.isnan(answer.score) else answer.score
        return cls(dict(request.features), answer.action, score, request.at, request.id, request.unit)

    @property
    def request(self) -> Request:
        """The request."""
        return Request(self.id, self.unit, self.at, self.features)


class Passport(msgspec.Struct, frozen=True):
    """A model's hash, the features its requests carry, and golden rows."""

    model: str
    features: dict[str, Kind]
    golden: tuple[Golden, ...]

    @classmethod
    def issue(cls, hash_: str, model: Model, requests: Iterable[Request]) -> Passport:
        """Have the model answer requests, and keep the answers of the first ``ROWS``."""
        shown = list(requests)
        rows = [Golden.of(request, answer) for request in shown[:ROWS] for answer in model.decide((request,))]
        return cls(hash_, Signature.of(shown).features, tuple(rows))

    def check(self, model: Model) -> None:
        """Warm a loaded model up on the golden rows; raises ArtefactError where it answers them otherwise."""
        for number, row in enumerate(self.golden, 1):
            (answer,) = model.decide((row.request,))
            if answer.action != row.action or not _near(answer.score, row.score):
                raise ArtefactError(
                    f"model {self.model[:12]} does not answer as it did when it was let in",
                    where=f"golden row {number}",
                    why=f"it said {row.action} at {row.score}, and says {answer.action} at {answer.score}",
                    mend="load it in the environment it was fitted in, or fit it again; nobody was switched",
                )


_read = msgspec.json.Decoder(Passport).decode


class Passports:
    """The passports of a case's models, a file each.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, passport: Passport) -> None:
        """Write a passport; one that stands already stays."""
        path = self._path(passport.model)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = path.with_suffix(f".{os.getpid()}")
        staging.write_bytes(msgspec.json.format(msgspec.json.encode(passport)))
        staging.replace(path)

    def of(self, model: str) -> Passport | None:
        """The passport of a model; None where it has none.

        Raises:
            ArtefactError: it cannot be read, or is another model's.
        """
        path = self._path(model)
        if not path.exists():
            return None
        try:
            passport = _read(path.read_bytes())
        except msgspec.MsgspecError as error:
            raise ArtefactError("a passport cannot be read", where=str(path), why=str(error)) from error
        if passport.model != model:
            raise ArtefactError("a passport is another model's", where=str(path), mend="delete it and serve again")
        return passport

    def signature(self, models: Sequence[str]) -> Signature | None:
        """The features that requests to these models carry, all of them together; None where nobody has said."""
        features: dict[str, Kind] = {}
        for passport in filter(None, map(self.of, models)):
            features |= passport.features
        return Signature(features) if features else None

    def _path(self, model: str) -> Path:
        return self._folder / f"{model}.json"


def _near(score: float, golden: float | None) -> bool:
    if golden is None:
        return math.isnan(score)
    return math.isclose(score, golden, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
