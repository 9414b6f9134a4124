"""Every event answered by champion and shadow in event time, logged, and held against the file afterwards."""

from __future__ import annotations

import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from benchmarks.fraud.models import Shift
from benchmarks.fraud.stream import CHALLENGER, CHAMPION, day

from starcase.contract.request import Answer, Request
from starcase.contract.system import Environment
from starcase.decide import Arm, Router, ServingPlan, flatten_decision
from starcase.evidence import DecisionLog, Outcome
from starcase.evidence import ServedDecision as Logged
from starcase.evidence.decisions import ShadowAnswer
from starcase.stages.replay import limit_garbage_collection
from starcase.stages.replay.traffic import BATCH
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.table import TransactionTable

Answered = tuple[Request, Answer, Answer]


@dataclass(slots=True)
class Served:
    """What the replay took and found.

    Latencies are microseconds a decision, from the event to both answers, features included, of events that trained
    models answered.
    """

    events: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    rows_differing: int = 0
    latencies: array[float] = field(default_factory=lambda: array("d"))
    champion: array[float] = field(default_factory=lambda: array("d"))
    challenger: array[float] = field(default_factory=lambda: array("d"))


@dataclass(slots=True)
class _Desk:
    """What has been answered and not yet written, and what has turned out and is not yet known."""

    log: DecisionLog
    served: list[Logged] = field(default_factory=list)
    shadows: list[ShadowAnswer] = field(default_factory=list)
    turned_out: deque[Outcome] = field(default_factory=deque)

    def commit(self, at: int) -> None:
        """Write all of it, and every outcome known by ``at``."""
        known = []
        while self.turned_out and self.turned_out[0].at <= at:
            known.append(self.turned_out.popleft())
        with self.log.open_transaction():
            self.log.append(self.served)
            self.log.shadow(CHALLENGER, self.shadows)
            self.log.outcomes(known)
        self.served.clear()
        self.shadows.clear()


@limit_garbage_collection()
def replay(
    dataset: FraudDataset,
    environment: Environment,
    log: DecisionLog,
    plans: Iterator[Shift],
    progress: Callable[[int], None],
) -> Served:
    """Serve every shift; only serving is timed, neither fitting nor checking."""
    result, desk = Served(), _Desk(log)
    for shift in plans:
        arrivals = environment.arrivals(day(shift.first), day(shift.last))
        while answered := _stretch(environment, arrivals, desk, shift, result):
            result.rows_differing += _differing(dataset, shift, result.events, answered)
            result.champion.extend(one.score for _, one, _ in answered)
            result.challenger.extend(one.score for _, _, one in answered)
            progress(result.events)
    return result


def _stretch(
    environment: Environment, arrivals: Iterator[Request], desk: _Desk, shift: Shift, result: Served
) -> list[Answered]:
    """Serve the next events: the champion through the router, the shadow beside it, both logged."""
    router, models, plan, shadow = Router(), {CHAMPION: shift.champion}, _plan(), shift.challenger
    clock = time.perf_counter_ns
    answered: list[Answered] = []
    cpu, wall = time.process_time(), time.perf_counter()
    while len(answered) < BATCH:
        begun = clock()
        request = next(arrivals, None)
        if request is None:
            break
        decision = router.decide(plan, request, models)
        (beside,) = shadow.decide((request,))
        taken = (clock() - begun) / 1000
        if shift.trained:
            result.latencies.append(taken)
        answered.append((request, decision.answer, beside))
        desk.served.append(flatten_decision(decision, request, latency_us=taken))
        desk.shadows.append(ShadowAnswer(request.id, beside.action, beside.score))
        outcome = environment.outcome(request, decision.answer)
        if outcome is not None:
            desk.turned_out.append(outcome)
    if answered:
        desk.commit(answered[-1][0].at)
    result.wall += time.perf_counter() - wall
    result.cpu += time.process_time() - cpu
    result.events += len(answered)
    return answered


def _differing(dataset: FraudDataset, shift: Shift, end: int, answered: Sequence[Answered]) -> int:
    """How many of the last requests differ from the file in a feature, a score or an action, bit for bit."""
    requests, champion, challenger = zip(*answered, strict=True)
    last = slice(end - len(requests), end)
    rows = dataset.transactions
    table = TransactionTable(
        rows.ids[last], rows.units[last], rows.at[last].tolist(), dataset.features[last], dataset.money
    )
    seen = np.array([list(request.features.values()) for request in requests], dtype=np.float64)
    same = (seen.view(np.int64) == table.matrix(dataset.features.columns).view(np.int64)).all(axis=1)
    same &= np.array([ours.id == theirs for ours, theirs in zip(requests, table.ids, strict=True)])
    for model, answers in ((shift.champion, champion), (shift.challenger, challenger)):
        same &= np.array([a == b for a, b in zip(answers, model.decide(table), strict=True)])
    return int((~same).sum())


def _plan() -> ServingPlan:
    return ServingPlan(case="handbook", version=1, salt="handbook/1", champion=Arm(CHAMPION, CHAMPION))
