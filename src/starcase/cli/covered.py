"""What the intervals of a contest cover, and how steadily the recommended candidate is ahead over its folds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starcase.evidence.digits import counted

if TYPE_CHECKING:
    from starcase.evidence.records import ContestRecord


def covered_lines(record: ContestRecord) -> list[str]:
    """The question that is answered, what would widen it, and in how many folds the recommended one was ahead."""
    lacking = {"`seeds = 5` for the luck of training": record.seeds_each == 1 and not record.over_time,
               "`over_time = true` for another moment": not record.over_time}  # fmt: skip
    wider = ", ".join(words for words, lacks in lacking.items() if lacks)
    lines = [f"intervals: {record.question}" + (f"; to cover more, under [contest]: {wider}" if wider else "")]
    ahead = [f"{one.against} in {one.folds} of {counted(len(record.folds), 'fold')}" for one in record.ahead]
    if ahead:
        lines.append(f"ahead: {record.recommended} reached more than {' and '.join(ahead)}")
    return lines
