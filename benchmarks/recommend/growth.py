"""What more users and items cost: seconds, memory predicted and measured, bytes kept, one answer."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from benchmarks.inference.measure import Measure
from benchmarks.recommend.answers import in_turns
from benchmarks.recommend.simulated import asked, taken

from starcase.errors import DataError
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.learners.counting import OwnHistory
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import Learner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.roster import installed

SMALLEST = (1_500, 2_500)
MB = 1e6
ALLOWED_MB = 4_000


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
    learners: list[Learner] = [OwnHistory(), ItemNeighbours(neighbours=100), Ease()]
    learners += [ImplicitAls()] if installed(ImplicitAls) else []
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
                  f"{label} p50 us": grown.p50_us}  # fmt: skip
    last = factors[-1]
    ratio = found[last, "item_knn"].p50_us / found[1, "item_knn"].p50_us
    yield Measure(
        name="growth_of_an_answer", value=ratio, sense="<=", goal=float(last), parts=parts,
        what=f"p50 of item_knn at x{last} users and items over that at x1; simulated interactions",
    )  # fmt: skip
    large = [g for g in found.values() if g.peak_mb >= 50]
    quotients = [g.peak_mb / g.predicted_mb for g in large] or [0.0]
    yield Measure(
        name="peak_over_predicted_memory", value=max(quotients), sense="<=", goal=1.25, parts={"least": min(quotients)},
        what=f"largest of {len(large)} fits of 50 MB or more, each in a process of its own",
    )  # fmt: skip
    why = next((g.refused for g in found.values() if g.refused), "nobody")
    yield Measure(
        name="refused_before_fitting", value=sum(bool(g.refused) for g in found.values()), sense=">=",
        goal=0 if quick else 1, what=why.replace("\n", "; "),
    )  # fmt: skip


def _alone(factor: int, learner: Learner) -> Grown:
    """Fitted in a process of its own, whose peak is that of the fit alone."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_grown, (factor, learner))


def _grown(factor: int, learner: Learner) -> Grown:
    train = replace(taken(SMALLEST[0] * factor, SMALLEST[1] * factor), memory_mb=ALLOWED_MB)
    candidate = RecommendCandidate(name=learner.kind, learner=learner)
    predicted = learner.bytes_needed(train) / MB
    candidate.fit(taken(100, 200), rng=np.random.default_rng(0))
    before = _peak_from_here()
    begun = time.perf_counter()
    try:
        model = candidate.fit(train, rng=np.random.default_rng(0))
    except DataError as refusal:
        return Grown(predicted, refused=str(refusal))
    seconds, peak = time.perf_counter() - begun, _status("VmHWM") - before
    kept = sum(map(len, candidate.save(model).values())) / MB
    answer = 1000 * float(np.median(in_turns({learner.kind: model}, asked(train, 250)).wall[learner.kind]))
    return Grown(predicted, peak, seconds, kept, answer)


def _peak_from_here() -> float:
    """Begin to count the peak anew, and give what is in use, MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(key: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(key)) * 1024 / MB
