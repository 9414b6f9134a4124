"""``python -m benchmarks.inference [--json] [--only NAME] [--quick]``: the measures of the inference engine."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from benchmarks.inference.agreement import agreement
from benchmarks.inference.canary import canary, latency
from benchmarks.inference.healthy import canary_false_rollbacks
from benchmarks.inference.looks import at_planned_size, false_alarm_worst
from benchmarks.inference.measure import Measure
from benchmarks.inference.speed import relook, speed_over_best_peer
from benchmarks.inference.table import table

Part = Callable[[bool], Iterable[Measure]]
PARTS: dict[str, tuple[tuple[str, ...], Part]] = {
    "alarms": (("false_alarm_worst",), lambda quick: [false_alarm_worst(200 if quick else 2_000)]),
    "planned": (
        ("power_at_planned_n", "asn_over_fixed", "asn_over_fixed_cuped", "asn_over_fixed_futility"),
        lambda quick: at_planned_size(400 if quick else 12_000),
    ),
    "canary": (("canary_delay_over_bound", "canary_midway_over_bound"), lambda quick: canary(60 if quick else 500)),
    "healthy": (("canary_false_rollbacks",), lambda quick: [canary_false_rollbacks(40 if quick else 400)]),
    "latency": (("latency_delay_over_bound",), lambda quick: [latency(20 if quick else 200)]),
    "agreement": (("agreement",), lambda quick: [agreement(20_000 if quick else 100_000)]),
    "speed": (("speed_over_best_peer",), lambda quick: [speed_over_best_peer(1_000_000 if quick else 10_000_000)]),
    "relook": (("relook_ms",), lambda quick: [relook(100_000 if quick else 1_000_000)]),
}


def chosen(only: str | None) -> Iterator[Part]:
    found = False
    for name, (measures, part) in PARTS.items():
        if only is None or only == name or only in measures:
            found = True
            yield part
    if not found:
        names = sorted({*PARTS, *(measure for measures, _ in PARTS.values() for measure in measures)})
        sys.exit(f"there is no measure {only!r}; choose one of {', '.join(names)}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inference", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", metavar="NAME", help="one measure, or one group of them: " + ", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs, to see that everything works")
    given = parser.parse_args()
    begun = time.perf_counter()
    measures: list[Measure] = []
    for part in chosen(given.only):
        for measure in part(given.quick):
            measures.append(measure)
            if not given.json:
                print(table([measure], heading=len(measures) == 1), flush=True)
    seconds = round(time.perf_counter() - begun, 1)
    if given.json:
        shown = [measure.plain() for measure in measures]
        print(
            json.dumps(
                {"benchmark": "inference", "quick": given.quick, "seconds": seconds, "measures": shown}, indent=2
            )
        )
    else:
        print(f"{sum(m.met for m in measures)} of {len(measures)} goals met, {seconds:g} s")


if __name__ == "__main__":
    main()
