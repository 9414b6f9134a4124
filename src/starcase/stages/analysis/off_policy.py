"""Off-policy estimates of another policy from a log, next to the rate that the other policy reached."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from starcase.contract.log_spec import UNIFORM
from starcase.errors import NotIdentifiable
from starcase.evidence import Figure
from starcase.evidence.records import Finding, Question
from starcase.inference import OffPolicy, PolicyLog, doubly_robust, ips, snips
from starcase.stages.analysis.log_table import FloatArray, Table
from starcase.stages.analysis.rates import LEVEL, build_figure, estimate_rate

HOLD = 100.0
MEAN_WEIGHT, ODD = "mean weight", 1.25


def estimate_off_policy(table: Table) -> Iterator[Question]:
    """Estimate the asked policy's rate from the log of every other policy, with three estimators, or refuse."""
    spec = table.spec
    if not spec.asked:
        return
    policies = list(table.parts(spec.policy))
    truth = next((one for one in policies if str(one.rows[spec.policy][0]) == spec.truth), None)
    for one in policies:
        if one is not truth:
            yield _estimate_policy(one, table, truth)


def check_mean_weight(question: Question, path: str) -> Finding | None:
    """Return a warning if the mean weight is not near 1, as it must be if the logged probabilities are correct."""
    mean = next((figure.value for figure in question.figures if figure.name == MEAN_WEIGHT), 1.0)
    if 1 / ODD <= mean <= ODD:
        return None
    return Finding(
        severity="warning", where=f"{path}, {question.part}" if question.part else path,
        what=f"the mean weight is {mean:.2f} and should be near 1",
        mend="check how probabilities are logged; if they are correct, a few decisions carry most of the weight",
    )  # fmt: skip


def _estimate_policy(served: Table, everything: Table, truth: Table | None) -> Question:
    name = f"{served.spec.outcome} under {served.spec.truth or served.spec.asked}"
    shown = () if truth is None else (estimate_rate(truth, f"{name}, as it was reached"),)
    actions = everything.rows[served.spec.action].n_unique()
    log = _build_policy_log(served, actions)
    weights = (
        Figure(name="decisions of the log", value=len(served), unit="count"),
        Figure(name="decisions it is worth", value=log.effective, unit="count", n=len(served)),
        Figure(name=MEAN_WEIGHT, value=float(log.weights.mean()), unit="times", n=len(served)),
        Figure(name="largest weight", value=float(log.weights.max()), unit="times", n=len(served)),
    )
    try:
        found = _compute_estimates(served, log, actions)
    except NotIdentifiable as refused:
        why = f"{refused.what}; {refused.why}"
        return Question(question="off-policy", part=served.part, figures=(*weights, *shown), refused=why)
    estimates = tuple(
        build_figure(one.value, f"{name}, {how}", evidence_class="off-policy") for how, one in found.items()
    )
    said = _describe_coverage(estimates, shown)
    return Question(question="off-policy", part=served.part, figures=(*weights, *estimates, *shown), said=said)


def _build_policy_log(served: Table, actions: int) -> PolicyLog:
    spec = served.spec
    target = np.full(len(served), 1.0 / actions) if spec.asked == UNIFORM else served.rows[spec.asked].to_numpy()
    return PolicyLog.from_arrays(
        reward=served.outcome, logged=served.rows[spec.propensity].to_numpy(), target=target, units=served.units
    )


def _compute_estimates(served: Table, log: PolicyLog, actions: int) -> dict[str, OffPolicy]:
    found = {"inverse propensity": ips(log, level=LEVEL), "self-normalised": snips(log, level=LEVEL)}
    if served.spec.asked == UNIFORM:
        expected, ahead = _predict_rates(served, actions)
        found["doubly robust"] = doubly_robust(log, expected=expected, expected_target=ahead, level=LEVEL)
    return found


def _predict_rates(served: Table, actions: int) -> tuple[FloatArray, FloatArray]:
    """Predict a smoothed rate per action and position from the other half: of the action shown, and of all."""
    spec, n = served.spec, len(served)
    action = served.rows[spec.action].rank("dense").to_numpy().astype(np.int64) - 1
    place = (
        served.rows[spec.position].rank("dense").to_numpy().astype(np.int64) - 1
        if spec.position
        else np.zeros(n, dtype=np.int64)
    )
    outcome, half = served.outcome, np.arange(n) % 2
    expected, ahead = np.empty(n), np.empty(n)
    for mine in (0, 1):
        now, other = half == mine, half != mine
        shape = (int(place.max()) + 1, actions)
        came, shown = np.full(shape, HOLD * outcome[other].mean()), np.full(shape, HOLD)
        np.add.at(came, (place[other], action[other]), outcome[other])
        np.add.at(shown, (place[other], action[other]), 1.0)
        rates = came / shown
        expected[now], ahead[now] = rates[place[now], action[now]], rates.mean(axis=1)[place[now]]
    return expected, ahead


def _describe_coverage(estimates: tuple[Figure, ...], truth: tuple[Figure, ...]) -> str:
    if not truth:
        return "an estimate from a log is no experiment"
    held = sum((one.low or 0.0) <= truth[0].value <= (one.high or 1.0) for one in estimates)
    count = f"{held} of {len(estimates)} intervals"
    return f"{count} contain the rate that was reached; an estimate from a log is no experiment"
