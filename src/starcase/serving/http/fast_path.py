"""The fast path of the decision route: a complete request in one read bypasses ASGI, all else goes through it.

A connection that has once sent anything else (another route, a body in pieces, a header that changes how a message is
read) is handled by uvicorn from then on, so that the two parsers never share state.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from starcase.serving.http.gateway import Gateway, PendingReply
from starcase.serving.http.tracing import parse_trace_id
from starcase.serving.http.wire import RequestRefusal

IDLE = 75.0
HEADS = 1024
LONG_WAY = -1
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?=\r\n|$)")
_TOKEN = re.compile(rb"\r\nauthorization:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n|$)", re.IGNORECASE)
_TRACE = re.compile(rb"\r\ntraceparent:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n|$)")
_OTHERWISE = (b"transfer-encoding", b"expect", b"upgrade", b"connection: close", b"\r\n ", b"\r\n\t", b"\0")
_ANSWER = b"%bcontent-type: application/json\r\ncontent-length: %d\r\n%b\r\n%b"
_LATER = b"retry-after: 1\r\n"


def create_protocol(gateway: Gateway, *, token: str) -> type[HttpToolsProtocol]:
    """Create uvicorn's protocol with a fast path to ``gateway`` for ``POST .../decisions``."""
    line = f"POST /v1/cases/{gateway.snapshot.plan.case}/decisions HTTP/1.1".encode()
    return type(
        "ShortWay",
        (_FastPathProtocol,),
        {"gateway": gateway, "line": line, "bearer": format_bearer(token), "heads": {}},
    )


def format_bearer(token: str) -> bytes:
    """Return the required authorization header; empty where there is no token."""
    return f"Bearer {token}".encode() if token else b""


class _FastPathProtocol(HttpToolsProtocol):
    gateway: ClassVar[Gateway]
    line: ClassVar[bytes]
    bearer: ClassVar[bytes]
    heads: ClassVar[dict[bytes, int]]

    def __init__(self, *arguments: Any, **choices: Any) -> None:
        super().__init__(*arguments, **choices)
        self._short = True
        self._pending: PendingReply | None = None
        self._held = b""
        self._ending = False
        self._active = False
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch = self.loop.call_later(IDLE, self._close_if_idle)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._pending is not None:  # a client that does not wait for its answer
            self._held += data
            self.transport.pause_reading()
            return
        if self._short and data.startswith(self.line):
            end = data.find(b"\r\n\r\n")
            head = data[len(self.line) : end]
            length, trace = self.heads.get(head), ""
            if length is None:
                length, trace = self._parse_length(head), _parse_trace(head)
            if end > 0 and length == len(data) - end - 4:
                self._active = True
                self._decide_body(data[end + 4 :], trace)
                return
        self._short = False
        super().data_received(data)

    def on_response_complete(self) -> None:
        self._active = True
        super().on_response_complete()

    def shutdown(self) -> None:
        if self._pending is None:
            super().shutdown()
        else:
            self._ending = True

    def _parse_length(self, head: bytes) -> int:
        """Parse the length of the body; ``LONG_WAY`` where the head needs the full parser."""
        lower = head.lower()
        found = _LENGTH.search(lower)
        length = int(found[1]) if found and lower.count(b"content-length") == 1 else LONG_WAY
        if length > self.gateway.limits.body or any(word in lower for word in _OTHERWISE):
            length = LONG_WAY
        if self.bearer:
            given = _TOKEN.findall(head)
            if len(given) != 1 or not hmac.compare_digest(given[0], self.bearer):
                length = LONG_WAY
        if b"traceparent" not in lower and len(self.heads) < HEADS:
            self.heads[head] = length
        return length

    def _decide_body(self, body: bytes, trace: str) -> None:
        gateway = self.gateway
        try:
            pending = gateway.ask(body, trace)
        except RequestRefusal as refusal:
            gateway.counts.count_refusal(refusal.status, refusal.code)
            self._write_response(refusal.status, refusal.body())
            return
        if pending.batch is None:
            self._write_response(*pending.reply())
            return
        gateway.in_flight += 1
        self._pending = pending
        pending.batch.waiters.append(self._send_reply)

    def _send_reply(self, failure: Exception | None) -> None:
        pending, self._pending = self._pending, None
        assert pending is not None
        self.gateway.in_flight -= 1
        try:
            status, body = pending.reply(failure)
        except RequestRefusal as refusal:
            self.gateway.counts.count_refusal(refusal.status, refusal.code)
            status, body = refusal.status, refusal.body()
        self._write_response(status, body)
        if self._ending:
            self.transport.close()
        elif self._held:
            held, self._held = self._held, b""
            self.transport.resume_reading()
            self.data_received(held)

    def _write_response(self, status: int, body: bytes) -> None:
        if not self.transport.is_closing():
            later = _LATER if status in (429, 503) else b""
            self.transport.write(_ANSWER % (STATUS_LINE[status], len(body), later, body))

    def _close_if_idle(self) -> None:
        """Close a connection without an answer for ``IDLE`` seconds, whether idle or sending slowly."""
        if not self._active and self._pending is None:
            self.transport.close()
            return
        self._active = False
        self._watch = self.loop.call_later(IDLE, self._close_if_idle)


def _parse_trace(head: bytes) -> str:
    found = _TRACE.search(head.lower())
    return parse_trace_id([(b"traceparent", found[1])]) if found else ""
