"""The gain from tuning on unseen rows: reported, and never used for the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starcase.contract.case_spec import ContestSpec
from starcase.contract.model import Metric
from starcase.evidence.records import TuningGain
from starcase.stages.contest.compare import compare, estimate_figure
from starcase.stages.contest.evaluation import FoldMeasurement
from starcase.stages.contest.replicates import replicate

DEFAULT = "its default"


def measure_tuning_gain(
    entrants: Mapping[str, Sequence[FoldMeasurement]], objective: Metric, spec: ContestSpec, *, seed: int, n: int
) -> dict[str, TuningGain]:
    """Compare each tuned candidate with its default, on the same rows under the same weightings.

    In folds where tuning stayed with the default both are the same. One fit of each counts.

    Args:
        entrants: the measurements of all candidates.
        objective: by which they were tuned.
        spec: draws and level of the contest.
        seed: of the contest.
        n: number of independent units.
    """
    return {
        name: _compare_with_default(name, measured, objective, spec, seed=seed, n=n)
        for name, measured in entrants.items()
        if any(fold.default is not None for fold in measured)
    }


def _compare_with_default(
    name: str, measured: Sequence[FoldMeasurement], objective: Metric, spec: ContestSpec, *, seed: int, n: int
) -> TuningGain:
    tuned = [replace(fold, refits=()) for fold in measured]
    before = [replace(fold, units=fold.units if fold.default is None else fold.default) for fold in tuned]
    both = replicate({name: tuned, DEFAULT: before}, objective, draws=spec.draws, seed=seed, over_time=spec.over_time)
    (told,) = compare(both, objective, level=spec.level, n=n)
    return TuningGain(figure=estimate_figure(objective, both[DEFAULT], level=spec.level, n=n), comparison=told)
