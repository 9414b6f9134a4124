"""The JSON messages: requests, answers, outcomes, and refusals that name the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, cast

import msgspec

from starcase.contract.request import Scalar
from starcase.evidence import ServedDecision

MOST = 256
_PATH = re.compile(r"at `\$([^`]*)`")
_FIELD = re.compile(r"field `([^`]+)`")
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Moment = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]  # exact in any JSON reader: to the year 2255


class RequestMessage(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """One request as it comes in.

    Args:
        id: names the decision; asking again with the same id gives the answer it got.
        unit: what is randomised: a card, a user, a shop.
        features: what is known at this moment, by name; null where a value is not known.
        at: when it is asked, microseconds UTC; the gateway's own clock where it is left out.
    """

    id: Name
    unit: Name
    features: dict[str, Scalar]
    at: Moment | None = None


class AnswerMessage(msgspec.Struct, frozen=True, gc=False):
    """One answer as it goes out: the action, the arm and model that answered, and the assignment."""

    id: str
    unit: str
    at: int
    plan_version: int
    bucket: int
    arm: str
    model: str
    propensity: float
    action: str
    score: float | None
    content: Any = None
    error: str = ""


class OutcomeMessage(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One outcome as it comes in: its decision, its name and value, and when it became known.

    Args:
        decision: the id of the decision.
        name: what turned out: ``"fraud"``.
        value: 1 or 0 for what happened or did not, or a number.
        at: when it became known, microseconds UTC; the gateway's own clock where it is left out.
        weight: 1 over the probability that this outcome could be seen at all.
    """

    decision: Name
    name: Name
    value: float
    at: Moment | None = None
    weight: Annotated[float, msgspec.Meta(gt=0)] = 1.0


class StepMessage(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A promotion or rollback as a person asks for it.

    Args:
        who: who asks; the ledger keeps it.
        why: on what grounds.
        version: the version of the plan that was seen; refused with 409 where another one is in force by now.
    """

    who: Name
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    version: int | None = None


class RequestRefusal(Exception):  # noqa: N818 - an answer to the client, not an accident
    """A refused request: the status, the reason in words, and how to mend it.

    Args:
        status: the HTTP status.
        code: the reason for programs.
        what: the reason for people.
        field: the path of the field in question, empty where it is none.
        mend: what the client can do.
    """

    def __init__(self, status: int, code: str, what: str, *, field: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.status = status
        self.code = code
        self.what = what
        self.field = field
        self.mend = mend

    def body(self) -> bytes:
        """Return the refusal as JSON."""
        return encode({"error": {"code": self.code, "what": self.what, "field": self.field, "mend": self.mend}})


encode = msgspec.json.Encoder().encode
_one = msgspec.json.Decoder(RequestMessage).decode
_many = msgspec.json.Decoder(Annotated[list[RequestMessage], msgspec.Meta(min_length=1, max_length=MOST)]).decode
_step = msgspec.json.Decoder(StepMessage).decode
_told = msgspec.json.Decoder(Annotated[list[OutcomeMessage], msgspec.Meta(min_length=1, max_length=10_000)]).decode


def is_many(body: bytes) -> bool:
    """Whether a body is a list."""
    return body[:1] == b"[" or (body[:1] != b"{" and body.lstrip()[:1] == b"[")


def decode_requests(body: bytes) -> list[RequestMessage]:
    """Decode a body with a list of at most ``MOST`` requests; raises RequestRefusal."""
    try:
        return cast("list[RequestMessage]", _many(body))
    except msgspec.MsgspecError as error:
        raise _build_refusal(error) from error


def decode_request(body: bytes) -> RequestMessage:
    """Decode a body with one request; raises RequestRefusal.

    >>> try: decode_request(b'{"id": "t1", "unit": 7, "features": {}}')
    ... except RequestRefusal as refusal: refusal.status, refusal.field, refusal.what
    (422, 'unit', 'Expected `str`, got `int` - at `$.unit`')
    """
    try:
        return _one(body)
    except msgspec.MsgspecError as error:
        raise _build_refusal(error) from error


def decode_outcomes(body: bytes) -> list[OutcomeMessage]:
    """Decode the outcomes of a body, one or a list; raises RequestRefusal."""
    try:
        return cast("list[OutcomeMessage]", _told(body if is_many(body) else b"[" + body + b"]"))
    except msgspec.MsgspecError as error:
        raise _build_refusal(error) from error


def decode_step(body: bytes) -> StepMessage:
    """Decode the promotion or rollback of a body; raises RequestRefusal."""
    try:
        return _step(body)
    except msgspec.MsgspecError as error:
        raise _build_refusal(error) from error


def convert_decision(served: ServedDecision) -> AnswerMessage:
    """Return the answer of a stored decision."""
    return AnswerMessage(
        served.id, served.unit, served.at, served.plan_version, served.bucket, served.arm, served.model,
        served.propensity, served.action, served.score, served.content, served.error,
    )  # fmt: skip


def build_schemas() -> Mapping[str, object]:
    """Build the JSON Schema of all messages, for the OpenAPI document."""
    _, components = msgspec.json.schema_components(
        (RequestMessage, AnswerMessage, OutcomeMessage, StepMessage), ref_template="#/components/schemas/{name}"
    )
    return components


def _build_refusal(error: msgspec.MsgspecError) -> RequestRefusal:
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        return RequestRefusal(400, "not json", f"the body is not valid JSON: {text}", mend="send UTF-8 JSON")
    path = _PATH.search(text)
    name = _FIELD.search(text)
    inner = path[1].lstrip(".") if path else ""
    field = ".".join(part for part in (inner, name[1] if name else "") if part)
    return RequestRefusal(422, "invalid", text, field=field, mend="see /openapi.json for the expected fields")
