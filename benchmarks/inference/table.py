"""Measures as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.inference.measure import Measure


def table(measures: Sequence[Measure], *, heading: bool = True) -> str:
    lines = [f"{'measure':<27} {'value':>9}  {'goal':<9} met"] if heading else []
    for measure in measures:
        goal = f"{measure.sense} {measure.goal:g}"
        lines.append(f"{measure.name:<27} {measure.value:>9.4g}  {goal:<9} {'yes' if measure.met else 'NO'}")
        lines.append(f"    {measure.what}")
        lines.extend(f"    {name:<60} {value:.4g}" for name, value in measure.parts.items())
    return "\n".join(lines)
