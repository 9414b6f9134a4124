"""Hypothesis strategies for cases."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from starcase.contract.case_spec import (
    BudgetSpec,
    CandidateSpec,
    Case,
    ClaimSpec,
    ContestSpec,
    DataSpec,
    ExperimentSpec,
    GateSpec,
    GuardrailSpec,
    GuardSpec,
    ObjectiveSpec,
    RolloutSpec,
    StepSpec,
)

names = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=12).filter(lambda s: s[0].isalnum())
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
given_texts = texts.filter(lambda s: bool(s.strip()))
numbers = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=1e-9, max_value=1e12)
margins = st.floats(min_value=0, max_value=1e12)
inside = st.floats(min_value=1e-6, max_value=1 - 1e-6)
counts = st.integers(1, 10**6)
durations = st.integers(0, 10**6).flatmap(
    lambda n: st.sampled_from([f"{n}{unit}" for unit in ("us", "s", "m", "h", "d")])
)
scalars = texts | st.integers(-(2**62), 2**62) | numbers | st.booleans()


def many(strategy: st.SearchStrategy[object], key: str) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3, unique_by=lambda spec: getattr(spec, key)).map(tuple)


data = st.builds(
    DataSpec,
    path=given_texts,
    time=given_texts,
    target=given_texts,
    id=texts,
    unit=texts,
    amount=texts,
    entities=st.dictionaries(texts, texts, max_size=3),
    ignore=st.lists(texts, max_size=3).map(tuple),
    delay=durations,
    currency=texts,
)
shares = st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=4, unique=True).map(lambda found: tuple(sorted(found)))
cohorts = st.dictionaries(given_texts, st.lists(texts | st.integers(-9, 9) | st.booleans(), min_size=1).map(tuple))
stepwise = st.builds(
    lambda share, cohorts, everybody, **minima: (StepSpec(share=share, cohorts=cohorts, **minima), *everybody),
    share=st.floats(1e-4, 1e-3),
    cohorts=cohorts,
    everybody=st.sampled_from([(0.5,), (0.5, 1.0), (StepSpec(share=0.5),)]),
    minimum_decisions=counts,
    minimum_outcomes=counts,
    minimum_duration=durations | st.just(""),
)
steps = shares | stepwise
cases = st.builds(
    Case,
    name=names,
    title=given_texts,
    system=given_texts,
    incumbent=given_texts,
    situation=texts,
    task=texts,
    deciders=st.lists(texts, max_size=3).map(tuple),
    seed=st.integers(0, 2**62),
    data=data,
    objective=st.builds(ObjectiveSpec, metric=given_texts, margin=margins),
    guardrails=many(st.builds(GuardrailSpec, metric=given_texts, margin=margins), "metric"),
    budgets=st.builds(BudgetSpec, p99_us=positive, fit_memory_mb=positive, artefact_mb=positive),
    contest=st.builds(
        ContestSpec,
        folds=st.integers(3, 99),
        trials=counts,
        windows=counts,
        draws=counts,
        level=inside,
        seeds=counts,
        over_time=st.booleans(),
    ),
    claims=many(
        st.builds(ClaimSpec, text=given_texts, changes=st.dictionaries(texts, st.floats(0.001, 9.0), min_size=1)),
        "text",
    ),
    candidates=many(
        st.builds(CandidateSpec, name=names, use=texts, parameters=st.dictionaries(texts, scalars, max_size=3)), "name"
    ),
    gates=many(
        st.builds(GateSpec, name=names, use=texts, parameters=st.dictionaries(texts, numbers, max_size=3)), "name"
    ),
    guards=many(st.builds(GuardSpec, name=names, allowed=margins, window=texts), "name"),
    experiment=st.builds(ExperimentSpec, metric=texts, effect=margins, power=inside),
    rollout=st.builds(
        RolloutSpec, steps=steps, minimum_duration=durations, reading_every=durations, alpha=inside, margin=margins
    ),
    options=st.dictionaries(texts, scalars | st.lists(scalars, max_size=3).map(tuple), max_size=3),
)
