"""What tuning brought on rows it had not seen: reported, and never used for the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starcase.contract.case_spec import ContestSpec
from starcase.contract.model import Metric
from starcase.evidence.records import Untuned
from starcase.stages.contest.compare import compare, figure
from starcase.stages.contest.evaluation import Measured
from starcase.stages.contest.replicates import replicate

DEFAULT = "its default"


def untuned(
    entrants: Mapping[str, Sequence[Measured]], objective: Metric, spec: ContestSpec, *, seed: int, n: int
) -> dict[str, Untuned]:
    """Each candidate that tuning moved against its own default, on the same rows under the same weightings.

    In folds where tuning stayed with the default both are the same. One fit of each counts.

    Args:
        entrants: what everybody was measured at.
        objective: by which they were tuned.
        spec: draws and level of the contest.
        seed: of the contest.
        n: number of independent units.
    """
    return {
        name: _held(name, measured, objective, spec, seed=seed, n=n)
        for name, measured in entrants.items()
        if any(fold.default is not None for fold in measured)
    }


def _held(
    name: str, measured: Sequence[Measured], objective: Metric, spec: ContestSpec, *, seed: int, n: int
) -> Untuned:
    tuned = [replace(fold, refits=()) for fold in measured]
    before = [replace(fold, units=fold.units if fold.default is None else fold.default) for fold in tuned]
    both = replicate({name: tuned, DEFAULT: before}, objective, draws=spec.draws, seed=seed, over_time=spec.over_time)
    (told,) = compare(both, objective, level=spec.level, n=n)
    return Untuned(figure=figure(objective, both[DEFAULT], level=spec.level, n=n), comparison=told)
