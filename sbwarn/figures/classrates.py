"""What a class has meant: the share of its shops that had a crisis, beside the risk that they had been told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sbwarn.figures.evaluate import DRAWS
from sbwarn.figures.resample import figure_of, ratio, resample
from sbwarn.releases.record import Figure
from sbwarn.scoring.record import LEVELS


def class_figures(
    risk: np.ndarray,
    level: np.ndarray,
    happened: np.ndarray,
    shop: np.ndarray,
    *,
    seed: int,
    names: Sequence[str] = LEVELS,
    draws: int = DRAWS,
) -> dict[str, Figure]:
    """`class/<level>/rate`, the observed rate with the wider of Wilson's interval and that of a bootstrap over shops,
    and `class/<level>/mean_risk`; a class without rows is left out.

    Args:
        risk: Forecasts in [0, 1].
        level: Number of each row's class, 0 the least risky.
        happened: 1.0, 0.0, or NaN where the outcome is not known: such rows are left out.
        shop: Whose row it is.
        seed: Of the bootstrap over shops.
        names: Of the classes.
        draws: Bootstrap resamples.
    """
    told = ~np.isnan(happened)
    if not told.any():
        return {}
    risk, level, happened, shop = risk[told], level[told], happened[told] == 1.0, shop[told]
    drawn = resample(shop, seed=seed, draws=draws)
    found: dict[str, Figure] = {}
    for number, name in enumerate(names):
        which = level == number
        if which.any():
            rate = drawn.share(happened, which)
            mean = ratio(drawn.sums(risk * which), drawn.sums(which))
            found[f"class/{name}/rate"] = rate
            found[f"class/{name}/mean_risk"] = figure_of(mean, n=rate.n, events=rate.events)
    return found
