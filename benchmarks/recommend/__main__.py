"""``python -m benchmarks.recommend [--json] [--only NAME] [--quick]``: the measures of the recommenders."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable

from benchmarks.inference.measure import Measure
from benchmarks.inference.table import table
from benchmarks.recommend.answers import answers
from benchmarks.recommend.growth import growth
from benchmarks.recommend.offline import accuracy, noise
from benchmarks.recommend.retrieval import retrieval

PARTS: dict[str, Callable[[bool], Iterable[Measure]]] = {
    "accuracy": accuracy, "noise": noise, "answers": answers, "retrieval": retrieval, "growth": growth,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recommend", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", metavar="NAME", choices=PARTS, help="one of: " + ", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small runs, to see that everything works")
    given = parser.parse_args()
    begun = time.perf_counter()
    measures = [m for name, part in PARTS.items() if given.only in {None, name} for m in part(given.quick)]
    seconds = round(time.perf_counter() - begun, 1)
    if given.json:
        shown = [measure.plain() for measure in measures]
        json.dump(
            {"benchmark": "recommend", "quick": given.quick, "seconds": seconds, "measures": shown},
            sys.stdout,
            indent=2,
        )
        print()
    else:
        print(table(measures))
        print(f"{sum(measure.met for measure in measures)} of {len(measures)} goals met, {seconds:g} s")


if __name__ == "__main__":
    main()
