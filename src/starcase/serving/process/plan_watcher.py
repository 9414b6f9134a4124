"""Follows the ledger: loads and checks a newer plan while the current one serves, then switches atomically."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from starcase.contract.model import Model
from starcase.contract.request import Request
from starcase.decide import ServingPlan
from starcase.errors import ArtefactError, StarcaseError
from starcase.serving.http.snapshot import Snapshot
from starcase.serving.models.model_cache import ModelCache

EVERY = 0.1
PATIENCE = 1.0

Newest = Callable[[], int]
PlanNow = Callable[[], ServingPlan]


class PlanWatcher:
    """A thread that keeps a worker's snapshot up to date with the ledger.

    While the ledger cannot be read, or the newest plan cannot be served, the worker keeps the present one, and
    ``degraded`` says why. A worker never goes back to a lower version.

    Args:
        newest: the version of the newest plan, cheap to ask.
        plan: the newest plan.
        shelf: loads its models.
        switch: puts a snapshot in force.
        taught: updates online-learning models with outcomes of their decisions, before they serve.
    """

    def __init__(
        self,
        newest: Newest,
        plan: PlanNow,
        shelf: ModelCache,
        switch: Callable[[Snapshot], None],
        taught: Callable[[Mapping[str, Model]], object] = lambda _: None,
    ) -> None:
        self._newest = newest
        self._plan = plan
        self._shelf = shelf
        self._switch = switch
        self._taught = taught
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._lacking = ""
        self.degraded = ""
        self.version = 0

    def load_first(self) -> Snapshot:
        """Load the first snapshot; where its challenger cannot be loaded, the champion answers in its place.

        Raises:
            StarcaseError: there is no plan, or its champion cannot be loaded.
        """
        plan = self._plan()
        self.version = plan.version
        try:
            snapshot = self._load_snapshot(plan)
        except StarcaseError as error:
            if plan.challenger is None:
                raise
            self.degraded = self._lacking = f"{plan.challenger.name} cannot be loaded: {error.what}"
            if plan.challenger.model == plan.champion.model:  # its absence would take the champion's place
                plan = plan.restrict_to_champion(plan.champion, version=plan.version)
            models = self._shelf.load_models([plan.champion])
            if plan.challenger is not None:
                models[plan.challenger.model] = FailedModel(error)
            self._taught(models)
            return Snapshot(plan, models, self._shelf.signature([plan.champion]))
        self.degraded = self._lacking = self._shelf.describe_difference(plan.champion)
        return snapshot

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for its end."""
        self._ended.set()
        self._thread.join()

    def look(self) -> bool:
        """Put the newest plan in force if it is newer than the present one; return whether it was."""
        try:
            if self._newest() <= self.version:
                self.degraded = self._lacking
                return False
            plan = self._plan()
            self._switch(self._load_snapshot(plan))
        except StarcaseError as error:
            self.degraded = f"still serving version {self.version}: {error.what}"
            return False
        self.version = plan.version
        self.degraded = self._lacking = self._shelf.describe_difference(plan.champion)
        return True

    def _load_snapshot(self, plan: ServingPlan) -> Snapshot:
        arms = [plan.champion, *([plan.challenger] if plan.challenger else [])]
        models = self._shelf.load_models(arms)
        self._taught(models)
        return Snapshot(plan, models, self._shelf.signature([*arms, *plan.shadows]))

    def _run(self) -> None:
        while not self._ended.wait(PATIENCE if self.degraded else EVERY):
            self.look()


class FailedModel:
    """Raises, for every request, the error that prevented loading the model.

    Args:
        because: the error at loading.
    """

    def __init__(self, because: StarcaseError) -> None:
        self._because = because

    def decide(self, requests: Sequence[Request], /) -> NoReturn:
        """Raise ArtefactError."""
        del requests
        raise ArtefactError(f"the model cannot be loaded: {self._because.what}")
