"""Try the user's candidates once on a few rows, so that an error does not appear only after minutes of a contest."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from starcase.app.workspace import Workspace
from starcase.contract.model import Candidate, Model
from starcase.contract.request import Request
from starcase.contract.system import Dataset, Fold
from starcase.errors import DataError, PluginError, StarcaseError
from starcase.extensions.user_code import load_own_candidates
from starcase.serving.models.model_registry import ModelRegistry
from starcase.stages.contest.error_attribution import attribute_errors
from starcase.stages.contest.evaluation import require_sound_answers

SHARES = (1 / 256, 1 / 64, 1 / 16, 1 / 4, 1.0)
FEWEST_ROWS, FEWEST_OF_A_KIND, ASKED = 200, 10, 20


def try_own(work: Workspace) -> None:
    """Fit, save, load and query each candidate that has ``use`` once.

    One that fails on the fewest rows is tried on more before it is refused: some models need a number of rows.

    Raises:
        PluginError: a candidate raised, or gave no model, no files that can be kept, or no answers; it is named.
        DataError: as a candidate raised it.
    """
    own = load_own_candidates(work.case)
    if not own:
        return
    small = list(_build_small_folds(work.dataset, binary=work.system.outcome_kind == "binary"))[:2]
    for candidate in own:
        failed: Exception | None = None
        for fold in small:
            try:
                _try_candidate(work, candidate, fold)
            except StarcaseError as error:
                failed = error
            else:
                failed = None
                break
        if failed is not None:
            raise failed


def _build_small_folds(dataset: Dataset, *, binary: bool) -> Iterator[Fold]:
    """Yield folds at the beginning of the data, from the shortest with enough rows and outcomes."""
    whole, start = dataset.folds(count=1)[0], dataset.span()[0]
    for share in SHARES:
        end = start + int(share * (whole.train_end - start))
        fold = replace(whole, name=f"the first {share:.2%}", train_end=end) if share < 1 else whole
        try:
            train = dataset.train(fold)
            kinds = dataset.training_rows(fold)["outcome"].value_counts()["count"] if binary else None
        except DataError:
            continue
        few = hasattr(train, "__len__") and len(train) < FEWEST_ROWS
        if share == 1 or not (few or (kinds is not None and (len(kinds) < 2 or kinds.min() < FEWEST_OF_A_KIND))):  # type: ignore[operator] # noqa: PLR2004 - frauds and others
            yield fold


def _try_candidate(work: Workspace, candidate: Candidate[Any], fold: Fold) -> None:
    name = candidate.name
    train, requests = work.dataset.train(fold), work.dataset.requests(fold)[:ASKED]
    with attribute_errors(work.case, name, "while `check` tries it on a few rows"):
        pickle.dumps(candidate)
        model = candidate.fit(train, rng=np.random.default_rng(work.case.seed))
        first = _ask_model(name, model, requests)
        files = candidate.save(model)
    use = next(spec.use for spec in work.case.candidates if spec.name == name)
    with TemporaryDirectory() as folder:
        kept = ModelRegistry(Path(folder))
        try:
            files = kept.load(kept.save(files))
        except StarcaseError as error:
            raise PluginError(
                f"the files that {name} saves cannot be stored: {error.what}", where=use, why=error.why, mend=error.mend
            ) from error
    with attribute_errors(work.case, name, "while `check` loads it from its saved files"):
        again = _ask_model(name, candidate.load(files), requests)
    if again != first:
        raise PluginError(
            f"{name} answers differently after it was saved and loaded", where=use,
            mend="let `save` keep everything that `decide` reads; `starcase.testing.check_candidate` shows more",
        )  # fmt: skip


def _ask_model(name: str, model: Model, requests: Sequence[Request]) -> list[Any]:
    answers = model.decide(requests)
    require_sound_answers(name, answers, len(requests))
    return list(answers)
