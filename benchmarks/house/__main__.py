"""``python -m benchmarks.house [--json] [--peers FOLDER]``: how the code is named and cut into files, beside peers."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from pathlib import Path

from benchmarks.house.measures import Measure, ours, theirs
from benchmarks.house.peers import FOLDER, ROOT, wheels


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--peers", type=Path, default=FOLDER, metavar="FOLDER", help=f"the peers' wheels ({FOLDER})")
    given = parser.parse_args()
    begun = time.perf_counter()
    measures = [*ours(ROOT / "src"), *theirs(wheels(given.peers))]
    seconds, load = round(time.perf_counter() - begun, 1), round(os.getloadavg()[0], 2)
    if given.json:
        shown = [measure.plain() for measure in measures]
        said = {"benchmark": "house", "commit": commit(), "seconds": seconds, "load": load, "measures": shown}
        print(json.dumps(said, indent=2))
    else:
        print("\n".join(map(line, measures)))
        goals = [measure.met for measure in measures if measure.met is not None]
        print(f"{sum(goals)} of {len(goals)} goals met at {commit()}, {seconds:g} s, load average {load:g}")


def commit() -> str:
    """The commit of the tree, marked where files have been changed since."""
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*"]
    ran = subprocess.run(asked, check=False, capture_output=True, text=True)
    return ran.stdout.strip() or "unknown"


def line(measure: Measure) -> str:
    """One measure as a line of text."""
    missed = ", missed" if measure.met is False else ""
    goal = f"   goal {measure.wanted}{missed}" if measure.wanted else ""
    return f"  {measure.name:<40} {measure.value:>8.4g}  of {measure.n:>5d}{goal}"


if __name__ == "__main__":
    main()
