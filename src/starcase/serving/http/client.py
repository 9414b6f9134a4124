"""An HTTP client of the gateway; a carrier with the same ``decide`` as the router."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.decide import Decision, ServingPlan
from starcase.errors import RolloutError
from starcase.evidence import Outcome
from starcase.serving.http.wire import MOST, AnswerMessage

SWITCHED_WITHIN = 60.0
PAUSE = 1.0  # longer than a record on the disk takes to reach the log, so that the log keeps its order
BODY = 900_000
_PORTS = {"http": 80, "https": 443}
_decisions = msgspec.json.Decoder(list[AnswerMessage]).decode


class GatewayClient:
    """A client of a gateway; ``decide`` is called like ``Router.decide`` and gives the same decisions.

    Args:
        url: ``"http://127.0.0.1:8080"``.
        case: name of the case served there.
        token: the gateway's token, if it requires one.
        timeout: seconds to wait for an answer.

    Raises:
        RolloutError: ``url`` is not the address of a gateway.
    """

    def __init__(self, url: str, case: str, *, token: str = "", timeout: float = 30.0) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in _PORTS or not parts.hostname:
            raise RolloutError(f"{url!r} is not the address of a gateway", mend="use for example http://127.0.0.1:8080")
        connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = connection(parts.hostname, parts.port or _PORTS[parts.scheme], timeout=timeout)
        self._root = f"/v1/cases/{case}"
        self._headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
        self._version = 0
        self._kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def decide(self, plan: ServingPlan, request: Request, models: Mapping[str, Model] | None = None) -> Decision:
        """Return the gateway's decision for one request, once it serves ``plan``; the models are the gateway's.

        Raises:
            RolloutError: the gateway does not answer, refuses the request, or serves another plan.
        """
        del models
        if plan.version != self._version:
            self.await_version(plan.version)
        return self.ask([request])[0]

    @property
    def most(self) -> int:
        """The maximum number of requests in one call."""
        return MOST

    def decide_all(self, plan: ServingPlan, requests: Sequence[Request]) -> list[Decision]:
        """Return the gateway's decisions for many requests, once it serves ``plan``; raises as ``decide``."""
        if plan.version != self._version:
            self.await_version(plan.version)
        return self.ask(requests)

    def ask(self, requests: Sequence[Request]) -> list[Decision]:
        """Return the gateway's decisions for many requests, all by one plan."""
        body = msgspec.json.encode(
            [{"id": r.id, "unit": r.unit, "at": r.at, "features": dict(r.features)} for r in requests]
        )
        if len(body) > BODY and len(requests) > 1:
            half = len(requests) // 2
            return [*self.ask(requests[:half]), *self.ask(requests[half:])]
        answers = _decisions(self._call_with_retry("POST", "/decisions", body, again=True))
        return [_parse_decision(answer) for answer in answers]

    def outcomes(self, outcomes: Sequence[Outcome]) -> Mapping[str, int]:
        """Send outcomes; return the change of the counts."""
        body = [
            {"decision": o.decision, "name": o.name, "value": o.value, "at": o.at, "weight": o.weight} for o in outcomes
        ]
        return msgspec.json.decode(
            self._call_with_retry("POST", "/outcomes", msgspec.json.encode(body)), type=dict[str, int]
        )

    def state(self) -> Mapping[str, Any]:
        """Return what the gateway serves now."""
        try:
            return msgspec.json.decode(self._call_with_retry("GET", "/state", again=True), type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise self._build_stranger_error(str(error)) from error

    def step(self, verb: str, *, who: str, why: str, version: int | None = None) -> Mapping[str, Any]:
        """Take the step ``"promote"`` or ``"rollback"``; with ``version``, only if that plan is still in force."""
        body = msgspec.json.encode({"who": who, "why": why, "version": version})
        return msgspec.json.decode(self._call_with_retry("POST", f"/{verb}", body), type=dict[str, Any])

    def await_version(
        self, version: int, *, within: float = SWITCHED_WITHIN, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Wait until the gateway serves a version; raises RolloutError after a timeout."""
        deadline = time.monotonic() + within
        while (state := self.state())["version"] < version and time.monotonic() < deadline:
            sleep(0.02)
        if state["version"] != version:
            raise RolloutError(
                f"the gateway serves version {state['version']} of the plan, not {version}",
                why=state["degraded"] or "it serves another ledger, or another step was taken in the meantime",
            )
        self._version = version

    def _call_with_retry(self, method: str, path: str, body: bytes | None = None, *, again: bool = False) -> bytes:
        """Return the gateway's reply; with ``again``, retry once where a kept-alive connection was closed."""
        try:
            try:
                status, said = self._send_request(method, path, body)
            except ConnectionError:
                if not (again and self._kept):
                    raise
                self._connection.close()
                time.sleep(PAUSE)
                status, said = self._send_request(method, path, body)
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise RolloutError(
                "the gateway does not answer",
                where=self._where,
                why=f"{type(error).__name__}: {error}",
                mend="start it with `starcase serve` and repeat the request: decisions already made are kept",
            ) from error
        if status != 200:  # noqa: PLR2004
            raise self._build_refusal(status, said)
        return said

    def _send_request(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        self._connection.request(method, self._root + path, body, self._headers)
        response = self._connection.getresponse()
        said = response.read()
        self._kept = True
        return response.status, said

    def _build_refusal(self, status: int, said: bytes) -> RolloutError:
        try:
            error = msgspec.json.decode(said, type=_ErrorBody).error
        except msgspec.MsgspecError:
            return self._build_stranger_error(f"the response has status {status}")
        where = f"{self._where}, {error.field}" if error.field else self._where
        return RolloutError(f"the gateway refused: {error.what}", where=where, mend=error.mend)

    def _build_stranger_error(self, why: str) -> RolloutError:
        return RolloutError(
            "the server at this address is not a Starcase gateway",
            where=self._where,
            why=why,
            mend="check the address and port",
        )

    @property
    def _where(self) -> str:
        return f"http://{self._connection.host}:{self._connection.port}"


class _ErrorDetail(msgspec.Struct):
    what: str
    field: str = ""
    mend: str = ""


class _ErrorBody(msgspec.Struct):
    error: _ErrorDetail


def _parse_decision(given: AnswerMessage) -> Decision:
    score = float("nan") if given.score is None else given.score
    return Decision(
        id=given.id,
        unit=given.unit,
        at=given.at,
        plan_version=given.plan_version,
        bucket=given.bucket,
        arm=given.arm,
        model=given.model,
        propensity=given.propensity,
        answer=Answer(given.action, score, given.content),
        error=given.error,
    )
