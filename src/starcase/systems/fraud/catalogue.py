"""The built-in candidates and baselines of a fraud case."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from starcase.casefile.decode import DecodeError, decode, format_path
from starcase.contract.case_spec import CandidateSpec, Case
from starcase.errors import CaseFileError
from starcase.systems.fraud.candidate import FeatureSubset, FraudCandidate
from starcase.systems.fraud.learners.baselines import AmountRule, ConstantRate
from starcase.systems.fraud.learners.blend import Blend
from starcase.systems.fraud.learners.boosted_trees import BoostedTrees
from starcase.systems.fraud.learners.empirical_tails import EmpiricalTails
from starcase.systems.fraud.learners.hybrid import Hybrid
from starcase.systems.fraud.learners.isolation_forest import IsolationForest
from starcase.systems.fraud.learners.learner import Learner
from starcase.systems.fraud.learners.local_outliers import LocalOutliers
from starcase.systems.fraud.learners.logistic_regression import LogisticRegression
from starcase.systems.fraud.learners.random_forest import RandomForest
from starcase.systems.fraud.options import FraudOptions
from starcase.systems.fraud.threshold import ThresholdPolicy

LEARNERS: Mapping[str, type[Any]] = {
    "logistic_regression": LogisticRegression,
    "lightgbm": BoostedTrees,
    "random_forest": RandomForest,
    "isolation_forest": IsolationForest,
    "empirical_tails": EmpiricalTails,
    "local_outliers": LocalOutliers,
    "hybrid": Hybrid,
    "blend": Blend,
}
KIND = "kind"


def create_candidates(case: Case, options: FraudOptions) -> tuple[FraudCandidate, ...]:
    """The built-in candidates a case names, with its parameters; all of them when it names none.

    A second version of a candidate has another name and sets ``parameters.kind``.

    Raises:
        CaseFileError: a name or parameter is unknown, or a parameter has the wrong type.
    """
    specs = [spec for spec in case.candidates if not spec.use]
    if not case.candidates:
        specs = [CandidateSpec(name=name) for name in LEARNERS]
    return tuple(_create_candidate(spec, options) for spec in specs)


def create_baselines(options: FraudOptions, *, amount: bool) -> tuple[FraudCandidate, ...]:
    """The constant rate, and the amount rule where there is an amount."""
    learners: list[Learner] = [ConstantRate(), *([AmountRule()] if amount else [])]
    return tuple(FraudCandidate(name=one.kind, learner=one, policy=create_policy(options)) for one in learners)


def create_policy(options: FraudOptions) -> ThresholdPolicy:
    """The threshold policy of the case."""
    return ThresholdPolicy(options.threshold, options.alert_budget, options.review_cost)


def _create_candidate(spec: CandidateSpec, options: FraudOptions) -> FraudCandidate:
    kind = str(spec.parameters.get(KIND, spec.name))
    if kind not in LEARNERS:
        near = difflib.get_close_matches(kind, LEARNERS, n=1)
        raise CaseFileError(
            f"the fraud system has no candidate {kind!r}" + (f"; the nearest is {near[0]!r}" if near else ""),
            key="candidates",
            mend=f"one of: {', '.join(LEARNERS)}; or give `use` for your own",
        )
    given = {key: value for key, value in spec.parameters.items() if key != KIND}
    sight = {part.name: given.pop(part.name) for part in fields(FeatureSubset) if part.name in given}
    if kind == IsolationForest.kind:
        sight.setdefault("contamination", options.contamination)
    policy = create_policy(options)
    rule = {part.name: given.pop(part.name) for part in fields(ThresholdPolicy) if part.name in given}
    try:
        return FraudCandidate(
            name=spec.name,
            learner=decode(LEARNERS[kind], given),
            policy=replace(policy, **rule),  # type: ignore[arg-type]
            sight=decode(FeatureSubset, sight),
        )
    except DecodeError as misfit:
        raise CaseFileError(
            misfit.what, key=f"candidates ({spec.name}).parameters.{format_path(misfit.path)}", mend=misfit.mend
        ) from misfit
