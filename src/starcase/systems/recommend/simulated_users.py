"""Simulated users, fitted on interactions that no candidate has seen, who accept or ignore shown items.

They replace an experiment, which a log cannot give. All figures from them are *simulated*, and the metric names
say so; it shows that a rollout works, never what real users would do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xxhash
from scipy import sparse
from scipy.sparse.linalg import svds

from starcase.contract.request import Answer, Request
from starcase.errors import DataError
from starcase.evidence.decisions import Outcome
from starcase.systems.recommend.arrays import FloatArray
from starcase.systems.recommend.environment import list_items
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.return_model import ReturnModel
from starcase.systems.recommend.visits import Visits

OUTCOME, RETURN = "simulated_taken", "simulated_return"
DIMENSIONS = 24
POPULAR = 10
PATIENCE = 0.85
FEWEST = 100


@dataclass(frozen=True)
class SimulatedUsers:
    """The probability that each user takes each item.

    Args:
        users: (n_users, d) factors; zeros for users without interactions.
        items: (n_items, d) factors.
        average: (n_items,) propensity of a user without interactions.
        scale: calibrates propensities to the share of popular items that is taken.

    Source: a truncated singular value decomposition of who took what, read as propensities to take.
    """

    users: FloatArray
    items: FloatArray
    average: FloatArray
    scale: float

    def compute_chance(self, user: int, items: Sequence[int]) -> FloatArray:
        """Compute the probability that a user takes each of some items after examining it."""
        own = self.items[list(items)] @ self.users[user]
        willing = 0.7 * np.maximum(own, 0.0) + 0.3 * self.average[list(items)]
        return np.asarray(np.clip(self.scale * willing, 0.0, 0.95))


def fit_simulated_users(rows: Interactions, since: int, *, accept: float, seed: int) -> SimulatedUsers:
    """Fit simulated users on the interactions from ``since`` on.

    Args:
        rows: the interactions.
        since: earlier interactions are not used.
        accept: the share of the most popular items that is taken after examination.
        seed: of the case.

    Raises:
        DataError: too few interactions from then on.
    """
    held = slice(int(np.searchsorted(rows.at, since, side="left")), None)
    shape = (len(rows.users), len(rows.items))
    pairs = np.unique(rows.user[held] * shape[1] + rows.item[held])
    if pairs.size < FEWEST:
        raise DataError(
            f"{pairs.size} pairs of user and item are held back: too few to fit simulated users",
            mend="set an earlier `simulate_from` under [options]",
        )
    who, what = np.divmod(pairs, shape[1])
    taken = sparse.csr_matrix((np.ones(pairs.size), (who, what)), shape=shape)
    rank = min(DIMENSIONS, min(shape) - 1)
    first = np.random.default_rng(seed).normal(size=min(shape))
    left, strengths, right = svds(taken, k=rank, v0=first)
    average = np.asarray(taken.mean(axis=0)).ravel()
    found = SimulatedUsers(left * strengths, right.T, average, 1.0)
    popular = np.argsort(-average, kind="stable")[:POPULAR].tolist()
    there = np.unique(who)[:: max(1, np.unique(who).size // 500)]
    usual = float(np.mean([found.compute_chance(user, popular).mean() for user in there.tolist()]))
    return SimulatedUsers(found.users, found.items, average, accept / max(usual, 1e-9))


class SimulatedEnvironment:
    """Live traffic with visits from history and choices of simulated users.

    Simulated choices do not enter later histories, and a simulated return does not create
    another request.

    Args:
        visits: the history.
        users: the simulated ones.
        seed: of the case; a user's random draws do not depend on what is shown.
        returning: the return model; None where the case has none.
    """

    def __init__(
        self, visits: Visits, users: SimulatedUsers, *, seed: int, returning: ReturnModel | None = None
    ) -> None:
        self._visits = visits
        self._users = users
        self._seed = seed
        self.foreseen = True
        self._returning = returning
        self._user = {name: place for place, name in enumerate(visits.rows.users)}
        self._item = {name: place for place, name in enumerate(visits.rows.items)}

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        """One request for each basket of ``[since, until)``, in order, with the user's history before it."""
        for basket in self._visits.between(since, until):
            yield self._visits.request(basket)

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        """1 where a simulated user takes a shown item, else 0; lower positions are examined less often."""
        taken = self._simulate_choices(request, served)
        return Outcome(request.id, OUTCOME, float(bool(taken)), request.at + self._visits.delay)

    def further(self, request: Request, served: Answer) -> Sequence[Outcome]:
        """1 where the user returns in time, else 0; it depends on all items taken at this visit."""
        if self._returning is None:
            return ()
        chance = self._returning.compute_chance(int(request.id[1:]), self._simulate_choices(request, served))
        back = _draw_uniform(self._seed, request.id, RETURN) < chance
        return (Outcome(request.id, RETURN, float(back), request.at + self._returning.within),)

    def _simulate_choices(self, request: Request, served: Answer) -> list[int]:
        """Simulate the choices of a user; return the indices of the taken items."""
        listed = list_items(served)[: self._visits.options.length]
        shown = [self._item[item] for item in listed if item in self._item]
        chances = self._users.compute_chance(self._user[request.unit], shown)
        looked = PATIENCE ** np.arange(len(shown))
        luck = np.array([_draw_uniform(self._seed, request.id, self._visits.rows.items[item]) for item in shown])
        return [item for item, took in zip(shown, luck < chances * looked, strict=True) if took]


def _draw_uniform(seed: int, request: str, item: str) -> float:
    return xxhash.xxh3_64_intdigest(f"{seed}:{request}:{item}".encode()) / 2.0**64
