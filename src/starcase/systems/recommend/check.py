"""The check record: size and span of the data, cold users and items, and warnings."""

from __future__ import annotations

import numpy as np
import polars as pl

from starcase.evidence.figure import Figure
from starcase.evidence.records import CheckRecord, Finding
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.options import DISCOVERY, REPEAT
from starcase.tables.clock import DAY

FEW_USERS = 200
SELDOM = 0.01
MUCH_COLD = 0.5


def build_check_record(rows: Interactions, outcomes: pl.DataFrame, task: str) -> CheckRecord:
    """The check record of a case's interactions.

    Args:
        rows: the interactions as read.
        outcomes: what users took in the last fifth of the data, as the contest will measure it.
        task: whether an item may be recommended again.
    """
    n, asked = len(rows), outcomes.height
    cold = int(outcomes["cold"].sum())
    evaluable = outcomes.filter((pl.col("past") > 0) & (pl.col("targets").list.len() > 0)).height
    taken = int(outcomes["outcome"].sum()) + cold
    pairs = np.unique(rows.user * len(rows.items) + rows.item).size
    newcomers = outcomes.filter(pl.col("past") == 0).height
    figures = (
        Figure(name="interactions", value=n, unit="count"),
        Figure(name="users", value=len(rows.users), unit="count", n=n),
        Figure(name="items", value=len(rows.items), unit="count", n=n),
        Figure(name="baskets", value=int(rows.basket[-1]) + 1, unit="count", n=n),
        Figure(name="span", value=(int(rows.at[-1]) - int(rows.at[0])) / DAY, unit="days", n=n),
        Figure(name="interactions that repeat an earlier one", value=1 - pairs / n, unit="share", n=n),
        Figure(name="items in the catalogue at the last cut", value=int(outcomes["catalogue"][0]), unit="count"),
        Figure(name="users asked after the last cut", value=asked, unit="count"),
        Figure(name="users who can be evaluated", value=evaluable, unit="count", n=asked),
        Figure(name="cold users", value=newcomers / asked, unit="share", n=asked),
        Figure(name="cold items among those taken", value=cold / max(1, taken), unit="share",
               n=taken),
    )  # fmt: skip
    findings = (*rows.findings, *_check_task(task, 1 - pairs / n), *_check_sizes(evaluable, newcomers, asked))
    return CheckRecord(fingerprint=rows.fingerprint, figures=figures, findings=findings)


def _check_task(task: str, repeated: float) -> tuple[Finding, ...]:
    if task != REPEAT or repeated >= SELDOM:
        return ()
    what = f"only {repeated:.1%} of the interactions repeat an item, but the task allows repeats"
    mend = (
        f'write `task = "{DISCOVERY}"` under [options] and name its metric as objective: known items are then left out'
    )
    return (Finding(severity="warning", where="[options]", what=what, mend=mend),)


def _check_sizes(evaluable: int, newcomers: int, asked: int) -> tuple[Finding, ...]:
    found = []
    if evaluable < FEW_USERS:
        what = f"{evaluable} users can be evaluated: most differences will not be shown"
        mend = "use more history; with so few users a winner is unlikely"
        found.append(Finding(severity="warning", where="the last fifth", what=what, mend=mend))
    if newcomers > MUCH_COLD * asked:
        what = f"{newcomers} of {asked} users of the last fifth have no earlier interactions"
        mend = "compare the fallback for new users first: it matters more here than the models"
        found.append(Finding(severity="warning", where="the last fifth", what=what, mend=mend))
    return tuple(found)
