"""Replay through a running gateway, after a check that the gateway serves this folder."""

from __future__ import annotations

from collections.abc import Mapping

from starcase.app.commands.rollout import open_rollout
from starcase.app.workspace import Workspace
from starcase.contract.model import Model, OnlineModel
from starcase.errors import RolloutError
from starcase.serving.http.client import GatewayClient

WITHIN = 5.0


def connect_gateway(work: Workspace, url: str, token: str = "") -> GatewayClient:
    """Return a carrier to the gateway that serves this folder and does not steer.

    Raises:
        RolloutError: no gateway answers at the address, it serves another case or folder, or it steers the rollout.
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
            "the gateway steers the rollout",
            where=url,
            why="a replay steers the rollout by event time; a second steering process would interfere with it",
            mend="start it with `starcase serve --no-steer`",
        )


def refuse_learning_models(models: Mapping[str, Model]) -> None:
    """Raise RolloutError if a model learns while it serves: models that a gateway has loaded do not learn."""
    for hash_, model in models.items():
        if isinstance(model, OnlineModel):
            raise RolloutError(
                f"model {hash_[:12]} learns while it serves",
                why="a gateway passes outcomes to models at the pace of the wall clock, not of the history",
                mend="replay it in this process: leave out --through",
            )
