"""What goes over the wire: requests and answers as JSON, refusals that name the field."""

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
Moment = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]  # what any JSON reader tells exactly: to the year 2255


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
    """One answer as it goes out: what was decided, by whom, and how the unit came to that arm."""

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
    """One outcome as it comes in: the decision it is of, its name and value, and when it became known.

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
    """A request that is not answered: the status, and in words what was wrong and how to mend it.

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
        """The refusal as JSON."""
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
    """The requests of a body that is a list, at most ``MOST``; raises Refusal."""
    try:
        return cast("list[RequestMessage]", _many(body))
    except msgspec.MsgspecError as error:
        raise _build_refusal(error) from error


def decode_request(body: bytes) -> RequestMessage:
    """The request of a body that is no list; raises Refusal.

    >>> try: decode_request(b'{"id": "t1", "unit": 7, "features": {}}')
    ... except RequestRefusal as refusal: refusal.status, refusal.field, refusal.what
    (422, 'unit', 'Expected `str`, got `int` - at `$.unit`')
    """
    try:
        return _one(body)
    except msgspec.MsgspecError as error:
        raise _build_refusal(error) from error


def decode_outcomes(body: bytes) -> list[OutcomeMessage]:
    """The outcomes of a body, one or a list; raises Refusal."""
    try:
        return cast("list[OutcomeMessage]", _told(body if is_many(body) else b"[" + body + b"]"))
    except msgspec.MsgspecError as error:
        raise _build_refusal(error) from error


def decode_step(body: bytes) -> StepMessage:
    """The promotion or rollback that a body asks for; raises Refusal."""
    try:
        return _step(body)
    except msgspec.MsgspecError as error:
        raise _build_refusal(error) from error


def convert_decision(served: ServedDecision) -> AnswerMessage:
    """The answer that a kept decision got."""
    return AnswerMessage(
        served.id, served.unit, served.at, served.plan_version, served.bucket, served.arm, served.model,
        served.propensity, served.action, served.score, served.content, served.error,
    )  # fmt: skip


def build_schemas() -> Mapping[str, object]:
    """JSON Schema of everything on the wire, for the OpenAPI document."""
    _, components = msgspec.json.schema_components(
        (RequestMessage, AnswerMessage, OutcomeMessage, StepMessage), ref_template="#/components/schemas/{name}"
    )
    return components


def _build_refusal(error: msgspec.MsgspecError) -> RequestRefusal:
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        return RequestRefusal(400, "not json", f"the body is no JSON: {text}", mend="send UTF-8 JSON")
    path = _PATH.search(text)
    name = _FIELD.search(text)
    inner = path[1].lstrip(".") if path else ""
    field = ".".join(part for part in (inner, name[1] if name else "") if part)
    return RequestRefusal(422, "invalid", text, field=field, mend="see /openapi.json for what is expected")
