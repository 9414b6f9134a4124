"""``python -m benchmarks.serving [--json] [--only NAME] [--quick]``: the gateway under load, beside its peers."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.inference.measure import Measure
from benchmarks.inference.table import table
from benchmarks.serving.faults import hostile, kills
from benchmarks.serving.rivals import CACHE
from benchmarks.serving.speed import best_peer, speed
from benchmarks.serving.switch import switch

Part = Callable[[Path, bool], Iterable[Measure]]
PARTS: dict[str, Part] = {
    "speed": lambda folder, quick: speed(folder, count=1 if quick else 7, seconds=2 if quick else 3),
    "peers": lambda folder, quick: best_peer(folder, count=1 if quick else 3, seconds=2 if quick else 3),
    "hostile": lambda folder, quick: hostile(folder, count=1 if quick else 5, seconds=2 if quick else 3),
    "kills": lambda folder, quick: kills(folder, count=6 if quick else 50),
    "switch": lambda folder, quick: switch(folder, switches=2 if quick else 10),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", choices=sorted(PARTS), help="one group of measures")
    parser.add_argument("--quick", action="store_true", help="short runs, to see that everything works")
    given = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    begun, measures = time.perf_counter(), []
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="run-") as name:
        for part in [given.only] if given.only else PARTS:
            for measure in PARTS[part](Path(name), given.quick):
                measures.append(measure)
                if not given.json:
                    print(table([measure], heading=len(measures) == 1), flush=True)
    seconds = round(time.perf_counter() - begun, 1)
    load = os.getloadavg()[0]
    if given.json:
        shown = [measure.plain() for measure in measures]
        said = {"benchmark": "serving", "quick": given.quick, "seconds": seconds, "load": load, "measures": shown}
        json.dump(said, sys.stdout, indent=2)
        print()
    else:
        met = sum(measure.met for measure in measures)
        print(f"{met} of {len(measures)} goals met, {seconds:g} s, {os.cpu_count()} cores, load average {load:.1f}")


if __name__ == "__main__":
    main()
