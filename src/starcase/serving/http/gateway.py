"""The gateway's core: decodes a body, makes and stores the decision, encodes the answer; for every transport."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starcase.compute.traceback_text import describe_exception
from starcase.contract.request import Request
from starcase.decide import Arm, Decision, Router, flatten_decision
from starcase.errors import DataError
from starcase.evidence import ServedDecision
from starcase.serving.http.idempotency_cache import IdempotencyCache
from starcase.serving.http.metrics import ServingMetrics
from starcase.serving.http.snapshot import Snapshot
from starcase.serving.http.wire import (
    AnswerMessage,
    RequestMessage,
    RequestRefusal,
    convert_decision,
    decode_request,
    decode_requests,
    encode,
    is_many,
)
from starcase.serving.wal import Batch, WriteAhead, packed, unpack_decision
from starcase.tables.clock import DAY, Clock
from starcase.tables.moment import format_moment

_FEATURE = re.compile(r"feature '(.+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The load limits of a worker; requests above them are refused.

    Args:
        in_flight: requests being answered at once; more are refused with 429.
        body: bytes of a request; more are refused with 413.
        patience: seconds a client may take to send its body; then it is refused with 408.
        ahead: microseconds that a moment may lie ahead of the clock; None where requests carry a simulated clock.
    """

    in_flight: int = 1024
    body: int = 1 << 20
    patience: float = 10.0
    ahead: int | None = DAY

    def check(self, at: int, now: int, *, field: str) -> None:
        """Raise RequestRefusal for a moment in the future."""
        if self.ahead is not None and at > now + self.ahead:
            raise RequestRefusal(
                422, "future", f"{format_moment(at)} lies in the future: it is {format_moment(now)}", field=field,
                mend="give microseconds UTC, or leave it out for the present",
            )  # fmt: skip


class PendingReply:
    """An answer that may still have to be written to disk before it is sent."""

    __slots__ = ("_answers", "_began", "_body", "_counts", "_first", "batch")

    def __init__(
        self,
        answers: AnswerMessage | list[AnswerMessage],
        batch: Batch | None,
        first: int,
        *,
        counts: ServingMetrics,
        began: int,
    ) -> None:
        self.batch = batch
        self._answers = answers
        self._body = encode(answers)
        self._first = first
        self._counts = counts
        self._began = began

    def reply(self, failure: Exception | None = None) -> tuple[int, bytes]:
        """Return status and body once the batch is done; 503 where it failed. Raises RequestRefusal for an id taken."""
        if failure is not None:
            raise RequestRefusal(
                503, "not kept", f"the decision could not be written to the disk: {failure}", mend="ask again later"
            )
        body = self._body
        if self.batch is not None and self.batch.repeated:
            body = encode(self._replace_repeated(self._answers, self.batch.repeated))
        self._counts.count_answer(200, time.perf_counter_ns() - self._began)
        return 200, body

    def _replace_repeated(
        self, answers: AnswerMessage | list[AnswerMessage], repeated: Mapping[int, bytes]
    ) -> AnswerMessage | list[AnswerMessage]:
        if isinstance(answers, AnswerMessage):
            return _resolve_repeated(answers, repeated.get(self._first))
        return [_resolve_repeated(answer, repeated.get(self._first + i)) for i, answer in enumerate(answers)]


def _resolve_repeated(answer: AnswerMessage, record: bytes | None) -> AnswerMessage:
    if record is None:
        return answer
    kept = unpack_decision(record)
    if kept.unit != answer.unit:
        raise RequestRefusal(
            409,
            "id taken",
            f"decision {kept.id!r} was made for another unit",
            field="unit",
            mend="give a new request a new id",
        )
    return convert_decision(kept)


