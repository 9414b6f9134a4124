"""The router: it makes one decision for one request."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import msgspec

from starcase.compute.traceback_text import describe_exception
from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.decide.assignment import compute_bucket
from starcase.decide.plan import ServingPlan
from starcase.errors import DataError


class Decision(msgspec.Struct, frozen=True, gc=False):
    """One served answer, with everything needed to explain and to repeat it.

    ``error`` is empty unless the assigned arm failed and the champion answered in its place; ``arm`` names who was
    assigned, ``model`` who answered; ``propensity`` is the probability of the assignment under the plan in force.
    """

    id: str
    unit: str
    at: int
    plan_version: int
    bucket: int
    arm: str
    model: str
    propensity: float
    answer: Answer
    error: str = ""


class Router:
    """Assigns a request's unit to an arm of the plan and has the arm's model answer.

    Every carrier (in process, replay, gateway) calls this same method, so that they give the same decisions.
    """

    def decide(self, plan: ServingPlan, request: Request, models: Mapping[str, Model]) -> Decision:
        """Decide one request.

        Args:
            plan: the arms, and which units each serves.
            request: what is asked.
            models: loaded models by artefact hash; must hold every arm of the plan.

        Raises:
            DataError: the champion's score is not a finite number.
            Exception: whatever the champion raises; a challenger's failure is answered by the champion instead.
        """
        unit_bucket = compute_bucket(plan.salt, request.unit)
        arm, propensity = plan.assign(unit_bucket, request.features)
        error = ""
        answered_by = arm
        if arm is plan.champion:
            answer = _compute_answer(models[arm.model], request)
        else:
            try:
                answer = _compute_answer(models[arm.model], request)
            except Exception as failure:  # noqa: BLE001 - whatever a challenger does, the customer gets an answer
                error = describe_exception(failure)
                answered_by = plan.champion
                answer = _compute_answer(models[plan.champion.model], request)
        return Decision(
            id=request.id,
            unit=request.unit,
            at=request.at,
            plan_version=plan.version,
            bucket=unit_bucket,
            arm=arm.name,
            model=answered_by.model,
            propensity=propensity,
            answer=answer,
            error=error,
        )


def _compute_answer(model: Model, request: Request) -> Answer:
    answer = model.decide((request,))[0]
    if not isfinite(answer.score):
        raise DataError(
            f"the model's score for this request is {answer.score}",
            mend="send features it can score, or serve a model that accepts missing values",
        )
    return answer
