"""The gateway: refusals that name the field, repeated answers, one snapshot per body."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.serving.rooms import FEATURES, NEW, answer, ask, gateway, snapshot, with_wal

from starcase.contract.request import Request
from starcase.serving.http.gateway import Gateway
from starcase.serving.http.signature import Signature
from starcase.serving.http.wire import RequestRefusal, decode_outcomes
from starcase.serving.wal import WriteAhead


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, ""),
        (b"[]", 422, ""),
        (b'"t1"', 422, ""),
        (b'{"unit": "u", "features": {}}', 422, "id"),
        (b'{"id": "", "unit": "u", "features": {}}', 422, "id"),
        (b'{"id": "t", "unit": 7, "features": {}}', 422, "unit"),
        (b'{"id": "t", "unit": "u", "features": {"x": [1]}}', 422, "features[...]"),
        (b'{"id": "t", "unit": "u", "features": {}, "when": 5}', 422, "when"),
        (b'[{"id": "t", "unit": "u", "features": {}}, {"id": "t", "unit": "u"}]', 422, "[1].features"),
    ],
)
def test_an_invalid_body_is_refused_with_the_field(body: bytes, status: int, field: str) -> None:
    with pytest.raises(RequestRefusal) as refused:
        gateway(None).ask(body)
    assert (refused.value.status, refused.value.field) == (status, field)


@pytest.mark.parametrize(
    ("features", "field", "words"),
    [
        ({"x": 1.0}, "features.y", "feature 'y' is missing"),
        ({"x": 1.0, "Y": 1.0}, "features.Y", "there is no feature 'Y'"),
        ({"x": 1.0, "y": 1.0, "z": 1.0}, "features.z", "there is no feature 'z'"),
        ({"x": "1", "y": None}, "features.x", "feature 'x' is a number, not text"),
    ],
)
def test_wrong_features_are_never_scored(features: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(RequestRefusal) as refused:
        gateway(None).ask(ask("t1", features=features))
    assert refused.value.status == 422
    assert refused.value.field == field
    assert words in refused.value.what


@given(st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.floats(allow_nan=False), st.text(), st.booleans())))
def test_a_signature_accepts_its_features_in_any_order(features: dict[str, float | str | bool | None]) -> None:
    signature = Signature.from_requests([Request("t", "u", 0, features)])
    signature.check(dict(reversed(features.items())))
    signature.check(dict.fromkeys(features))
    with pytest.raises(RequestRefusal):
        signature.check({**features, "of another name": 1.0})


def test_invalid_outcomes_are_refused() -> None:
    assert len(decode_outcomes(b'{"decision": "t", "name": "bad", "value": 1}')) == 1
    with pytest.raises(RequestRefusal) as refused:
        decode_outcomes(b'[{"decision": "t", "name": "bad", "value": 1, "weight": 0}]')
    assert refused.value.field == "[0].weight"


def test_a_repeated_id_gets_its_first_answer_even_after_a_switch(tmp_path: Path) -> None:
    async def work(wal: WriteAhead) -> None:
        served = gateway(wal)
        first = await answer(served, ask("t1"))
        served.snapshot = snapshot(2, NEW, slope=9.0)
        assert await answer(served, ask("t1", features={"x": 3.0, "y": None})) == first
        assert (await answer(served, ask("t2")))[1]["plan_version"] == 2
        with pytest.raises(RequestRefusal) as refused:
            await answer(served, ask("t1", unit="another"))
        assert (refused.value.status, refused.value.field) == (409, "unit")

    with_wal(tmp_path, work)


@pytest.mark.parametrize("kept", [True, False])
def test_repeated_ids_are_answered_from_the_cache_without_durability(tmp_path: Path, kept: bool) -> None:
    async def work(wal: WriteAhead) -> None:
        served = gateway(wal if kept else None, waits=False)
        first = await answer(served, ask("t1"))
        served.snapshot = snapshot(2, NEW, slope=9.0)
        assert await answer(served, ask("t1")) == first

    with_wal(tmp_path, work)


def test_a_list_of_requests_is_answered_in_order_by_one_plan(tmp_path: Path) -> None:
    async def work(wal: WriteAhead) -> None:
        served = gateway(wal)
        await answer(served, ask("t1"))
        body = b"[" + b",".join(ask(f"t{i}", features={"x": i / 10, "y": None}) for i in range(8)) + b"]"
        status, answers = await answer(served, body)
        assert status == 200
        assert [given["id"] for given in answers] == [f"t{i}" for i in range(8)]
        assert answers[1]["score"] == FEATURES["x"], "t1 stood already"
        assert {given["plan_version"] for given in answers} == {1}

    with_wal(tmp_path, work)


class _Broken:
    def decide(self, requests: object, /) -> list[object]:
        raise RuntimeError("out of memory")


def test_a_champion_that_raises_gives_a_500_and_no_record() -> None:
    served: Gateway = gateway(None)
    served.snapshot = type(served.snapshot)(served.snapshot.plan, {"a" * 64: _Broken()})  # type: ignore[dict-item]
    with pytest.raises(RequestRefusal) as refused:
        served.ask(ask("t1"))
    assert refused.value.status == 500
    assert "RuntimeError: out of memory" in json.loads(refused.value.body())["error"]["what"]
