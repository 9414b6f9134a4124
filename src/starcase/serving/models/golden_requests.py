"""The passport of an admitted model: its features, and golden requests it must answer the same at every load."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from starcase.compute.traceback_text import describe_exception
from starcase.contract.answer_comparison import is_close, is_same_content
from starcase.contract.answer_content import describe_content, normalize_content
from starcase.contract.model import Model
from starcase.contract.request import Answer, Request, Scalar
from starcase.errors import ArtefactError
from starcase.serving.http.fast_decode import Kind
from starcase.serving.http.signature import Signature

ROWS, SHOWN = 50, 256


class GoldenRow(msgspec.Struct, frozen=True):
    """A golden request and its recorded answer; one of an older file has no moment, names or content."""

    features: dict[str, Scalar]
    action: str
    score: float | None
    at: int = 0
    id: str = "golden"
    unit: str = "golden"
    content: Any = msgspec.UNSET

    @classmethod
    def from_answer(cls, request: Request, answer: Answer) -> GoldenRow:
        """Record what a model answered."""
        score = None if math.isnan(answer.score) else answer.score
        content = normalize_content(answer.content)
        return cls(dict(request.features), answer.action, score, request.at, request.id, request.unit, content)

    def has_same_answer(self, answer: Answer) -> bool:
        """Whether ``answer`` equals the recorded one: action, score and content, as far as they were recorded."""
        score = math.nan if self.score is None else self.score
        if answer.action != self.action or not is_close(answer.score, score):
            return False
        return self.content is msgspec.UNSET or is_same_content(self.content, normalize_content(answer.content))

    @property
    def request(self) -> Request:
        """The golden request as the model gets it."""
        return Request(self.id, self.unit, self.at, self.features)


class GoldenRequests(msgspec.Struct, frozen=True):
    """The passport of a model: its hash, the features of its requests, and golden requests."""

    model: str
    features: dict[str, Kind]
    golden: tuple[GoldenRow, ...]

    @classmethod
    def collect(cls, hash_: str, model: Model, requests: Iterable[Request]) -> GoldenRequests:
        """Let the model answer requests, and record the answers of the first ``ROWS`` as golden."""
        shown = list(requests)
        rows = [
            GoldenRow.from_answer(request, answer) for request in shown[:ROWS] for answer in model.decide((request,))
        ]
        return cls(hash_, Signature.from_requests(shown).features, tuple(rows))

    def check(self, model: Model) -> None:
        """Warm up a loaded model on its golden requests; raises ArtefactError where an answer differs."""
        for number, row in enumerate(self.golden, 1):
            try:
                (answer,) = model.decide((row.request,))
                is_same, says = (
                    row.has_same_answer(answer),
                    f"answers {_describe_answer(answer.action, answer.score, answer.content)}",
                )
            except Exception as failure:  # noqa: BLE001 - whatever the model raises, it does not answer as it did
                is_same, says = False, f"fails: {describe_exception(failure)}"
            if not is_same:
                raise ArtefactError(
                    f"model {self.model[:12]} fails its golden requests",
                    where=f"golden request {number}",
                    why=f"the recorded answer is {_describe_answer(row.action, row.score, row.content)}; it now {says}",
                    mend="load it in the environment it was fitted in, or fit it again; the served plan is unchanged",
                )


_read = msgspec.json.Decoder(GoldenRequests).decode


class GoldenRequestStore:
    """The passports of a case's models, one file each.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, passport: GoldenRequests) -> None:
        """Write a passport; an existing one is kept."""
        path = self._build_path(passport.model)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = path.with_suffix(f".{os.getpid()}")
        staging.write_bytes(msgspec.json.format(msgspec.json.encode(passport)))
        staging.replace(path)

    def load(self, model: str) -> GoldenRequests | None:
        """Load the passport of a model; None where it has none.

        Raises:
            ArtefactError: it cannot be read, or is another model's.
        """
        path = self._build_path(model)
        if not path.exists():
            return None
        try:
            passport = _read(path.read_bytes())
        except msgspec.MsgspecError as error:
            raise ArtefactError("a passport cannot be read", where=str(path), why=str(error)) from error
        if passport.model != model:
            raise ArtefactError(
                "a passport belongs to another model", where=str(path), mend="delete it and run `starcase serve` again"
            )
        return passport

    def signature(self, models: Sequence[str]) -> Signature | None:
        """Return the joint signature of requests to these models; None where no passport has one."""
        features: dict[str, Kind] = {}
        for passport in filter(None, map(self.load, models)):
            features |= passport.features
        return Signature(features) if features else None

    def _build_path(self, model: str) -> Path:
        return self._folder / f"{model}.json"


def _describe_answer(action: str, score: float | None, content: Any) -> str:
    text = "" if content is msgspec.UNSET else describe_content(content)
    return f"{action} at {score}{text and ' with '}{text}"
