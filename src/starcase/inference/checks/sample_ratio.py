"""A test of the sample ratio at one look: does each arm have its planned share of the units?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc

from starcase.errors import DataError
from starcase.inference.checks.validity_finding import ValidityFinding

ALPHA = 0.001
EXACT_BELOW = 1_000
FEW = 5.0


def check_sample_ratio(counts: Sequence[int], shares: Sequence[float], *, alpha: float = ALPHA) -> ValidityFinding:
    """Test with Pearson's chi-square that units were assigned by the planned shares; exact for two small arms.

    A mismatch blocks: units are missing from one arm for a reason, and the rest are not comparable. For a look at every
    event take ``SampleRatio``, which stays valid.

    Args:
        counts: (k,) units seen in each arm, 0 or more.
        shares: (k,) planned shares, positive; they need not sum to 1.
        alpha: chance of a false alarm.

    Raises:
        DataError: counts or shares are none.

    Source: Fabijan et al. (2019), Diagnosing sample ratio mismatch in online controlled experiments, KDD.

    >>> check_sample_ratio([44_700, 45_489], [0.5, 0.5], alpha=0.01).sentence
    'Units do not follow the planned shares: 44700 : 45489 where 45094.5 : 45094.5 were expected (p = 0.0086).'
    """
    seen, planned = np.asarray(counts, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    if seen.ndim != 1 or seen.shape != planned.shape or seen.size < 2:  # noqa: PLR2004 - one arm has no ratio
        raise DataError("a ratio needs a count and a share for each of two or more arms", where=f"{counts}, {shares}")
    if not (np.isfinite(seen).all() and (seen >= 0).all() and (seen == np.round(seen)).all()):
        raise DataError("units are counted in whole numbers, 0 or more", where=f"{list(counts)}")
    if not (np.isfinite(planned).all() and (planned > 0).all()):
        raise DataError(
            "each planned share must be above 0", where=f"{list(shares)}", mend="drop arms with no planned units"
        )
    n = int(seen.sum())
    expected = n * planned / planned.sum()
    if seen.size == 2 and n < EXACT_BELOW:  # noqa: PLR2004 - two arms are one binomial
        from scipy.stats import binomtest  # noqa: PLC0415 - slow to import, and few commands ask

        p = float(binomtest(int(seen[0]), n, planned[0] / planned.sum()).pvalue) if n else 1.0
    elif expected.min() < FEW:
        p = 1.0
    else:
        p = float(chdtrc(seen.size - 1, float(((seen - expected) ** 2 / expected).sum())))
    few = seen.size > 2 and expected.min() < FEW  # noqa: PLR2004 - see above
    off = p < alpha
    said = "do not follow" if off else ("are too few to compare with" if few else "follow")
    return ValidityFinding(
        check="sample ratio",
        blocks=off,
        affected=round(float(np.abs(seen - expected).sum() / 2)),
        of=n,
        sentence=f"Units {said} the planned shares: {join_numbers(seen)} where {join_numbers(expected)} were expected "
        f"(p = {p:.2g}).",
        p_value=p,
    )


def join_numbers(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """Return the numbers joined as text."""
    return " : ".join(f"{number:.10g}" for number in np.round(numbers, 1))
