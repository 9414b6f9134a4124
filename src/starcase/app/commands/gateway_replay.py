"""A replay through a running gateway: whether it is the right one, before anything is written down."""

from __future__ import annotations

from collections.abc import Mapping

from starcase.app.commands.rollout import open_rollout
from starcase.app.workspace import Workspace
from starcase.contract.model import Model, OnlineModel
from starcase.errors import RolloutError
from starcase.serving.http.client import GatewayClient

WITHIN = 5.0


def connect_gateway(work: Workspace, url: str, token: str = "") -> GatewayClient:
    """A carrier to the gateway that serves this very folder and leaves its steering to others.

    Raises:
        RolloutError: nobody answers at the address, it serves another case or another folder, or it steers by itself.
    """
    client = GatewayClient(url, work.case.name, token=token)
    try:
        _require_unsteered(client.state(), url)
        client.await_version(open_rollout(work).state.version, within=WITHIN)
    except RolloutError:
        client.close()
        raise
    return client


def _require_unsteered(state: Mapping[str, object], url: str) -> None:
    if state.get("steered"):
        raise RolloutError(
            "the gateway steers by itself",
            where=url,
            why="a replay has a clock of its own, and two would take each other's steps",
            mend="start it with `starcase serve --no-steer`",
        )


def refuse_learning_models(models: Mapping[str, Model]) -> None:
    """Raise RolloutError where a model learns while it serves, which one that a gateway has loaded does not."""
    for hash_, model in models.items():
        if isinstance(model, OnlineModel):
            raise RolloutError(
                f"model {hash_[:12]} learns while it serves",
                why="a gateway tells it what became of its decisions at the pace of the wall clock, not of the history",
                mend="replay it in process: leave --through out",
            )
