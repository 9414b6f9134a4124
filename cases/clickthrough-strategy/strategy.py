"""What the logs of clicks and sessions can say, and what they cannot.

python cases/clickthrough-strategy/strategy.py
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import polars as pl
from scipy.stats import norm

from starcase.errors import NotIdentifiable
from starcase.inference import OffPolicy, PolicyLog, doubly_robust, ips, snips, wilson

DATA = Path(__file__).parent / "data"
SHOWN = {"men": 34, "women": 46}
HOLD = 100.0


def by_position(shown: pl.DataFrame) -> pl.DataFrame:
    """Click-through by place in the slate: what stands first is clicked more, whatever it is."""
    return (
        shown.group_by("policy", "campaign", "position")
        .agg(rate=pl.col("click").mean(), n=pl.len())
        .sort("campaign", "policy", "position")
    )


def uniform_from(shown: pl.DataFrame, campaign: str) -> PolicyLog:
    """The log of the learning policy, asked how the uniform one would have done."""
    rows = shown.filter((pl.col("policy") == "bts") & (pl.col("campaign") == campaign))
    target = np.full(rows.height, 1.0 / SHOWN[campaign])
    return PolicyLog.of(reward=rows["click"], logged=rows["propensity"], target=target)


def truth(shown: pl.DataFrame, campaign: str) -> tuple[float, float, float]:
    """Click-through of the uniform policy, which served in the same week, with its 95 % interval."""
    clicks = shown.filter((pl.col("policy") == "random") & (pl.col("campaign") == campaign))["click"]
    found = wilson(int(clicks.sum()), clicks.len(), level=0.95)
    return found.estimate, found.low, found.high


def estimates(shown: pl.DataFrame, campaign: str) -> dict[str, OffPolicy]:
    """Three estimates side by side; raises NotIdentifiable where the log cannot carry one."""
    log = uniform_from(shown, campaign)
    rows = shown.filter((pl.col("policy") == "bts") & (pl.col("campaign") == campaign))
    expected, averaged = _modelled(rows, SHOWN[campaign])
    return {
        "inverse propensity": ips(log),
        "self-normalised": snips(log),
        "doubly robust": doubly_robust(log, expected=expected, expected_target=averaged),
    }


def _modelled(rows: pl.DataFrame, items: int) -> tuple[np.ndarray, np.ndarray]:
    """A smoothed rate of each item and place, learnt on the other half of the log: of what was shown, and of all."""
    half = np.arange(rows.height) % 2
    place, item = rows["position"].to_numpy() - 1, rows["item_id"].to_numpy()
    click = rows["click"].to_numpy().astype(np.float64)
    expected, averaged = np.empty(rows.height), np.empty(rows.height)
    for mine in (0, 1):
        other = half != mine
        base = click[other].mean()
        clicks, views = np.full((3, items), HOLD * base), np.full((3, items), HOLD)
        np.add.at(clicks, (place[other], item[other]), click[other])
        np.add.at(views, (place[other], item[other]), 1.0)
        rate, now = clicks / views, half == mine
        expected[now], averaged[now] = rate[place[now], item[now]], rate.mean(axis=1)[place[now]]
    return expected, averaged


def needed(base: float, lift: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Units in each arm to find a relative lift of a rate; two-sided, normal approximation.

    >>> needed(0.005, 0.3), needed(0.155, 0.15)
    (38937, 4057)
    """
    other = base * (1 + lift)
    both = base * (1 - base) + other * (1 - other)
    return int(np.ceil((norm.isf(alpha / 2) + norm.isf(1 - power)) ** 2 * both / (other - base) ** 2))


def main() -> None:
    """Print it all."""
    shown = pl.read_parquet(DATA / "impressions.parquet")
    sessions = pl.read_parquet(DATA / "sessions.parquet")
    for row in by_position(shown).iter_rows(named=True):
        click.echo("{campaign}, {policy}, place {position}: {rate:.2%} of {n:,}".format(**row))
    for campaign in SHOWN:
        rate, low, high = truth(shown, campaign)
        log = uniform_from(shown, campaign)
        click.echo(f"{campaign}: the uniform policy reached {rate:.2%} [{low:.2%}, {high:.2%}] when it served")
        click.echo(
            f"  mean weight {log.weights.mean():.2f}, largest {log.weights.max():,.0f}, worth {log.effective:,.0f}"
        )
        try:
            for name, found in estimates(shown, campaign).items():
                click.echo(f"  {name}: {found.value.estimate:.2%} [{found.value.low:.2%}, {found.value.high:.2%}]")
        except NotIdentifiable as refused:
            click.echo(f"  refused: {refused.what}; {refused.why}")
    bought = float(sessions["Revenue"].mean() or 0.0)
    click.echo(f"conversion: {bought:.1%} of {sessions.height:,} sessions")
    click.echo(f"a click-through of 0.5 % raised by 30 % needs {needed(0.005, 0.3):,} impressions an arm")
    click.echo(f"a conversion of {bought:.1%} raised by 15 % needs {needed(bought, 0.15):,} sessions an arm")


if __name__ == "__main__":
    main()
