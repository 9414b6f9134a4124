"""The built-in candidates and baselines of a recommender case."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from starcase.casefile.decode import DecodeError, decode, format_path
from starcase.contract.case_spec import CandidateSpec, Case
from starcase.errors import CaseFileError, PluginError
from starcase.evidence.records import Finding
from starcase.systems.recommend.adaptive.candidate import Adaptive, AdaptiveCandidate
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.learners.blend import HybridBlend
from starcase.systems.recommend.learners.content import Content
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import RecommendLearner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.learners.popularity import OwnHistory, Popularity, RecentPopularity
from starcase.systems.recommend.learners.reranker import Reranker
from starcase.systems.recommend.learners.sasrec import SasRec
from starcase.systems.recommend.options import REPEAT, RecommendOptions, parse_options

LEARNERS: Mapping[str, type[Any]] = {
    one.kind: one for one in (ItemNeighbours, Content, Ease, ImplicitAls, HybridBlend, Reranker, SasRec, Adaptive)
}
COUNTING: Mapping[str, type[Any]] = {one.kind: one for one in (Popularity, RecentPopularity, OwnHistory)}
KIND = "kind"


def build_candidates(case: Case) -> tuple[RecommendCandidate | AdaptiveCandidate, ...]:
    """The built-in candidates a case names, with its parameters; when it names none, all that can be fitted here.

    A second version of a candidate has another name and sets ``parameters.kind``.

    Raises:
        CaseFileError: a name or parameter is unknown, or a parameter has the wrong type.
    """
    lacking = {spec.name for spec in find_missing_extras(case) if spec.optional}
    specs = [spec for spec in case.candidates if not spec.use and spec.name not in lacking]
    words = bool(parse_options(case.options).item_text)
    if not case.candidates:
        able = [learner for learner in LEARNERS.values() if is_installed(learner) and (words or learner is not Content)]
        specs = [CandidateSpec(name=learner.kind) for learner in able]
    return tuple(_build_candidate(spec, words=words) for spec in specs)


def build_baselines(options: RecommendOptions) -> tuple[RecommendCandidate, ...]:
    """Popularity, recent popularity and, where items may be repeated, the user's own history."""
    counting: list[RecommendLearner] = [
        Popularity(),
        RecentPopularity(),
        *([OwnHistory()] if options.task == REPEAT else []),
    ]
    return tuple(RecommendCandidate(name=one.kind, learner=one) for one in counting)


def require_extras(case: Case) -> None:
    """Raise PluginError where a candidate that is not optional needs an extra that is not installed."""
    for spec in find_missing_extras(case):
        if not spec.optional:
            needs = find_learner(spec).needs
            raise PluginError(
                f"the candidate {spec.name!r} needs the library {needs}, which is not installed",
                mend=f"pip install 'starcase[{needs}]', or take the candidate out of case.toml",
            )


def find_missing_extras(case: Case) -> list[CandidateSpec]:
    """The built-in candidates a case names whose extra is not installed."""
    return [spec for spec in case.candidates if not spec.use and (one := find_learner(spec)) and not is_installed(one)]


def find_learner(spec: CandidateSpec) -> Any:
    """Return the learner of a built-in candidate; None where no built-in candidate has that name."""
    return LEARNERS.get(str(spec.parameters.get(KIND, spec.name)))


def describe_absent(case: Case) -> tuple[Finding, ...]:
    """A note for each optional candidate that is left out, with the extra to install."""
    return tuple(
        Finding(
            severity="note",
            where=f"candidate {spec.name}",
            what=f"the candidate is left out: it needs the library {find_learner(spec).needs}, which is not installed",
            mend=f"pip install 'starcase[{find_learner(spec).needs}]'",
        )
        for spec in find_missing_extras(case)
        if spec.optional
    )


def is_installed(learner: type[Any]) -> bool:
    """Whether the library that a learner needs can be imported."""
    return not learner.needs or find_spec(learner.needs) is not None


def _build_candidate(spec: CandidateSpec, *, words: bool) -> RecommendCandidate | AdaptiveCandidate:
    kind = str(spec.parameters.get(KIND, spec.name))
    if kind not in LEARNERS:
        near = difflib.get_close_matches(kind, LEARNERS, n=1)
        raise CaseFileError(
            f"the recommend system has no candidate {kind!r}" + (f"; the nearest is {near[0]!r}" if near else ""),
            key="candidates",
            mend=f"one of: {', '.join(LEARNERS)}; or give `use` for your own",
        )
    given = {key: value for key, value in spec.parameters.items() if key != KIND}
    try:
        if kind == Adaptive.kind:
            return _build_adaptive(spec.name, decode(Adaptive, given), words=words)
        return RecommendCandidate(name=spec.name, learner=decode(LEARNERS[kind], given))
    except DecodeError as misfit:
        raise CaseFileError(
            misfit.what, key=f"candidates ({spec.name}).parameters.{format_path(misfit.path)}", mend=misfit.mend
        ) from misfit


def _build_adaptive(name: str, settings: Adaptive, *, words: bool) -> AdaptiveCandidate:
    known = {kind: one for kind, one in {**LEARNERS, **COUNTING}.items() if kind != Adaptive.kind}
    sources = settings.list_sources(words=words)
    for source in sources:
        if source not in known:
            raise CaseFileError(
                f"{source!r} is not a source of recommendations",
                key=f"candidates ({name}).parameters.sources",
                mend=f"any of: {', '.join(known)}",
            )
    learners = {source: known[source]() for source in sources}
    return AdaptiveCandidate(
        name=name,
        settings=settings,
        sources=tuple(RecommendCandidate(name=source, learner=learner) for source, learner in learners.items()),
    )
