"""``python -m benchmarks.review [--json] [--seen]``."""

from __future__ import annotations

import json
import sys

from benchmarks.review.ledgers import unbacked_numerals
from benchmarks.review.plan import run


def main(arguments: list[str]) -> None:
    """Print every figure; ``--seen`` uses the answers the rules were written on."""
    found = run(unseen="--seen" not in arguments)
    found["unbacked_numerals"] = unbacked_numerals()
    if "--json" in arguments:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        if name != "by_mutator":
            print(f"{name:<24}{value}")
    for name, row in found["by_mutator"].items():  # type: ignore[attr-defined]
        low, high = row["interval"]
        print(f"  {name:<22}{row['detected']:>4} of {row['of']:<4} [{low:.3f}, {high:.3f}]")


if __name__ == "__main__":
    main(sys.argv[1:])
