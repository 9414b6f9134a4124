"""The measures as a table to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.fraud.developer_week import Row
from benchmarks.fraud.stream import CHALLENGER, CHAMPION


def table(found: Mapping[str, Any]) -> str:
    """Speed, then equality, then quality by week and overall."""
    return "\n".join(_lines(found))


def week_table(rows: Sequence[Row]) -> str:
    """One model a line."""
    head = f"  {'':38s} {'AP':>6s} {'CP@100':>7s} {'FP':>4s} {'missed':>11s}"
    lines = [
        f"  {row.model:38s} {row.average_precision:>6.3f} {row.card_precision_100:>7.3f} {row.false_positives:>4d} "
        f"{row.missed:>4d} of {row.frauds}"
        for row in rows
    ]
    return "\n".join(["18 to 24 July 2018, cards not known to be compromised", "", head, *lines])


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['events']:,} events, champion and shadow on every one ({found['machine']}, load {found['load']:.1f})"
    yield ""
    yield f"  events a second               {found['events_per_second']:>12,.0f}   goal 10,000 or more"
    yield f"  events a second of CPU        {found['events_per_cpu_second']:>12,.0f}"
    yield f"  both answers, p50             {found['p50_us']:>12,.0f} us"
    yield f"  both answers, p99             {found['p99_us']:>12,.0f} us   goal 1,000 or less"
    yield f"  both answers, p99.9           {found['p999_us']:>12,.0f} us"
    yield f"  rows that differ from batch   {found['rows_differing_from_batch']:>12,}   goal 0"
    yield f"  peak memory                   {found['peak_memory_mb']:>12,.0f} MB"
    if not found["by_week"]:
        return
    yield ""
    yield f"Errors of {CHALLENGER} against {CHAMPION}; {found['budget']}; {found['interval']}"
    yield ""
    heads = {"": -38, "FP": 5, "frauds": 7, "missed": 12, "change": 8, "interval": 18, "AP": 13, "CP@100": 13}
    yield "  " + " ".join(f"{head:>{width}}" if width > 0 else f"{head:{-width}}" for head, width in heads.items())
    named = [(one["weeks"], one) for one in found["by_week"]] + list(found["changes"].items())
    for name, one in named:
        missed = f"{one['champion_missed']} > {one['challenger_missed']}"
        interval = f"[{one['low']:+.1%}, {one['high']:+.1%}]"
        precision, cards = (
            f"{one[key][one['against']]:.3f} > {one[key][CHALLENGER]:.3f}"
            for key in ("average_precision", "card_precision_100")
        )
        yield (
            f"  {name:38s} {one['false_positives']:>5d} {one['frauds']:>7d} {missed:>12s} {one['change']:>+8.1%} "
            f"{interval:>18s} {precision:>13s} {cards:>13s}"
        )
