"""The views this case ships are simulated: nobody watched anything.

    python cases/streaming-recommender/simulate.py cases/streaming-recommender/data

Viewers have tastes for genres and a platform they watch on; titles come out over time, belong to series that are
watched in order, and fade. Whoever has watched what suits the taste comes back sooner. Nothing of it is taken from real
viewers.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

VIEWERS, SERIES, LONGEST, GENRES, DAYS = 2_500, 160, 8, 12, 150
PLATFORMS = ("phone", "tv", "web")
GENRE = (
    *("crime", "drama", "comedy", "nature", "history", "science"),
    *("family", "horror", "romance", "sport", "music", "travel"),
)
OLD = 0.6
BORED, PLEASED = 0.5, 1.4
START = datetime(2024, 1, 1, tzinfo=UTC)


def titles(rng: np.random.Generator) -> pl.DataFrame:
    """Episodes of series, each with its genre and the day it comes out."""
    rows = []
    for series in range(SERIES):
        genre = int(rng.integers(GENRES))
        out = 0 if rng.random() < OLD else int(rng.integers(0, DAYS - 20))
        known = float(rng.lognormal(0, 1))
        rows += [
            (f"s{series:03d}e{episode}", series, episode, genre, out, known, f"{GENRE[genre]} series{series}")
            for episode in range(1, 1 + int(rng.integers(2, LONGEST + 1)))
        ]
    names = ["title", "series", "episode", "genre", "out", "known", "words"]
    return pl.DataFrame(rows, schema=names, orient="row")


def views(shelf: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Who watched what when on which platform; in an evening an episode leads to the next one."""
    genre, out, known = (shelf[name].to_numpy() for name in ("genre", "out", "known"))
    series, first = shelf["series"].to_numpy(), shelf["episode"].to_numpy() == 1
    rows = []
    for viewer in range(VIEWERS):
        taste, platform = rng.dirichlet(np.full(GENRES, 0.25)), PLATFORMS[int(rng.choice(3, p=(0.4, 0.35, 0.25)))]
        seen = np.zeros(shelf.height, dtype=np.bool_)
        habit, pleased = rng.beta(1.2, 10), 0.5
        for day in range(DAYS):
            if rng.random() >= habit * (BORED + (PLEASED - BORED) * pleased) * 1.2:
                continue
            fresh = np.exp(-np.maximum(day - out, 0) / 60.0)
            follows = np.append(False, seen[:-1] & (series[1:] == series[:-1]))
            wish = (0.02 + taste[genre]) * known * (0.3 + fresh) * np.where(first, 1.0, np.where(follows, 12.0, 0.02))
            wish *= (out <= day) & ~seen
            moment = START + timedelta(days=day, hours=18, minutes=int(rng.integers(0, 240)))
            missed = 1.0
            for _ in range(1 + int(rng.poisson(0.8))):
                if not wish.any():
                    break
                title = int(rng.choice(wish.size, p=wish / wish.sum()))
                seen[title] = True
                missed *= 1.0 - min(1.0, float(taste[genre[title]] / taste.max()))
                rows.append((moment, f"v{viewer:04d}", platform, f"v{viewer:04d}d{day}", title))
                wish[title] = 0.0
                if title + 1 < wish.size and series[title + 1] == series[title] and not seen[title + 1]:
                    wish[title + 1] = 12.0 * wish.max()
                moment += timedelta(minutes=30)
            pleased = 1.0 - missed
    watched = pl.DataFrame(rows, schema=["at", "viewer", "platform", "evening", "place"], orient="row")
    return (
        watched.with_columns(title=shelf["title"].gather(watched["place"])).drop("place").sort("at", "viewer", "title")
    )


def main(folder: Path) -> None:
    """Write ``views.parquet`` and ``titles.parquet`` into ``folder``."""
    rng = np.random.default_rng(3)
    shelf = titles(rng)
    views(shelf, rng).write_parquet(folder / "views.parquet", compression="zstd", compression_level=19)
    shelf.select("title", "words").write_parquet(folder / "titles.parquet", compression="zstd", compression_level=19)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
