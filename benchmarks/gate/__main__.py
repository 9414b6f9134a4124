"""``python -m benchmarks.gate [--json] [--runs N]``: planted leaks and weak slices found, and clean data accused."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from benchmarks.gate.planted import APART, PLANTS, Plant, clean, natural, planted
from benchmarks.gate.weak import weak
from rich.console import Console
from rich.progress import track

from starcase.stages.gate.leakage import Leakage
from starcase.stages.gate.slices import Slices

RUNS = 100
FALSE_RUNS = 4  # as many more of the runs that must raise no alarm
HARM = 0.7
DRAWS = 500


@dataclass(frozen=True, slots=True)
class Rate:
    """In how many of ``runs`` it happened, and what is asked for."""

    what: str
    happened: int
    runs: int
    goal: float
    at_most: bool = False

    @property
    def share(self) -> float:
        """The share of runs."""
        return self.happened / self.runs

    @property
    def met(self) -> bool:
        """Whether the share is on the right side of the goal."""
        return self.share <= self.goal if self.at_most else self.share >= self.goal


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"data sets a kind; {RUNS} by default")
    given = parser.parse_args()
    console = Console(stderr=True)
    rates = list(track(rates_of(given.runs), total=len(PLANTS) + 4, console=console, description="gates"))
    if given.json:
        print(json.dumps([asdict(rate) | {"share": rate.share, "met": rate.met} for rate in rates], indent=2))
    else:
        print("\n".join(map(_line, rates)))


def rates_of(runs: int) -> Iterator[Rate]:
    """Every kind of leak, clean data, a weak slice, and none."""
    for name, (plant, dataset, said) in PLANTS.items():
        gate = Leakage(apart=name == APART)
        found = sum(said in gate.check(planted(plant, dataset, seed=seed)).why for seed in range(runs))
        yield Rate(f"leak found: {name}", found, runs, 0.95)
    for data in (clean, natural):
        yield Rate(
            f"false alarm: {data.__name__} data",
            _alarms(data, FALSE_RUNS * runs),
            FALSE_RUNS * runs,
            0.02,
            at_most=True,
        )
    yield Rate("weak slice among the first three", sum(map(first_three, range(runs))), runs, 0.9)
    blamed = sum(
        Slices(metric="squared_error", draws=DRAWS).check(weak(seed, harm=0.0)).outcome == "failed"
        for seed in range(FALSE_RUNS * runs)
    )
    yield Rate("any slice blamed where none is weak", blamed, FALSE_RUNS * runs, 0.05, at_most=True)


def first_three(seed: int) -> bool:
    """Whether the slice that is weak is among the first three that are blamed."""
    why = Slices(metric="squared_error", draws=DRAWS).check(weak(seed, harm=HARM)).why
    return "part p07" in why.removeprefix("worse in ").split(", ")[:3]


def _alarms(data: Plant, runs: int) -> int:
    return sum(Leakage().check(planted(data, seed=1_000 + seed)).outcome != "passed" for seed in range(runs))


def _line(rate: Rate) -> str:
    goal = f"goal {'at most' if rate.at_most else 'at least'} {rate.goal:.0%}"
    return f"  {rate.what:45s} {rate.share:>7.1%}  of {rate.runs:>4d}   {goal}{'' if rate.met else ', missed'}"


if __name__ == "__main__":
    main()
