"""The gateway as a carrier: the same ``decide`` as the router's, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

from starcase.case.model import Model
from starcase.case.request import Answer, Request
from starcase.decide import Decision, Plan
from starcase.errors import RolloutError
from starcase.evidence import Outcome
from starcase.serving.wire import Given

SWITCHED_WITHIN = 10.0
_decisions = msgspec.json.Decoder(list[Given]).decode


class GatewayClient:
    """Asks a gateway; ``decide`` is called like ``Router.decide`` and gives the same decisions.

    Args:
        url: ``"http://127.0.0.1:8080"``.
        case: name of the case served there.
        token: what it asks for, if anything.
        timeout: seconds to wait for an answer.
    """

    def __init__(self, url: str, case: str, *, token: str = "", timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(parts.hostname or url, parts.port or 80, timeout=timeout)
        self._root = f"/v1/cases/{case}"
        self._headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
        self._version = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def decide(self, plan: Plan, request: Request, models: Mapping[str, Model] | None = None) -> Decision:
        """The gateway's decision for one request, once the gateway serves ``plan``; the models are the gateway's own.

        Raises:
            RolloutError: the gateway does not answer, refuses the request, or serves another plan.
        """
        del models
        if plan.version != self._version:
            self.await_version(plan.version)
        return self.ask([request])[0]

    def ask(self, requests: Sequence[Request]) -> list[Decision]:
        """The gateway's decisions for many requests, all by one plan."""
        body = [{"id": r.id, "unit": r.unit, "at": r.at, "features": dict(r.features)} for r in requests]
        answers = _decisions(self._call("POST", "/decisions", body))
        return [_decision(answer) for answer in answers]

    def outcomes(self, outcomes: Sequence[Outcome]) -> Mapping[str, int]:
        """Say what turned out; gives by how much the counts moved."""
        body = [
            {"decision": o.decision, "name": o.name, "value": o.value, "at": o.at, "weight": o.weight} for o in outcomes
        ]
        return msgspec.json.decode(self._call("POST", "/outcomes", body), type=dict[str, int])

    def state(self) -> Mapping[str, Any]:
        """What the gateway serves now."""
        return msgspec.json.decode(self._call("GET", "/state"), type=dict[str, Any])

    def step(self, verb: str, *, who: str, why: str, version: int | None = None) -> Mapping[str, Any]:
        """``"promote"`` or ``"rollback"``; with ``version``, only if that plan is still in force."""
        body = {"who": who, "why": why, "version": version}
        return msgspec.json.decode(self._call("POST", f"/{verb}", body), type=dict[str, Any])

    def await_version(self, version: int, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Wait until the gateway serves a version; raises RolloutError where it does not come to it."""
        deadline = time.monotonic() + SWITCHED_WITHIN
        while (state := self.state())["version"] < version and time.monotonic() < deadline:
            sleep(0.02)
        if state["version"] != version:
            raise RolloutError(
                f"the gateway serves version {state['version']} of the plan, not {version}",
                why=state["degraded"] or "it serves another ledger, or somebody took a step in the meantime",
            )
        self._version = version

    def _call(self, method: str, path: str, body: object = None) -> bytes:
        data = None if body is None else msgspec.json.encode(body)
        try:
            self._connection.request(method, self._root + path, data, self._headers)
            response = self._connection.getresponse()
            said = response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise RolloutError(
                "the gateway does not answer",
                where=f"{self._connection.host}:{self._connection.port}",
                why=f"{type(error).__name__}: {error}",
                mend="start it: `starcase serve`",
            ) from error
        if response.status != 200:  # noqa: PLR2004
            error_ = msgspec.json.decode(said)["error"]
            raise RolloutError(f"the gateway refuses: {error_['what']}", where=error_["field"], mend=error_["mend"])
        return said


def _decision(given: Given) -> Decision:
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
