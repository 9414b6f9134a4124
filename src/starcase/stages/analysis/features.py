"""Find suspect features: those that reveal the outcome, and categories that differ between parts of the log."""

from __future__ import annotations

import numpy as np
import polars as pl

from starcase.evidence import Figure
from starcase.evidence.records import Finding, Question
from starcase.stages.analysis.log_table import FloatArray, Table

STRONG = 0.5
FOLDS, FEWEST = 5, 2
UNLIKE = 0.5


def find_leaking_feature(table: Table, *, seed: int) -> tuple[list[Question], list[Finding]]:
    """Find a feature that by itself orders outcomes well, and better than a model of all the others together.

    Check when such a feature is known: a value that an analytics tool computes from the purchase is no feature of
    the visit. The result of all features is reported with it and without it.
    """
    numbers = [name for name in table.spec.features if table.rows[name].dtype.is_numeric()]
    outcome, n = table.outcome, len(table)
    if len(numbers) < FEWEST or min(outcome.sum(), n - outcome.sum()) < FOLDS:
        return [], []
    alone = {name: abs(2 * _compute_auc(table.rows[name].cast(pl.Float64).to_numpy(), outcome) - 1) for name in numbers}
    ranked = sorted(alone, key=lambda name: -alone[name])
    first, rest = ranked[0], [name for name in numbers if name != ranked[0]]
    others = 2 * _estimate_auc(table, rest, seed) - 1
    figures = (
        *(Figure(name=f"alone, {name}", value=alone[name], unit="Gini", n=n) for name in ranked[:3]),
        Figure(name="all features", value=2 * _estimate_auc(table, numbers, seed) - 1, unit="Gini", n=n),
        Figure(name=f"all without {first}", value=others, unit="Gini", n=n),
    )
    if alone[first] < STRONG or alone[first] < others:
        return [Question(question="features", part=table.part, figures=figures)], []
    told = Finding(
        severity="warning",
        where=f"{table.spec.path}, {first}",
        what=f"{first} alone orders outcomes with Gini {alone[first]:.2f}, all others together with {others:.2f}",
        mend="check when it is known; if it is computed from the outcome, leave it out of `features`",
    )
    said = f"{first} may be computed from the outcome: use the figures without it"
    return [Question(question="features", part=table.part, figures=figures, said=said)], [told]


def check_category_agreement(table: Table) -> tuple[tuple[Figure, ...], list[Finding]]:
    """Compute for each categorical feature the share of rows whose value occurs in every part; warn where it is low.

    Parts are the policies, or an earlier and a later half where there are none. Where no value agrees, a hash or a code
    has another meaning in each part; a model joined on it is silently wrong.
    """
    parts = _split_parts(table)
    figures: list[Figure] = []
    findings: list[Finding] = []
    for name in table.spec.features if len(parts) >= FEWEST else ():
        if table.rows[name].dtype.is_numeric() or table.rows[name].dtype == pl.Boolean:
            continue
        shared = _measure_overlap([one.rows[name].cast(pl.String) for one in parts])
        figures.append(
            Figure(name=f"{name}: rows whose value all parts know", value=shared, unit="share", n=len(table))
        )
        findings += _find_disagreement(name, shared, table.spec.path)
    return tuple(figures), findings


def _find_disagreement(name: str, shared: float, path: str) -> list[Finding]:
    if shared >= UNLIKE:
        return []
    return [
        Finding(
            severity="error" if shared == 0 else "warning", where=f"{path}, {name}",
            what=f"{shared:.0%} of the values of {name} occur in every part of the log",
            mend="codes or hashes seem to differ between parts: map them to one coding, or leave the feature out",
        )
    ]  # fmt: skip


def _split_parts(table: Table) -> list[Table]:
    if table.spec.policy:
        return list(table.parts(table.spec.policy))
    half = len(table) // 2
    ordered = table.rows.sort(table.spec.time, maintain_order=True) if table.spec.time else table.rows
    return [Table(table.spec, rows) for rows in (ordered[:half], ordered[half:]) if rows.height]


def _measure_overlap(parts: list[pl.Series]) -> float:
    known = set.intersection(*(set(one.drop_nulls().to_list()) for one in parts))
    rows = sum(one.len() - one.null_count() for one in parts)
    return sum(int(one.is_in(list(known)).sum()) for one in parts) / rows if rows else 1.0


def _compute_auc(scores: FloatArray, outcome: FloatArray) -> float:
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 - loaded when features are looked at

    return float(roc_auc_score(outcome, np.nan_to_num(scores)))


def _estimate_auc(table: Table, names: list[str], seed: int) -> float:
    """Estimate the cross-validated area under the ROC curve of a logistic regression on logarithms."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    raw = table.rows.select(pl.col(names).cast(pl.Float64)).fill_null(0.0).to_numpy()
    x = np.sign(raw) * np.log1p(np.abs(raw))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    told = cross_val_predict(
        make_pipeline(StandardScaler(), LogisticRegression()), x, table.outcome, cv=folds, method="predict_proba"
    )
    return _compute_auc(told[:, 1], table.outcome)
