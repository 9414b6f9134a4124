"""What more users and items cost: seconds, megabytes predicted before fitting, bytes kept, one answer."""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np
from benchmarks.inference.measure import Measure
from benchmarks.recommend.answers import asked, taken, times

from starcase.case.model import Model
from starcase.errors import DataError
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.learners.counting import OwnHistory
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import Learner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.memory import predicted_mb
from starcase.systems.recommend.roster import installed

SMALLEST = (1_500, 2_500)


def growth(quick: bool) -> Iterable[Measure]:
    """Items and users times 1, 4 and 16; what memory does not allow is refused before it is tried."""
    parts: dict[str, float] = {}
    for factor in (1, 4) if quick else (1, 4, 16):
        items, users = SMALLEST[0] * factor, SMALLEST[1] * factor
        train = taken(items, users)
        models: dict[str, Model] = {}
        learners: list[Learner] = [OwnHistory(), ItemNeighbours(neighbours=100), Ease()]
        learners += [ImplicitAls()] if installed(ImplicitAls) else []
        for learner in learners:
            label = f"x{factor} {learner.kind}"
            given = {"neighbours": 100.0, "factors": 128.0}
            parts[f"{label} predicted MB"] = predicted_mb(learner.kind, users=users, items=items, parameters=given)
            candidate = RecommendCandidate(name=learner.kind, learner=learner)
            begun = time.perf_counter()
            try:
                model = candidate.fit(train, rng=np.random.default_rng(0))
            except DataError:
                parts[f"{label} refused"] = 1.0
                continue
            parts[f"{label} fit s"] = time.perf_counter() - begun
            parts[f"{label} kept MB"] = sum(map(len, candidate.save(model).values())) / 1e6
            models[learner.kind] = model
        for name, values in times(models, asked(train, 250)).items():
            parts[f"x{factor} {name} p50 us"] = float(np.median(values))
    last = "x4" if quick else "x16"
    ratio = parts[f"{last} item_knn p50 us"] / parts["x1 item_knn p50 us"]
    yield Measure(
        name="growth_of_an_answer", value=ratio, sense="<=", goal=16.0, parts=parts,
        what=f"p50 of item_knn at {last} users and items over that at x1; simulated interactions",
    )  # fmt: skip
