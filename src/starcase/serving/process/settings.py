"""Settings of a gateway."""

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
    """Settings of a gateway; all its processes get the same.

    Args:
        folder: where segments, index, passports and counters are kept.
        host: the address to listen on.
        port: the port; 0 lets the operating system choose.
        workers: processes that answer.
        durability: ``"durable"``: an answer waits until its decision is on the disk; ``"buffered"``: it does not, and a
            crash may lose the decisions of the last commit's time; ``"off"``: nothing is kept, so there are no shadows.
        token: must come with every request below ``/v1``; needed to promote, to roll back, and to listen on anything
            but loopback.
        limits: load limits of a worker; requests above them are refused.
        shadow_memory: bytes of address space a shadow may take up beyond what it starts with.
        spans: whether decisions are spans for OpenTelemetry.
        trust: whether pickles, which are code, may be loaded.
        shadows: arms that answer in shadow in addition to the plan's.
        steered: whether a controller takes the rollout's steps; without one, people and replays take them.

    Raises:
        RolloutError: the address is not a loopback address and no token is set.
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
                f"{self.host} is reachable from other machines, and no token protects its decisions",
                mend="set STARCASE_TOKEN, or listen on 127.0.0.1",
            )

    @property
    def wal(self) -> Path:
        """The folder of segments and index."""
        return self.folder / "wal"

    @property
    def counters(self) -> Path:
        """The folder in which processes store their counters for each other."""
        return self.folder / "counters"

    @property
    def passports(self) -> Path:
        """The folder of the models' passports."""
        return self.folder / PASSPORTS


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
