"""``python -m benchmarks.recommend [--json] [--only NAME] [--data NAME] [--quick]``: measures of the recommenders."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial

from benchmarks.inference.measure import Measure
from benchmarks.inference.table import table
from benchmarks.recommend.answers import answers
from benchmarks.recommend.decision import decision
from benchmarks.recommend.growth import growth
from benchmarks.recommend.offline import TRIALS, accuracy, noise
from benchmarks.recommend.ratios import ratios
from benchmarks.recommend.retrieval import retrieval

Part = Callable[[bool], Iterable[Measure]]
PARTS: dict[str, Part] = {
    "accuracy": accuracy, "noise": noise, "answers": answers, "ratios": ratios, "retrieval": retrieval,
    "growth": growth, "decision": decision,
}  # fmt: skip
DATA = ("retail_repeat", "retail_discovery", "movies_discovery")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recommend", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", metavar="NAME", choices=PARTS, help="one of: " + ", ".join(PARTS))
    parser.add_argument(
        "--data", metavar="NAME", choices=DATA, default="", help="accuracy on one of: " + ", ".join(DATA)
    )
    parser.add_argument("--trials", type=int, default=TRIALS, help=f"accuracy: parameter sets for everybody ({TRIALS})")
    parser.add_argument("--workers", type=int, default=2, help="processes that fit candidates (2)")
    parser.add_argument("--quick", action="store_true", help="small runs, to see that everything works")
    given = parser.parse_args()
    begun = time.perf_counter()
    fitting: dict[str, Part] = {
        "accuracy": partial(accuracy, only=given.data, trials=given.trials, workers=given.workers),
        "noise": partial(noise, workers=given.workers),
    }
    parts = {**PARTS, **fitting}
    measures = [m for name, part in parts.items() if given.only in {None, name} for m in part(given.quick)]
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
