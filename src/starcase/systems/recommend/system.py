"""The recommender system: the system protocol for recommendations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate, LiveMetric, Metric
from starcase.contract.request import Answer, Request
from starcase.contract.system import Gate, OutcomeKind
from starcase.errors import CaseFileError
from starcase.evidence.figure import Figure
from starcase.systems.recommend import candidates
from starcase.systems.recommend.dataset import RecommendDataset
from starcase.systems.recommend.environment import RecommendEnvironment
from starcase.systems.recommend.harm import measure_harm
from starcase.systems.recommend.item_popularity import PopularityLookup
from starcase.systems.recommend.loading import load
from starcase.systems.recommend.metrics import (
    Coverage,
    HitRate,
    MeanReciprocalRank,
    Ndcg,
    Novelty,
    PopularityBias,
    RecallAtK,
)
from starcase.systems.recommend.metrics.live import build_live_metrics
from starcase.systems.recommend.options import RecommendOptions, parse_options
from starcase.systems.recommend.personas import BehaviourSegmentation
from starcase.systems.recommend.return_model import fit_return_model
from starcase.systems.recommend.simulated_users import SimulatedEnvironment, fit_simulated_users
from starcase.systems.recommend.slices import assign_slices
from starcase.systems.recommend.stresses import build_stresses
from starcase.systems.recommend.training import TrainingSet
from starcase.tables.duration import parse_duration
from starcase.tables.moment import parse_moment


class RecommendSystem:
    """Recommenders: a user is shown a few items of a catalogue; what the user takes is known later."""

    name = "recommend"
    options = RecommendOptions
    outcome_kind: OutcomeKind = "ranking"
    interventions: frozenset[str] = frozenset()

    def load(self, case: Case) -> RecommendDataset:
        """Read and check the interactions; raises DataError."""
        found, notes = load(case, parse_options(case.options)), candidates.describe_absent(case)
        return replace(found, notes=notes) if notes else found

    def candidates(self, case: Case) -> Sequence[Candidate[TrainingSet]]:
        """The built-in candidates the case names; raises CaseFileError for an unknown name or parameter."""
        return candidates.build_candidates(case)

    def baselines(self, case: Case) -> Sequence[Candidate[TrainingSet]]:
        """Popularity, recent popularity, and the user's own history."""
        return candidates.build_baselines(parse_options(case.options))

    def metrics(self, case: Case) -> Sequence[Metric]:
        """Accuracy and beyond-accuracy metrics, named by the case's task.

        Raises:
            PluginError: the case names a candidate whose extra is not installed.
        """
        candidates.require_extras(case)
        options = parse_options(case.options)
        named = (options.task, options.length)
        takers = PopularityLookup(case, options)
        return (
            Ndcg(*named),
            RecallAtK(*named),
            MeanReciprocalRank(*named),
            HitRate(*named),
            Coverage(*named),
            Novelty(*named, takers),
            PopularityBias(*named, takers),
        )

    def live_metrics(self, case: Case) -> Sequence[LiveMetric]:
        """The share of answers with a taken item, and the churn rate; *simulated* where users are."""
        options = parse_options(case.options)
        return build_live_metrics(simulated=bool(options.simulate_from), returning=bool(options.simulated_return))

    def gates(self, case: Case) -> Sequence[Gate]:
        """None yet."""
        del case
        return ()

    def slices(self, requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
        """By the number of earlier interactions and the time since the last one."""
        return assign_slices(requests, outcomes)

    def stresses(self, requests: Sequence[Request], *, rng: np.random.Generator) -> Mapping[str, Sequence[Request]]:
        """Histories lost, short, or full of unknown items."""
        return build_stresses(requests, rng)

    def segmentations(self, case: Case) -> Sequence[BehaviourSegmentation]:
        """Segmentation by recency, frequency and basket size."""
        return (BehaviourSegmentation(case.seed),)

    def environment(self, case: Case, dataset: RecommendDataset) -> RecommendEnvironment | SimulatedEnvironment:
        """The baskets as live traffic; simulated users decide what they take where the case says so."""
        options = parse_options(case.options)
        if not options.simulate_from:
            return RecommendEnvironment(dataset.visits)
        since = parse_moment(options.simulate_from, start=dataset.span()[0], key="simulate_from")
        users = fit_simulated_users(dataset.interactions, since, accept=options.simulated_accept, seed=case.seed)
        back = None
        if options.simulated_return:
            within = parse_duration(options.simulated_return, key="simulated_return")
            if within > dataset.delay:
                raise CaseFileError(
                    f"a return within {options.simulated_return} is known later than `data.delay` allows",
                    key="data.delay",
                    mend=f'write `delay = "{options.simulated_return}"` under [data]',
                )
            back = fit_return_model(dataset.visits, (users.users, users.items), since, within=within)
        return SimulatedEnvironment(dataset.visits, users, seed=case.seed, returning=back)

    def harm(self, served: Sequence[Answer], instead: Sequence[Answer], retrospect: pl.DataFrame) -> Sequence[Figure]:
        """Hits lost and users affected, compared with the other model."""
        return measure_harm(served, instead, retrospect)
