"""The gateway's ASGI application, without a framework because its overhead applies to every request."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any, Protocol

from starcase.decide import Arm
from starcase.errors import ArtefactError, GateNotPassed, LedgerConflict, RolloutError, StarcaseError
from starcase.evidence import Entry, Outcome, OutcomeCounts
from starcase.serving.http.fast_path import format_bearer
from starcase.serving.http.gateway import Gateway, describe_state
from starcase.serving.http.openapi import build_openapi
from starcase.serving.http.tracing import Tracing
from starcase.serving.http.wire import RequestRefusal, decode_outcomes, decode_step, encode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Reply = tuple[int, bytes, bytes]  # status, body, content type
JSON, TEXT = b"application/json", b"text/plain; version=0.0.4; charset=utf-8"


class ControlPlane(Protocol):
    """Writes to the ledger and the decision log, not through the kernel; called outside the event loop."""

    def record_outcomes(self, outcomes: list[Outcome]) -> OutcomeCounts:
        """Record outcomes."""
        ...

    def step(self, verb: str, who: str, why: str, version: int | None) -> Entry:
        """Promote or roll back; ``version`` is the plan the caller has seen, None where that does not matter."""
        ...

    def now(self) -> int:
        """The present, microseconds UTC."""
        ...


class App:
    """Routes requests to the gateway and the control plane.

    Args:
        gateway: decides.
        desk: takes outcomes, promotes and rolls back.
        token: must come with every request below ``/v1``; without one, promotion and rollback over HTTP are refused.
        metrics: everything counted by all workers, as Prometheus reads it.
        degraded: why the worker is degraded; empty where it is not.
        tracing: follows a trace through.
        shadows: arms that answer in shadow in addition to the plan's.
        steered: whether a controller of this gateway takes the rollout's steps.
    """

    def __init__(
        self,
        gateway: Gateway,
        desk: ControlPlane,
        *,
        token: str,
        metrics: Callable[[], str],
        degraded: Callable[[], str],
        tracing: Tracing,
        shadows: Sequence[Arm] = (),
        steered: bool = False,
    ) -> None:
        self.gateway = gateway
        self._desk = desk
        self._bearer = format_bearer(token)
        self._metrics = metrics
        self._degraded = degraded
        self._tracing = tracing
        self._shadows = shadows
        self._steered = steered
        root = f"/v1/cases/{gateway.snapshot.plan.case}/"
        self._decisions = f"{root}decisions"
        self._routes: Mapping[tuple[str, str], Callable[[bytes, Scope], Awaitable[Reply]]] = {
            ("POST", f"{root}outcomes"): self._record_outcomes,
            ("GET", f"{root}state"): self._describe_state,
            ("POST", f"{root}promote"): self._take_step,
            ("POST", f"{root}rollback"): self._take_step,
            ("GET", "/healthz"): self._check_health,
            ("GET", "/readyz"): self._check_readiness,
            ("GET", "/metrics"): self._render_metrics,
            ("GET", "/openapi.json"): self._render_openapi,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        gateway = self.gateway
        try:
            status, body, kind = await self._dispatch_request(scope, receive)
        except RequestRefusal as refusal:
            gateway.counts.count_refusal(refusal.status, refusal.code)
            status, body, kind = refusal.status, refusal.body(), JSON
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        if status in (429, 503):
            headers.append((b"retry-after", b"1"))
        if status in (408, 413):
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _dispatch_request(self, scope: Scope, receive: Receive) -> Reply:
        method, path = scope["method"], scope["path"]
        if self._bearer and path.startswith("/v1/"):
            self._authorise(scope)
        if method == "POST" and path == self._decisions:
            return await self._decide(scope, receive)
        handler = self._routes.get((method, path))
        if handler is None:
            raise self._build_not_found(method, path)
        return await handler(await self._read_body(receive), scope)

    async def _decide(self, scope: Scope, receive: Receive) -> Reply:
        gateway = self.gateway
        body = await self._read_body(receive)
        with self._tracing.start_span(scope["headers"]) as trace:
            pending = gateway.ask(body, trace)
            if pending.batch is None:
                return *pending.reply(), JSON
            gateway.in_flight += 1
            try:
                failure = await pending.batch.wait()
            finally:
                gateway.in_flight -= 1
            return *pending.reply(failure), JSON

    async def _read_body(self, receive: Receive) -> bytes:
        limit = self.gateway.limits.body
        message = await receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            body = await self._read_rest(receive, body, limit)
        if len(body) > limit:
            raise RequestRefusal(413, "too big", f"the body is larger than {limit} bytes", mend="send fewer at a time")
        return body

    async def _read_rest(self, receive: Receive, first: bytes, limit: int) -> bytes:
        parts, size = [first], len(first)
        try:
            async with asyncio.timeout(self.gateway.limits.patience):
                while size <= limit:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RequestRefusal(400, "gone", "the client disconnected before the end of its body")
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if not message.get("more_body"):
                        break
        except TimeoutError as error:
            raise RequestRefusal(
                408, "too slow", f"the body did not come within {self.gateway.limits.patience:g} seconds"
            ) from error
        return b"".join(parts)

    def _authorise(self, scope: Scope) -> None:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not hmac.compare_digest(given, self._bearer):
            raise RequestRefusal(
                401, "not authorised", "the request carries no valid token", mend="Authorization: Bearer ..."
            )

    async def _record_outcomes(self, body: bytes, _: Scope) -> Reply:
        now, said = self._desk.now(), decode_outcomes(body)
        for place, one in enumerate(said):
            if one.at is not None:
                self.gateway.limits.check(one.at, now, field=f"[{place}].at")
        outcomes = [Outcome(t.decision, t.name, t.value, now if t.at is None else t.at, t.weight) for t in said]
        return 200, encode(await self._call_control_plane(self._desk.record_outcomes, outcomes)), JSON

    async def _describe_state(self, _: bytes, __: Scope) -> Reply:
        return (
            200,
            encode(
                {**describe_state(self.gateway, self._shadows), "steered": self._steered, "degraded": self._degraded()}
            ),
            JSON,
        )

    async def _take_step(self, body: bytes, scope: Scope) -> Reply:
        if not self._bearer:
            raise RequestRefusal(
                403,
                "no token",
                "this gateway was started without a token",
                mend="set STARCASE_TOKEN and restart it",
            )
        asked = decode_step(body)
        verb = scope["path"].rpartition("/")[2]
        entry = await self._call_control_plane(self._desk.step, verb, asked.who, asked.why, asked.version)
        return 200, encode({"id": entry.id, "step": entry.record}), JSON

    async def _check_health(self, _: bytes, __: Scope) -> Reply:
        return 200, b'{"alive":true}', JSON

    async def _check_readiness(self, _: bytes, __: Scope) -> Reply:
        version = self.gateway.snapshot.plan.version
        reason = self._degraded() or ("" if version else "no champion serves yet")
        return 200 if version else 503, encode({"ready": bool(version), "degraded": reason, "version": version}), JSON

    async def _render_metrics(self, _: bytes, __: Scope) -> Reply:
        return 200, self._metrics().encode(), TEXT

    async def _render_openapi(self, _: bytes, __: Scope) -> Reply:
        return 200, build_openapi(self.gateway.snapshot.plan.case, authorised=bool(self._bearer)), JSON

    async def _call_control_plane(self, work: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return await asyncio.to_thread(work, *arguments)
        except (RolloutError, GateNotPassed, LedgerConflict, ArtefactError) as error:
            raise RequestRefusal(409, type(error).__name__, str(error), mend=error.mend) from error
        except StarcaseError as error:
            raise RequestRefusal(503, type(error).__name__, str(error), mend=error.mend) from error

    def _build_not_found(self, method: str, path: str) -> RequestRefusal:
        others = [other for other, known in [*self._routes, ("POST", self._decisions)] if known == path]
        if others:
            return RequestRefusal(
                405, "wrong method", f"{path} does not take {method}", mend=f"use {' or '.join(others)}"
            )
        case = self.gateway.snapshot.plan.case
        return RequestRefusal(
            404, "not here", f"there is no {path}; the case served here is {case!r}", mend="/openapi.json"
        )
