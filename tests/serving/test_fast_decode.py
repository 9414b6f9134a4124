"""Decoding in one pass gives the same requests and the same refusals as stepwise decoding."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.serving.http.fast_decode import Kind, build_decoder
from starcase.serving.http.signature import Signature
from starcase.serving.http.wire import RequestMessage, RequestRefusal, decode_request

KINDS: dict[str, Kind] = {"amount": "number", "country": "text", "known": "flag", "V1": "number"}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
SOUND: dict[Kind, st.SearchStrategy[Any]] = {
    "number": st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    "text": st.none() | st.text(max_size=3),
    "flag": st.none() | st.booleans(),
}
FEATURES = st.fixed_dictionaries({name: SOUND[kind] for name, kind in KINDS.items()})
AMISS = st.dictionaries(st.sampled_from([*KINDS, "amuont"]), SCALARS)


def step_by_step(body: bytes) -> RequestMessage:
    ask = decode_request(body)
    Signature(KINDS).check(ask.features)
    return ask


def said(read: Any, body: bytes) -> object:
    try:
        return read(body)
    except RequestRefusal as refusal:
        return (refusal.status, refusal.field, refusal.what)


@given(features=FEATURES | AMISS, at=st.none() | st.integers(0, 2**62), more=st.booleans())
def test_one_pass_decoding_equals_stepwise_decoding(features: dict[str, Any], at: int | None, more: bool) -> None:
    body = json.dumps({"id": "t1", "unit": "u", "features": features, "at": at} | ({"extra": 1} if more else {}))
    assert said(Signature(KINDS).read, body.encode()) == said(step_by_step, body.encode())


@given(features=FEATURES)
def test_a_valid_request_is_decoded_in_one_pass(features: dict[str, Any]) -> None:
    read = build_decoder(KINDS)
    assert read is not None
    ask = read(json.dumps({"id": "t1", "unit": "u", "features": features}).encode())
    assert dict(ask.features) == features
    assert list(ask.features) == list(KINDS)
    assert [type(value) for value in ask.features.values()] == [type(features[name]) for name in KINDS]


@pytest.mark.parametrize("name", ["due date", "_x", "__class__", "größe", 'a"b', ""])
def test_a_feature_name_that_is_not_plain_is_decoded_stepwise(name: str) -> None:
    assert build_decoder({name: "number"}) is None
    body = json.dumps({"id": "t1", "unit": "u", "features": {name: 1.5}}).encode()
    assert Signature({name: "number"}).read(body).features == {name: 1.5}
    with pytest.raises(RequestRefusal, match="is a number, not text"):
        Signature({name: "number"}).read(body.replace(b"1.5", b'"1.5"'))
