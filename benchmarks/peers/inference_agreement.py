"""The same questions put to scipy, statsmodels and tea-tasting; prints their answers. Runs in their environment."""

from __future__ import annotations

import json
import sys
import warnings

import mpmath as mp
import numpy as np
import pandas as pd
import tea_tasting as tt
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW


def effect(result: object) -> dict[str, float]:
    return {
        "estimate": result.effect_size,
        "low": result.effect_size_ci_lower,
        "high": result.effect_size_ci_upper,
        "p": result.pvalue,
    }


def means(y: np.ndarray, on: np.ndarray) -> dict[str, float]:
    compared = CompareMeans(DescrStatsW(y[on]), DescrStatsW(y[~on]))
    low, high = compared.tconfint_diff(usevar="unequal")
    return {
        "estimate": y[on].mean() - y[~on].mean(),
        "low": low,
        "high": high,
        "p": compared.ttest_ind(usevar="unequal")[1],
    }


def score_ends(counts: list[int]) -> dict[str, float]:
    """Ends of the score interval for a difference of proportions, the likelihood maximised in 40 digits."""
    mp.mp.dps = 40
    x1, n1, x0, n0 = map(mp.mpf, counts)
    apart, critical = x1 / n1 - x0 / n0, mp.sqrt(2) * mp.erfinv(mp.mpf("0.95"))

    def z(at: mp.mpf) -> mp.mpf:
        def slope(q: mp.mpf) -> mp.mpf:
            return x0 / q - (n0 - x0) / (1 - q) + x1 / (q + at) - (n1 - x1) / (1 - q - at)

        tiny = mp.mpf("1e-12")
        ends = max(tiny, tiny - at), min(1, 1 - at) - tiny
        q = mp.findroot(slope, ends, solver="bisect", tol=1e-30, maxsteps=300, verify=False)
        spread = ((q + at) * (1 - q - at) / n1 + q * (1 - q) / n0) * (n0 + n1) / (n0 + n1 - 1)
        return (apart - at) / mp.sqrt(spread)

    wald = mp.sqrt(x1 * (n1 - x1) / n1**3 + x0 * (n0 - x0) / n0**3)
    low, high = (
        mp.findroot(
            lambda at, sign=sign: z(at) + sign * critical,
            (apart + sign * wald, apart + sign * 3 * wald),
            solver="anderson",
            tol=1e-30,
        )
        for sign in (-1, 1)
    )
    return {"low": low, "high": high}


def answers(columns: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    on, y, clicks = columns["arm"] == 1, columns["y"], columns["clicks"]
    frame = pd.DataFrame({**columns, "arm": columns["arm"].astype(int)})
    asked = tt.Experiment(
        mean=tt.Mean("y"), ratio=tt.RatioOfMeans("y", "size"), cuped=tt.Mean("y", "before"), variant="arm"
    )
    tea = asked.analyze(frame)
    counts = [int(clicks[on].sum()), int(on.sum()), int(clicks[~on].sum()), int((~on).sum())]
    low, high = confint_proportions_2indep(*counts, method="score", compare="diff", correction=True)
    score = test_proportions_2indep(*counts, method="score", compare="diff", correction=True)
    welch = stats.ttest_ind(y[on], y[~on], equal_var=False)
    ends = welch.confidence_interval(0.95)
    split = [counts[3], counts[1]]
    return {
        "mean, tea-tasting": effect(tea["mean"]),
        "mean, statsmodels": means(y, on),
        "mean, scipy": {"low": ends.low, "high": ends.high, "p": welch.pvalue},
        "ratio, tea-tasting": effect(tea["ratio"]),
        "cuped, tea-tasting": effect(tea["cuped"]),
        "proportion, statsmodels": {"estimate": score.diff, "p": score.pvalue},
        "proportion, 40 digits": score_ends(counts),
        "proportion, statsmodels' ends": {"low": low, "high": high},
        "sample ratio, scipy": {"p": stats.chisquare(split).pvalue},
        "sample ratio, tea-tasting": {
            "p": tt.SampleRatio(method="norm", correction=False).analyze(frame, 0, 1, "arm").pvalue
        },
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    data = np.load(sys.argv[1])
    names = sorted({key.partition("/")[0] for key in data.files})
    print(
        json.dumps(
            {
                name: {
                    what: {key: float(value) for key, value in said.items()}
                    for what, said in answers(
                        {key.partition("/")[2]: data[key] for key in data.files if key.startswith(name + "/")}
                    ).items()
                }
                for name in names
            }
        )
    )
