"""Checks of the assignment: planned probabilities and covariate balance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr

from starcase.errors import DataError, NotComparable, NotIdentifiable
from starcase.inference.checks.row_checks import build_finding
from starcase.inference.checks.validity_finding import ValidityFinding
from starcase.inference.moments import Moments
from starcase.inference.units import encode_units

ALPHA = 0.001
NO_NEWS = 1e-10


def check_adaptive_assignment(share: npt.ArrayLike, stage: npt.ArrayLike) -> ValidityFinding:
    """Find rows assigned with a probability other than their stage's (as by a bandit); any such row blocks.

    Where what came before decides who gets what, arm means are biased and a plain test calls equal arms different far
    too often. Such a log is read off-policy, with the probability in force at each row (``ips``, ``doubly_robust``).

    Args:
        share: (n_rows,) probability with which the unit was assigned to the treatment at that moment, in [0, 1].
        stage: (n_rows,) the stage of a ramp in which it came, by number or name; one value where there was no ramp.

    Raises:
        DataError: lengths differ, or a probability is none.

    Source: Nie, Tian, Taylor & Zou (2018), Why adaptively collected data have negative bias, AISTATS.

    >>> check_adaptive_assignment([0.5, 0.5, 0.61, 0.5], [1, 1, 1, 1]).blocks
    True
    """
    given = np.asarray(share, dtype=np.float64)
    codes, stages = encode_units(stage)
    if given.shape != codes.shape or not ((given >= 0) & (given <= 1)).all():
        raise DataError(
            "each row has one probability in [0, 1] and one stage", where=f"{given.size}, {codes.size} rows"
        )
    usual = np.array([_find_most_frequent(given[codes == code]) for code in range(stages)])
    own = given != usual[codes] if given.size else np.zeros(0, dtype=bool)
    said = "were assigned with a probability of their own; read them off-policy, not as an experiment"
    return build_finding("adaptive assignment", own, 0.0, "rows", said)


def check_balance(
    known: Sequence[str], control: Moments, treatment: Moments, *, alpha: float = ALPHA
) -> ValidityFinding:
    """Test whether covariates known before exposure differ between the arms; a significant difference blocks.

    Chance assigns alike, so what was known beforehand, the covariates of CUPED among it, has the same means in both
    arms. Where it has not, the assignment is broken, or the column is not from before.

    Args:
        known: names of columns that were known before exposure.
        control: moments of the control arm.
        treatment: moments of the treatment arm.
        alpha: chance of a false alarm, over all columns together.

    Raises:
        NotComparable: the arms hold different columns.
        NotIdentifiable: an arm has fewer than two units, or no column is named.

    Source: Hansen & Bowers (2008), Covariate balance in simple, stratified and clustered comparative studies, Statist.
    Sci. 23 (joint test over columns).

    >>> def arm(shift): return Moments.from_columns({"age": np.arange(40) % 7 + shift, "visits": np.arange(40) % 3})
    >>> check_balance(("age", "visits"), arm(0), arm(3)).sentence
    'age differ between the arms before exposure (p = 1.3e-10): chance alone did not assign them.'
    """
    if control.names != treatment.names:
        raise NotComparable("the arms hold different columns", where=f"{control.names} and {treatment.names}")
    if not known:
        raise NotIdentifiable("no covariate known before exposure is given")
    places = [control.index(name) for name in known]
    error = control.covariances(known) / control.n + treatment.covariances(known) / treatment.n
    apart = (treatment.origin - control.origin)[places] + (treatment.offset - control.offset)[places]
    size = np.sqrt(np.maximum(error.diagonal(), 0.0))
    varies = size > 0
    z = np.divide(apart, size, out=np.where(apart == 0, 0.0, np.inf), where=varies)
    some = z[varies]
    correlation = error[varies][:, varies] / np.outer(size[varies], size[varies])
    joint = float(some @ np.linalg.pinv(correlation, rcond=NO_NEWS, hermitian=True) @ some) if some.size else 0.0
    fixed = bool(np.isinf(z).any())
    p_value = 0.0 if fixed else float(chdtrc(int(varies.sum()), joint)) if some.size else 1.0
    off = p_value < alpha
    beyond = [name for name, one in zip(known, z, strict=True) if 2 * float(ndtr(-abs(one))) < alpha]
    said = f"{' and '.join(beyond) or 'columns together'} differ between the arms before exposure"
    return ValidityFinding(
        check="imbalance before exposure",
        blocks=off,
        affected=len(beyond) if off else 0,
        of=len(known),
        sentence=f"{said} (p = {p_value:.2g}): chance alone did not assign them."
        if off
        else f"The arms were alike before exposure in {', '.join(known)} (p = {p_value:.2g}).",
        p_value=p_value,
    )


def _find_most_frequent(values: npt.NDArray[np.float64]) -> float:
    found, times = np.unique(values, return_counts=True)
    return float(found[times.argmax()])
