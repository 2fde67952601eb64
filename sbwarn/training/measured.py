"""Everything that is measured of a candidate beside its ladder: warnings, burden, segments, missing tables, leaks, seeds.

All of it on months that the trial had not seen. The alert is the class "alert" of the trial's own classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.figures.burden import burden_figures
from sbwarn.figures.fairness import fairness_figures
from sbwarn.figures.leadtime import lead_figures
from sbwarn.figures.segments import ages, depths, segment_figures, sizes, worst
from sbwarn.releases.predict import risks
from sbwarn.releases.record import Figure
from sbwarn.scoring.record import LEVELS
from sbwarn.training.lacking import without_each_table
from sbwarn.training.leakage import permuted, planted
from sbwarn.training.rows import Outcomes, outcomes
from sbwarn.training.seeds import seeds
from sbwarn.training.trial import SIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from sbwarn.training.learn import Learnt
    from sbwarn.training.material import Material

ALERT = LEVELS.index("alert")
DRAWS = 100
"""Resamples of the bootstrap of a segment: there are many."""


def measured(
    material: Material, learnt: Learnt, *, seed: int, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Figure]:
    """Figures by flat name, as `Release.measures` has them; what cannot be measured is not there.

    Args:
        material: Of the training.
        learnt: Its model.
        seed: Of bootstraps, shuffles and fits.
        progress: Called with a word after each part.
    """
    found = warnings_of(material, learnt, seed=seed)
    progress("warnings")
    if (six := learnt.seen[6]) is not None:
        found |= segments_of(learnt, six, seed=seed)
        progress("segments")
    found |= without_each_table(learnt.trial, material.facts, learnt.seen[6], seed=seed)
    progress("missing tables")
    fold, names = learnt.folds[0], material.names
    found["permuted/auc"] = permuted(fold, names, learnt.settings, seed=seed)
    found["planted/auc"] = planted(fold, names, learnt.settings, seed=seed)
    progress("leaks")
    found["seeds/spread"] = seeds(fold, learnt.seen[6], names, learnt.settings, seed=seed, first=learnt.trial)
    progress("seeds")
    return {name: figure for name, figure in found.items() if figure.n}


def warnings_of(material: Material, learnt: Learnt, *, seed: int) -> dict[str, Figure]:
    """Lead time over every month up to the last crisis that is known for good, burden over those six months old."""
    found: dict[str, Figure] = {}
    if (watched := outcomes(material.tested, material.events, 1)) is not None:
        found |= lead_figures(_alerts(learnt, watched), watched.month, watched.shop, watched.event, seed=seed)
    if (six := learnt.seen[6]) is not None:
        found |= burden_figures(
            _alerts(learnt, six), six.happened.astype(float), six.month, six.shop, six.event, seed=seed
        )
    return found


def segments_of(learnt: Learnt, six: Outcomes, *, seed: int) -> dict[str, Figure]:
    """Discrimination and level of each segment, the worst one, and whether alerts fall evenly."""
    risk, happened = _risk(learnt, six), six.happened.astype(float)
    parts = {
        "industry": six.about.industry,
        "district": six.about.district,
        "size": sizes(six.about.size, six.month),
        "age": ages(six.about.months_open),
        "depth": depths(six.about.depth),
    }
    found: dict[str, Figure] = {}
    for dimension, segment in parts.items():
        found |= segment_figures(
            risk, happened, six.shop, segment, dimension=dimension, seed=seed, draws=DRAWS
        )
    found |= worst(found)
    for dimension in ("industry", "district"):
        found |= fairness_figures(
            _alerts(learnt, six),
            happened,
            six.shop,
            parts[dimension],
            dimension=dimension,
            seed=seed,
            draws=DRAWS,
        )
    return found


def _alerts(learnt: Learnt, seen: Outcomes) -> np.ndarray:
    return _risk(learnt, seen) >= learnt.levels[ALERT].lower


def _risk(learnt: Learnt, seen: Outcomes) -> np.ndarray:
    """Six-month risk of each row, as the trial sees it."""
    return risks(learnt.trial, learnt.trial_calibration, seen.values)[1][:, SIX]
