"""The contract of a candidate: fitting is deterministic in the seed, and saved models answer bit-identically."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from starcase.contract.model import Candidate, Model, Tunable
from starcase.contract.request import Request
from starcase.testing.model import find_model_complaints
from starcase.testing.violations import collect_complaints, find_missing, require

MEMBERS = ("complexity", "fit", "load", "name", "parameters", "save")
TRIALS = 3
PLAIN = (str, int, float, bool)


def check_candidate(candidate: Candidate[Any], train: Callable[[], Any], requests: Sequence[Request]) -> None:
    """Raise ContractBroken where a candidate breaks its contract.

    Checked: name, complexity and parameters; the same seed gives the same model; training data left as it was; the
    fitted model's own contract; what is saved is data, and answers bit for bit when loaded; the candidate travels to
    other processes; proposals, where it has them.

    Args:
        candidate: the candidate.
        train: returns new training data at each call.
        requests: at least two different requests that a fitted model can answer.

    Raises:
        ContractBroken: lists the complaints.
    """
    name = getattr(candidate, "name", type(candidate).__name__)
    require(f"the candidate {name}", find_candidate_complaints(candidate, train, requests))


def find_candidate_complaints(
    candidate: Candidate[Any], train: Callable[[], Any], requests: Sequence[Request]
) -> Iterator[str]:
    """Yield the complaints about a candidate."""
    lacking = list(find_missing(candidate, MEMBERS))
    if lacking:
        yield from lacking
        return
    yield from _check_attributes(candidate)
    yield from collect_complaints("fitting", lambda: _check_fit(candidate, train, list(requests)))
    yield from collect_complaints("pickling the candidate", lambda: _check_pickling(candidate))
    if isinstance(candidate, Tunable):
        yield from collect_complaints("proposing", lambda: _check_proposals(candidate))


def _check_attributes(candidate: Candidate[Any]) -> Iterator[str]:
    if not isinstance(candidate.name, str) or not candidate.name:
        yield f"its name is {candidate.name!r}; text is required"
    if not isinstance(candidate.complexity, int) or candidate.complexity < 0:
        yield f"its complexity is {candidate.complexity!r}; a whole number is required, 0 for a constant answer"
    for name, value in dict(candidate.parameters).items():
        if not isinstance(value, PLAIN):
            yield f"its parameter {name!r} is a {type(value).__name__}; text, a number or a boolean is required"


def _check_fit(candidate: Candidate[Any], train: Callable[[], Any], requests: list[Request]) -> Iterator[str]:
    data, untouched = train(), pickle.dumps(train())
    model = candidate.fit(data, rng=np.random.default_rng(0))
    if pickle.dumps(data) != untouched and pickle.dumps(train()) == untouched:
        yield "fitting changed the training data it was given"
    yield from find_model_complaints(model, requests)
    answers = list(model.decide(requests))
    again = candidate.fit(train(), rng=np.random.default_rng(0))
    if list(again.decide(requests)) != answers:
        yield "two fits with the same seed give different answers"
    yield from collect_complaints("saving", lambda: _check_storage(candidate, model, again, requests))


def _check_storage(candidate: Candidate[Any], model: Model, again: Model, requests: list[Request]) -> Iterator[str]:
    files = candidate.save(model)
    yield from _check_files(files)
    if dict(candidate.save(again)) != dict(files):
        yield "two fits with the same seed save different bytes, so the model's hash would differ"
    loaded = candidate.load(dict(files))
    if list(loaded.decide(requests)) != list(model.decide(requests)):
        yield "after saving and loading, it answers differently"
    if dict(candidate.save(loaded)) != dict(files):
        yield "after loading and saving again, the bytes differ"


def _check_files(files: Mapping[str, bytes]) -> Iterator[str]:
    if not files:
        yield "it saves no file"
    for name, content in files.items():
        if not isinstance(content, bytes):
            yield f"the file {name!r} is a {type(content).__name__}; bytes are required"
        elif name.endswith((".pkl", ".pickle", ".joblib")) or (content[:1] == b"\x80" and content[-1:] == b"."):
            yield f"the file {name!r} is a pickle, which runs code when it is loaded; save data"


def _check_pickling(candidate: Candidate[Any]) -> Iterator[str]:
    travelled = pickle.loads(pickle.dumps(candidate))  # noqa: S301 - created in this process
    if (travelled.name, dict(travelled.parameters)) != (candidate.name, dict(candidate.parameters)):
        yield "after pickling and unpickling, it has another name or other parameters"


def _check_proposals(candidate: Tunable) -> Iterator[str]:
    own = dict(candidate.parameters)  # type: ignore[attr-defined]
    proposed = [dict(p.parameters) for p in candidate.proposals(TRIALS, rng=np.random.default_rng(0))]  # type: ignore[attr-defined]
    again = [dict(p.parameters) for p in candidate.proposals(TRIALS, rng=np.random.default_rng(0))]  # type: ignore[attr-defined]
    if len(proposed) > TRIALS:
        yield f"it makes {len(proposed)} proposals where at most {TRIALS} are requested"
    if not proposed or proposed[0] != own:
        yield "its first proposal differs from its current parameters"
    if proposed != again:
        yield "the same seed gives different proposals"