class Gateway:
    """Makes the decisions of one worker.

    Args:
        snapshot: what is served; replaced as a whole by assigning another one.
        wal: keeps decisions before they are answered; None keeps nothing.
        waits: whether the answer waits for the disk.
        limits: when requests are refused.
        clock: the present, for requests without a moment.
        counts: what is counted.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        wal: WriteAhead | None,
        *,
        waits: bool,
        limits: Limits,
        clock: Clock,
        counts: ServingMetrics,
    ) -> None:
        self.snapshot = snapshot
        self.limits = limits
        self.counts = counts
        self.in_flight = 0
        self._wal = wal
        self._waits = waits
        self._clock = clock
        self._router = Router()
        self._recent = None if wal is not None and waits else IdempotencyCache()

    def ask(self, body: bytes, trace: str = "") -> PendingReply:
        """Decide the requests of a body, on one snapshot.

        Args:
            body: one request or a list, as JSON.
            trace: the trace it belongs to; empty where it belongs to none.

        Raises:
            RequestRefusal: nothing has been decided.
        """
        began = time.perf_counter_ns()
        if self.in_flight >= self.limits.in_flight:
            raise RequestRefusal(
                429, "too busy", f"{self.limits.in_flight} requests are already in flight", mend="ask again in a second"
            )
        snapshot, signature = self.snapshot, self.snapshot.signature
        if not is_many(body):
            asked = decode_request(body) if signature is None else signature.read(body)
            answer, kept = self._decide_once(snapshot, self._build_request(asked), trace)
            batch, first = self._append_record(answer, kept)
            return PendingReply(answer, batch, first, counts=self.counts, began=began)
        requests = [
            self._build_request(asked)
            for asked in (decode_requests(body) if signature is None else signature.read_many(body))
        ]
        made = [self._decide_once(snapshot, request, trace) for request in requests]
        places = [self._append_record(answer, kept) for answer, kept in made]
        return PendingReply([answer for answer, _ in made], *places[0], counts=self.counts, began=began)

    def _append_record(self, answer: AnswerMessage, kept: ServedDecision | None) -> tuple[Batch | None, int]:
        if self._wal is None or kept is None:
            return None, 0
        batch, position = self._wal.add(answer.id, packed(kept))
        return (batch, position) if self._waits else (None, 0)

    def _build_request(self, ask: RequestMessage) -> Request:
        now = self._clock.now()
        if ask.at is None:
            return Request(ask.id, ask.unit, now, ask.features)
        self.limits.check(ask.at, now, field="at")
        return Request(ask.id, ask.unit, ask.at, ask.features)

    def _decide_once(
        self, snapshot: Snapshot, request: Request, trace: str
    ) -> tuple[AnswerMessage, ServedDecision | None]:
        if self._recent is not None and (standing := self._recent.find_answer(request.id)) is not None:
            return standing, None
        began = time.perf_counter_ns()
        decision = self._route_request(snapshot, request)
        kept = flatten_decision(decision, request, latency_us=(time.perf_counter_ns() - began) / 1000, trace=trace)
        self.counts.count_decision(decision)
        answer = convert_decision(kept)
        if self._recent is not None:
            self._recent.store_answer(answer)
        return answer, kept

    def _route_request(self, snapshot: Snapshot, request: Request) -> Decision:
        try:
            return self._router.decide(snapshot.plan, request, snapshot.models)
        except RequestRefusal:
            raise
        except DataError as error:
            what = f"{error.what}: {error.why}" if error.why else error.what
            raise RequestRefusal(422, "not scored", what, field=_find_field(error), mend=error.mend) from error
        except Exception as error:
            self.counts.count_failure(snapshot.plan.champion.name)
            raise RequestRefusal(
                500, "model failed", f"{snapshot.plan.champion.name} raised {describe_exception(error)}"
            ) from error


def _find_field(error: DataError) -> str:
    named = _FEATURE.fullmatch(error.where)
    return f"features.{named[1]}" if named else "features"


def describe_state(gateway: Gateway, beside: Sequence[Arm] = ()) -> Mapping[str, object]:
    """Describe what a worker serves, for ``GET .../state``; ``beside`` are shadows that the plan does not name."""
    plan = gateway.snapshot.plan
    return {
        "case": plan.case,
        "version": plan.version,
        "stage": plan.stage,
        "champion": {"name": plan.champion.name, "model": plan.champion.model},
        "challenger": plan.challenger
        and {
            "name": plan.challenger.name,
            "model": plan.challenger.model,
            "reaches": [reach.record for reach in plan.reaches],
        },
        "shadows": [{"name": arm.name, "model": arm.model} for arm in dict.fromkeys((*plan.shadows, *beside))],
    }
