"""What more users and items cost: seconds, memory predicted and measured, bytes kept, one answer."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from benchmarks.inference.measure import Measure
from benchmarks.recommend.answers import in_turns
from benchmarks.recommend.simulated import asked, few, taken

from starcase.errors import DataError
from starcase.stages.contest import resource_usage
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.candidates import is_installed
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.learners.blend import HybridBlend
from starcase.systems.recommend.learners.content import Content
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import RecommendLearner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.learners.popularity import OwnHistory
from starcase.systems.recommend.learners.reranker import Reranker
from starcase.systems.recommend.learners.sasrec import SasRec

SMALLEST = (1_500, 2_500)
MB = 1e6
ALLOWED_MB = 4_000
LARGE = 20
SEQUENCES = 640


@dataclass(frozen=True)
class Grown:
    """One candidate at one size; ``refused`` says why it was not fitted."""

    predicted_mb: float
    peak_mb: float = 0.0
    fit_s: float = 0.0
    kept_mb: float = 0.0
    p50_us: float = 0.0
    refused: str = ""


def growth(quick: bool) -> Iterable[Measure]:
    """Items and users times 1, 4 and 16; what memory does not allow is refused before it is tried."""
    learners = _learners()
    factors = (1, 4) if quick else (1, 4, 16)
    found = {(factor, one.kind): _alone(factor, one) for factor in factors for one in learners}
    parts: dict[str, float] = {}
    for (factor, kind), grown in found.items():
        label = f"x{factor} {kind}"
        parts[f"{label} predicted MB"] = grown.predicted_mb
        if grown.refused:
            parts[f"{label} refused"] = 1.0
            continue
        parts |= {f"{label} peak MB": grown.peak_mb, f"{label} fit s": grown.fit_s, f"{label} kept MB": grown.kept_mb,
                  f"{label} p50 us on the processor": grown.p50_us}  # fmt: skip
    last = factors[-1]
    ratio = found[last, "item_knn"].p50_us / found[1, "item_knn"].p50_us
    yield Measure(
        name="growth_of_an_answer", value=ratio, sense="<=", goal=float(last), parts=parts,
        what=f"p50 on the processor of item_knn at x{last} users and items over that at x1; simulated interactions",
    )  # fmt: skip
    large = {
        f"x{factor} {kind}": g.peak_mb / g.predicted_mb for (factor, kind), g in found.items() if g.peak_mb >= LARGE
    }
    most, least = (choose(large, key=large.__getitem__) for choose in (max, min))
    fits = f"of {len(large)} fits of {LARGE} MB or more, each in a process of its own"
    yield Measure(
        name="peak_over_predicted_memory", value=large[most], sense="<=", goal=1.25, parts=large,
        what=f"largest {fits}: {most}",
    )  # fmt: skip
    yield Measure(
        name="predicted_over_peak_memory", value=1 / large[least], sense="<=", goal=2.0,
        what=f"largest {fits}: {least}",
    )  # fmt: skip
    why = next((g.refused for g in found.values() if g.refused), "nobody")
    yield Measure(
        name="refused_before_fitting", value=sum(bool(g.refused) for g in found.values()), sense=">=",
        goal=0 if quick else 1, what=why.replace("\n", "; "),
    )  # fmt: skip


def _learners() -> list[RecommendLearner]:
    """Every candidate that can be fitted here; the network for one epoch, which takes what any other one takes."""
    learners: list[RecommendLearner] = [OwnHistory(), ItemNeighbours(), Content(), Ease(), HybridBlend(), Reranker()]
    learners += [ImplicitAls()] if is_installed(ImplicitAls) else []
    return [*learners, *([SasRec(epochs=1)] if is_installed(SasRec) else [])]


def _alone(factor: int, learner: RecommendLearner) -> Grown:
    """Fitted in a process of its own, whose peak is that of the fit alone."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_grown, (factor, learner))


def _grown(factor: int, learner: RecommendLearner) -> Grown:
    train = replace(taken(SMALLEST[0] * factor, SMALLEST[1] * factor, words=True), memory_mb=ALLOWED_MB)
    if isinstance(learner, SasRec):
        train = few(train, SEQUENCES)
    candidate = RecommendCandidate(name=learner.kind, learner=learner)
    predicted = learner.estimate_bytes(train) / MB
    candidate.fit(taken(100, 200, words=True), rng=np.random.default_rng(0))
    try:
        fit = resource_usage.measure_usage(lambda: candidate.fit(train, rng=np.random.default_rng(0)))
    except DataError as refusal:
        return Grown(predicted, refused=str(refusal))
    model = fit.result
    kept = sum(map(len, candidate.save(model).values())) / MB
    answer = 1000 * float(np.median(in_turns({learner.kind: model}, asked(train, 250)).cpu[learner.kind]))
    return Grown(predicted, fit.memory_mb, fit.seconds, kept, answer)
