"""The fast path and ASGI give the same answers."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any

import pytest
from tests.serving.rooms import HANGS_S, TOKEN, Served, ask, gateway

from starcase.evidence import Entry, Outcome, OutcomeCounts
from starcase.serving.http.app import App, Message
from starcase.serving.http.gateway import Limits
from starcase.serving.http.tracing import Tracing
from starcase.serving.http.wire import RequestRefusal

ROUTE = "/v1/cases/shop/decisions"


def request(body: bytes, *headers: str, length: int | None = None) -> bytes:
    size = f"Content-Length: {len(body) if length is None else length}"
    lines = [f"POST {ROUTE} HTTP/1.1", "Host: a", size, f"Authorization: Bearer {TOKEN}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answers(port: int, *pieces: bytes, count: int = 1) -> list[tuple[int, Any]]:
    """Return what a connection answers to bytes that arrive in pieces."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=HANGS_S) as connection:
        for piece in pieces:
            connection.sendall(piece)
        found: list[tuple[int, Any]] = []
        while len(found) < count:
            head, end, rest = said.partition(b"\r\n\r\n")
            sizes = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-l")]
            if end and sizes and len(rest) >= sizes[0]:
                kept = json.loads(rest[: sizes[0]]) if b"application/json" in head else None
                found.append((int(head.split()[1]), kept))
                said = rest[sizes[0] :]
                continue
            more = connection.recv(65536)
            if not more:
                break
            said += more
    return found


def test_a_body_in_one_piece_two_pieces_or_chunks_gets_the_same_answer(served: Served) -> None:
    whole = request(ask("p1"))
    chunked = request(b"", "Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"")
    chunks = chunked + b"%x\r\n%b\r\n0\r\n\r\n" % (len(ask("p1")), ask("p1"))
    ways = [answers(served.port, whole), answers(served.port, whole[:40], whole[40:]), answers(served.port, chunks)]
    ways += [answers(served.port, whole[:-5], whole[-5:])]
    assert [one[0][0] for one in ways] == [200] * 4
    assert all(one == ways[0] for one in ways)


def test_a_pipelining_client_is_answered_in_order(served: Served) -> None:
    said = answers(served.port, b"".join(request(ask(f"q{i}")) for i in range(5)), count=5)
    assert [(status, answer["id"]) for status, answer in said] == [(200, f"q{i}") for i in range(5)]
    later = answers(served.port, request(ask("r0")), request(ask("r1")) + request(ask("r2")), count=3)
    assert [answer["id"] for _, answer in later] == ["r0", "r1", "r2"]


def test_a_connection_may_change_from_the_fast_path_to_asgi(served: Served) -> None:
    health = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"
    said = answers(served.port, request(ask("v1")), health, request(ask("v2")), health, count=4)
    assert [status for status, _ in said] == [200] * 4
    assert [answer.get("id") for _, answer in said] == ["v1", None, "v2", None]


def test_ambiguous_heads_are_left_to_the_full_parser(served: Served) -> None:
    both = request(ask("w1"), f"Content-Length: {len(ask('w1')) + 1}")
    assert answers(served.port, both)[0][0] == 400
    wrong = request(ask("w2")).replace(TOKEN.encode(), b"another")
    assert answers(served.port, wrong)[0][0] == 401
    refused = answers(served.port, request(ask("w3", features={"x": 1})))
    assert (refused[0][0], refused[0][1]["error"]["field"]) == (422, "features.y")


class _Desk:
    def record_outcomes(self, outcomes: list[Outcome]) -> OutcomeCounts:
        raise AssertionError

    def step(self, verb: str, who: str, why: str, version: int | None) -> Entry:
        raise AssertionError

    def now(self) -> int:
        return 0


def through_asgi(limits: Limits, messages: list[Message], busy: int = 0) -> tuple[int, Any]:
    """Return the application's answer to a body that arrives in messages and then stops."""
    decides = gateway(None, limits=limits)
    decides.in_flight = busy
    app = App(decides, _Desk(), token="", metrics=str, degraded=str, tracing=Tracing())
    sent: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.sleep(30)
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": ROUTE, "headers": []}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_slow_body_is_refused() -> None:
    status, said = through_asgi(Limits(patience=0.05), [part(b"{", more=True)])
    assert (status, said["error"]["code"]) == (408, "too slow")


def test_a_body_that_exceeds_the_limit_is_refused() -> None:
    parts = [part(b" " * 60, more=True) for _ in range(5)]
    status, said = through_asgi(Limits(body=100), parts)
    assert (status, said["error"]["code"]) == (413, "too big")
    assert len(parts) == 3, "nothing is read beyond the limit"


def test_requests_above_the_in_flight_limit_are_refused_with_a_reason() -> None:
    status, said = through_asgi(Limits(in_flight=2), [part(ask("t1"), more=False)], busy=2)
    assert (status, said["error"]["code"]) == (429, "too busy")
    busy = gateway(None, limits=Limits(in_flight=2))
    busy.in_flight = 2
    with pytest.raises(RequestRefusal, match="2 requests are already in flight"):
        busy.ask(ask("t1"))
