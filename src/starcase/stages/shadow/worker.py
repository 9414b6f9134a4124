"""The shadow worker: it answers the champion's requests from the log, at its own pace, without effect."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from starcase.compute.traceback_text import describe_exception
from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.evidence.decisions import DecisionLog, ServedDecision, ShadowAnswer
from starcase.evidence.decisions.packing import check_content

BATCH = 500
PATIENCE = 20


class Shadow:
    """Tails the decision log and answers each request once, batch by batch.

    Its answers and its position are committed together, so a restarted worker continues where a killed one stopped. An
    exception, a score that is not a finite number, or an answer that cannot be stored is recorded as a failure; after
    ``patience`` failures in a row the shadow is quarantined and answers nothing, also in a later process. It shares
    only the log with the serving processes.

    Args:
        log: the decision log.
        model_hash: hash of the challenger's artefact.
        model: the loaded artefact.
        version: the plan under which it is a shadow; it answers decisions made under no other.
        patience: failures in a row until it is quarantined.
    """

    def __init__(
        self, log: DecisionLog, model_hash: str, model: Model, *, version: int, patience: int = PATIENCE
    ) -> None:
        self._log = log
        self._hash = model_hash
        self._model = model
        self._version = version
        self._patience = patience
        self._begin = log.before(version)
        self._failures = count_trailing_failures(log, model_hash, self.offset, most=patience)

    @property
    def offset(self) -> int:
        """The seq up to which it has processed the log."""
        return max(self._log.find_shadow_offset(self._hash), self._begin)

    @property
    def lag(self) -> int:
        """The number of decisions in the log that it has not processed yet."""
        return max(0, self._log.last() - self.offset)

    @property
    def quarantined(self) -> bool:
        """Whether it is quarantined after too many failures in a row."""
        return self._failures >= self._patience

    def catch_up(self, most: int | None = None) -> int:
        """Answer at most ``most`` new decisions in the log; return how many were answered or failed."""
        answered = 0
        while not self.quarantined and (most is None or answered < most):
            batch = self._log.read(self.offset, BATCH if most is None else min(BATCH, most - answered))
            if not batch:
                break
            answered += self._run_batch(batch)
        return answered

    def _run_batch(self, batch: Sequence[ServedDecision]) -> int:
        asked = [one for one in batch if one.plan_version == self._version]
        answers = self._decide_batch(asked) if asked else []
        through = batch[-1].seq
        for place, answer in enumerate(answers, 1):
            self._failures = self._failures + 1 if answer.error else 0
            if self.quarantined:
                answers, through = answers[:place], asked[place - 1].seq
                break
        self._log.shadow(self._hash, answers, through=through)
        return len(answers)

    def _decide_batch(self, asked: Sequence[ServedDecision]) -> list[ShadowAnswer]:
        requests = [Request(one.id, one.unit, one.at, one.features) for one in asked]
        started = time.perf_counter_ns()
        try:
            said = self._model.decide(requests)
            took = (time.perf_counter_ns() - started) / 1000 / len(requests)
            return [_build_answer(request, answer, took) for request, answer in zip(requests, said, strict=True)]
        except (Exception, SystemExit):  # noqa: BLE001 - one bad request must not cost the others their answer
            return [self._decide_one(request) for request in requests]

    def _decide_one(self, request: Request) -> ShadowAnswer:
        started = time.perf_counter_ns()
        try:
            (answer,) = self._model.decide((request,))
            return _build_answer(request, answer, (time.perf_counter_ns() - started) / 1000)
        except (Exception, SystemExit) as failure:  # noqa: BLE001 - whatever a challenger does, it is only a shadow
            took = (time.perf_counter_ns() - started) / 1000
            return _build_failure(request, describe_exception(failure), took)


def count_trailing_failures(log: DecisionLog, model_hash: str, offset: int, *, most: int = PATIENCE) -> int:
    """Count the failures at the end of a shadow's answers, through seq ``offset``, up to ``most``."""
    last = log.pairs(model_hash, known_by=0, outcome="", after=max(0, offset - 4 * most))
    errors = last.filter((last["seq"] <= offset) & last["shadow_error"].is_not_null())["shadow_error"].to_list()
    failures = 0
    while errors and errors.pop() and failures < most:
        failures += 1
    return failures


def _build_answer(request: Request, answer: Answer, took: float) -> ShadowAnswer:
    score = float(answer.score)
    if not math.isfinite(score):
        return _build_failure(request, f"its score is {score}", took)
    check_content(answer.content)
    return ShadowAnswer(request.id, str(answer.action), score, answer.content, latency_us=took)


def _build_failure(request: Request, why: str, took: float) -> ShadowAnswer:
    return ShadowAnswer(request.id, "", float("nan"), error=why or "it failed", latency_us=took)
