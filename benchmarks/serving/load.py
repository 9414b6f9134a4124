"""The load generator: C, so that what is measured is the server."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_runs = itertools.count()


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of load saw; latencies in milliseconds.

    ``behind_ms`` is how late an open loop was at worst; ``busy`` the share of a core that the generator took: near 1 it
    is the generator that was measured.
    """

    fine: int
    refused: int
    broken: int
    seconds: float
    per_second: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    behind_ms: float
    busy: float


@cache
def program(folder: Path) -> Path:
    built = folder / "load"
    subprocess.run(["gcc", "-O2", "-o", str(built), str(HERE / "load.c")], check=True)
    return built


def start(
    folder: Path, port: int, path: str, body: Path, *, connections: int, seconds: float, rate: float = 0.0
) -> subprocess.Popen[str]:
    """Load for ``seconds``; a ``rate`` above 0 is an open loop."""
    unique = f"{os.getpid()}-{next(_runs)}-"
    words = [str(program(folder)), "127.0.0.1", str(port), path, str(body), str(connections), str(seconds), str(rate)]
    return subprocess.Popen([*words, unique], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> Load:
    said, error = process.communicate()
    if process.returncode or not said:
        raise RuntimeError(f"the load generator failed: {error}")
    return Load(**json.loads(said))
