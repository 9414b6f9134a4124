"""``python -m benchmarks.fraud [--json] [--days N] [--week]``: four months of transactions, champion and shadow."""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.fraud.developer_week import Row, developer_week
from benchmarks.fraud.models import shifts
from benchmarks.fraud.quality import BUDGET, DRAWS, LEVEL, UNTOUCHED, Change, change, judged_by, weeks
from benchmarks.fraud.serve import Served, replay
from benchmarks.fraud.stream import CHALLENGER, CHAMPION, DAYS, STRICT, case_of, load, scenarios
from benchmarks.fraud.table import table, week_table
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from starcase.evidence import DecisionLog


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fraud", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--days", type=int, default=DAYS, help=f"the first days only; all {DAYS} by default")
    parser.add_argument("--week", action="store_true", help="instead: one week, several models, as the handbook does")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.week:
            rows = one_week(Path(folder))
            print(json.dumps([asdict(row) for row in rows], indent=2) if given.json else week_table(rows))
        else:
            found = measured(Path(folder), given.days)
            print(json.dumps(found, indent=2) if given.json else table(found))


def one_week(folder: Path) -> list[Row]:
    """The developer week, model by model."""
    with Console(stderr=True).status("reading the transactions and their past") as status:
        case = case_of(folder)
        _, dataset, _ = load(case)
        return list(developer_week(dataset, scenarios(case), status.update))


def measured(folder: Path, days: int) -> dict[str, Any]:
    """Run everything once; what took how long goes to standard error as it happens."""
    console = Console(stderr=True)
    begun = time.perf_counter()
    case = case_of(folder, days=days)
    with console.status("reading the transactions and their past"):
        system, dataset, named = load(case)
    read = time.perf_counter() - begun
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar, DecisionLog.open(folder / "decisions.db") as log:
        task = bar.add_task("serving", total=len(dataset.transactions))
        plans = shifts(dataset, named, days, lambda said: bar.update(task, description=said))
        served = replay(
            dataset, system.environment(case, dataset), log, plans,
            lambda done: bar.update(task, completed=done, description="serving"),
        )  # fmt: skip
    scores = {
        CHAMPION: np.array(served.champion),
        CHALLENGER: np.array(served.challenger),
    }
    with console.status("measuring the weeks"):
        by_week = judged_by(weeks(dataset, scores, scenarios(case)), dataset, STRICT, named[STRICT])
        untouched = [one for one in by_week if one.first in UNTOUCHED]
        changes = {}
        if by_week:
            changes["overall"] = change(by_week)
            changes["overall, against finer bins"] = change(by_week, against=STRICT)
        if untouched:
            changes["weeks without any part in choices"] = change(untouched)
        each = [change([one]) for one in by_week]
    return _report(served, changes, each, seconds=time.perf_counter() - begun, read=read)


def _report(
    served: Served, changes: dict[str, Change], each: list[Change], *, seconds: float, read: float
) -> dict[str, Any]:
    overall = changes.get("overall")
    p50, p99, p999 = (float(q) for q in np.quantile(served.latencies or [np.nan], [0.5, 0.99, 0.999]))
    return {
        "benchmark": "fraud",
        "events": served.events,
        "events_per_second": served.events / served.wall,
        "events_per_cpu_second": served.events / served.cpu,
        "p50_us": p50,
        "p99_us": p99,
        "p999_us": p999,
        "rows_differing_from_batch": served.rows_differing,
        "average_precision": overall and overall.average_precision[CHALLENGER],
        "card_precision_100": overall and overall.card_precision_100[CHALLENGER],
        "error_change": overall and overall.change,
        "error_change_interval": overall and [overall.low, overall.high],
        "error_change_against_finer_bins": changes["overall, against finer bins"].change if overall else None,
        "budget": f"equal false positives: {BUDGET:.1%} of the honest transactions of each week",
        "interval": f"{LEVEL:.0%}, paired bootstrap over cards, {DRAWS} draws",
        "changes": {name: one.plain() for name, one in changes.items()},
        "by_week": [one.plain() for one in each],
        "read_seconds": read,
        "serving_seconds": served.wall,
        "seconds": seconds,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "load": os.getloadavg()[0],
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }


if __name__ == "__main__":
    main()
