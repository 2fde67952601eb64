"""Seeds: how much a model's discrimination moves when nothing but the seed of its learning changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.figures.evaluate import difference
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import risks
from sbwarn.releases.record import Figure
from sbwarn.training.fit import fit
from sbwarn.training.leakage import UNTOLD, area_within
from sbwarn.training.trial import SIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    import lightgbm

    from sbwarn.training.fit import Settings
    from sbwarn.training.rows import Outcomes
    from sbwarn.training.trial import Fold

SEEDS = 5
"""Fits that are compared."""


def seeds(
    fold: Fold,
    seen: Outcomes | None,
    names: Sequence[str],
    settings: Settings,
    *,
    seed: int,
    first: lightgbm.Booster | None = None,
) -> Figure:
    """Largest less smallest AUC at six months of the trial under five seeds, all on the same rows.

    Args:
        fold: Of the trial.
        seen: What became of the shops of later months within six months; None: nothing can be said.
        names: Of the indicators.
        settings: Of every fit.
        seed: The first of the five.
        first: The trial under the first seed, if it is there already: one fit less.

    Returns:
        The spread, with the 95 % interval (bootstrap over shops) of the gap between the best and the worst seed; NaN
        where nothing can be said.
    """
    if seen is None or not seen.happened.any() or seen.happened.all():
        return UNTOLD
    boosters = [] if first is None else [first]
    boosters += [
        fit(fold.earlier, names, settings, seed=each) for each in range(seed + len(boosters), seed + SEEDS)
    ]
    forecasts = [risks(booster, PLAIN, seen.values)[1][:, SIX] for booster in boosters]
    together = np.zeros(len(seen.happened), dtype=int)
    areas = [area_within(risk, seen.happened, together)[0] for risk in forecasts]
    best, worst = forecasts[int(np.argmax(areas))], forecasts[int(np.argmin(areas))]
    return difference(best, worst, seen.happened, seen.shop, seed=seed)["auc"]
