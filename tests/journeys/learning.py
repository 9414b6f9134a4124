"""A shop whose champion learns while it serves, and customers whose segments prefer different sources."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xxhash
from tests.serving.rooms import Served

from starcase.app import Workspace
from starcase.cli.main import run
from starcase.contract.request import Request
from starcase.systems.recommend.history import encode_history
from starcase.tables.clock import DAY, HOUR, MINUTE, SystemClock

SOURCES = ("item_knn", "recent_popularity")
BETTER, WORSE = 0.5, 0.1
CASE = """[case]
name = "shop"
title = "A shop"
system = "recommend"
incumbent = "adaptive"

[data]
path = "taken.csv"
time = "at"
target = "item"
unit = "user"

[objective]
metric = "repeat_ndcg_10"

[contest]
folds = 1
trials = 1
draws = 100

[options]
fewest_users = 2

[[candidates]]
name = "item_knn"

[[candidates]]
name = "adaptive"
parameters = { sources = "item_knn recent_popularity", half_life = 0.3 }
"""


def learning_shop(folder: Path) -> Path:
    """Two segments of customers (rare and frequent visitors), and an untrained model."""
    folder.mkdir()
    rng = np.random.default_rng(5)
    rows = []
    for user in range(120):
        often = user % 2
        for day in np.sort(rng.choice(100, 24 if often else 4, replace=False)).tolist():
            items = rng.choice(10, 5 if often else 1, replace=False) * 4 + user % 4
            rows += [(1_700_000_000 + 86_400 * day, f"u{user:03d}", f"i{item:02d}") for item in items.tolist()]
    pl.DataFrame(rows, schema=["at", "user", "item"], orient="row").sort("at", "user", "item").write_csv(
        folder / "taken.csv"
    )
    (folder / "case.toml").write_text(CASE)
    for words in (["check"], ["contest", "--workers", "1"]):
        assert run([*words, "--case", str(folder)]) == 0, words
    return folder


@dataclass
class Customers:
    """Ask for a list and say, a moment later, whether something of it was taken.

    Whether a customer takes something depends on the segment, the source and a number that belongs to the request: so
    what every source would have brought is known of each decision, and the truth beside an estimate is no estimate.

    Args:
        served: the gateway.
        work: the case, for its customers' past.
        at: the moment, microseconds UTC; half an hour later with every round.
    """

    served: Served
    work: Workspace
    at: int = field(default_factory=lambda: SystemClock().now() - 30 * DAY)
    turned: bool = False
    sent: int = 0
    told: int = 0
    would: dict[str, Mapping[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        dataset = self.work.dataset
        environment = self.work.system.environment(self.work.case, dataset)
        came = {request.unit: request for request in islice(environment.arrivals(*dataset.span()), None)}
        self._known = list(came.values())
        self._later = self.at - dataset.span()[1]

    def go_on_from(self, before: Customers) -> None:
        """Be the same customers at the same moment."""
        self.at, self.sent, self.told, self._later = before.at, before.sent, before.told, before._later

    def round(self, size: int = 20) -> list[dict[str, Any]]:
        """One request of customers in turn, and the outcomes of the answers."""
        answers = self.ask(size)
        self.tell(answers)
        return answers

    def ask(self, size: int = 1) -> list[dict[str, Any]]:
        """Send a request without an outcome."""
        self.at += HOUR // 2
        asked = [self._request(self.sent + i) for i in range(size)]
        self.sent += size
        body = [{"id": r.id, "unit": r.unit, "at": r.at, "features": dict(r.features)} for r in asked]
        answers: list[dict[str, Any]] = self.call("decisions", body)
        return answers

    def tell(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Send the outcomes of answers."""
        outcomes = []
        for answer in answers:
            luck = xxhash.xxh3_64_intdigest(answer["id"].encode()) / 2**64
            would = {one: float(luck < self.rate(answer["content"]["segment"], one)) for one in SOURCES}
            self.would[answer["id"]] = would
            value = would[answer["content"]["source"]]
            outcomes.append({"decision": answer["id"], "name": "taken", "value": value, "at": answer["at"] + MINUTE})
        self.call("outcomes", outcomes)
        self.told += len(outcomes)

    def better(self, segment: str) -> str:
        """The source of which a segment takes more; after the drift it is the other one."""
        return SOURCES[("often" in segment) ^ self.turned]

    def rate(self, segment: str, source: str) -> float:
        """Return the acceptance rate of a source in a segment."""
        return BETTER if source == self.better(segment) else WORSE

    def call(self, path: str, body: object) -> Any:
        """Post something; each call has a connection of its own, so any worker may answer."""
        status, said = self.served.call("POST", f"/v1/cases/shop/{path}", json.dumps(body).encode())
        assert status == 200, said
        return said

    def _request(self, number: int) -> Request:
        """A customer who comes again, with the past as it was the last time, moved to the present."""
        known = self._known[number % len(self._known)]
        moments = json.loads(str(known.features["history"]))
        flat = [(moment + self._later, item) for moment, items in moments for item in items]
        text = encode_history([at for at, _ in flat], [item for _, item in flat])
        return Request(f"r{number}", known.unit, self.at, {**known.features, "history": text})
