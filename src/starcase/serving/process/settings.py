"""How a gateway is run."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from starcase.decide import Arm
from starcase.errors import RolloutError
from starcase.serving.http.gateway import Limits
from starcase.serving.wal import Durability

SERVING, PASSPORTS = "serving", "passports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a gateway is run; every process of it gets the same.

    Args:
        folder: where segments, index, passports and counters are kept.
        host: the address to listen on.
        port: the port; 0 lets the operating system choose.
        workers: processes that answer.
        durability: ``"durable"``: an answer waits until its decision is on the disk; ``"buffered"``: it does not, and a
            crash may lose the decisions of the last commit's time; ``"off"``: nothing is kept, so there are no shadows.
        token: must come with every request below ``/v1``; needed to promote, to roll back, and to listen on anything
            but loopback.
        limits: what a worker takes on before it says no.
        shadow_memory: bytes of address space a shadow may take up beyond what it starts with.
        spans: whether decisions are spans for OpenTelemetry.
        trust: whether pickles, which are code, may be loaded.
        shadows: those that answer in shadow beside the plan's own.
        steered: whether a controller takes the rollout's steps; without one, people and replays take them.

    Raises:
        RolloutError: the address can be reached from elsewhere and there is no token.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    durability: Durability = "durable"
    token: str = field(default="", repr=False)
    limits: Limits = field(default_factory=Limits)
    shadow_memory: int = 2 << 30
    spans: bool = False
    trust: bool = False
    shadows: tuple[Arm, ...] = ()
    steered: bool = True

    def __post_init__(self) -> None:
        if not self.token and not _is_loopback(self.host):
            raise RolloutError(
                f"{self.host} can be reached from elsewhere, and anybody could ask for decisions there",
                mend="set STARCASE_TOKEN, or listen on 127.0.0.1",
            )

    @property
    def wal(self) -> Path:
        """Where segments and index are kept."""
        return self.folder / "wal"

    @property
    def counters(self) -> Path:
        """Where processes leave their counters for each other."""
        return self.folder / "counters"

    @property
    def passports(self) -> Path:
        """Where passports of models are kept."""
        return self.folder / PASSPORTS


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
