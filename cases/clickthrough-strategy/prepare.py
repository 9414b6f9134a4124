"""From the published tables to the ones this case ships: impressions of two policies, and sessions of a shop.

python cases/clickthrough-strategy/prepare.py open-bandit-small online-shoppers cases/clickthrough-strategy/data
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl


def impressions(folder: Path) -> pl.DataFrame:
    """What was shown where by which policy, with which probability, and whether it was clicked."""
    return (
        pl.read_parquet(folder / "impressions.parquet")
        .select(
            "policy",
            "campaign",
            "timestamp",
            "item_id",
            "position",
            "click",
            "^user_feature_.$",
            propensity="propensity_score",
        )
        .sort("timestamp", "campaign", "policy", "position", "item_id")
    )


def sessions(folder: Path) -> pl.DataFrame:
    """One session a row; the page value too, which the shop computes from the purchase: the analysis is to find it."""
    return pl.read_parquet(folder / "sessions.parquet")


def main(bandit: Path, shoppers: Path, folder: Path) -> None:
    """Write ``impressions.parquet`` and ``sessions.parquet`` into ``folder``."""
    impressions(bandit).write_parquet(folder / "impressions.parquet", compression="zstd", compression_level=19)
    sessions(shoppers).write_parquet(folder / "sessions.parquet", compression="zstd", compression_level=19)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
