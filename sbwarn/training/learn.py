"""One model, ready to be released: tried on later months, fitted on every mature row, calibrated.

The trials learn only from intervals that had ended before the months that they are tried on: the first gives the
figures and the observed rate of each class, all of them give the shape of the calibration. The released model learns
from every mature row, and its level is that of its own rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.releases.predict import HORIZONS
from sbwarn.training.calibrate import anchored, calibrate
from sbwarn.training.fit import Settings, fit, weights
from sbwarn.training.rows import Outcomes, hazard_rows, outcomes
from sbwarn.training.trial import Fold, Trial, curves_of, folds, levels_of, odds_of, trial, venn_of_trial

if TYPE_CHECKING:
    from collections.abc import Mapping

    import lightgbm

    from sbwarn.releases.calibration import Calibration
    from sbwarn.releases.record import LevelFacts
    from sbwarn.training.calibrate import Chosen
    from sbwarn.training.material import Material
    from sbwarn.training.rows import HazardRows

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A fitted and calibrated model, and the trial that stands for it on months that it had not seen."""

    settings: Settings
    booster: lightgbm.Booster
    kind: Chosen
    """Of calibration, and what each kind would have cost."""
    calibration: Calibration
    levels: tuple[LevelFacts, ...]
    folds: list[Fold]
    trial: lightgbm.Booster
    """Of the first fold: it learnt only from intervals over by the first tested month."""
    trial_calibration: Calibration
    """Fits the trial to what came: for classes and intervals, never for figures."""
    seen: Mapping[int, Outcomes | None]
    """By horizon, what became of the shops of the tested months."""


def learn(
    material: Material, settings: Settings, *, seed: int, progress: Progress = lambda _: None
) -> Learnt:
    """The model of one training.

    Args:
        material: What was public and mature by its month.
        settings: Of every fit.
        seed: Same material, settings and seed, same model.
        progress: Called with a word after each fit.

    Raises:
        InputError: too few crises to learn from.
    """
    names, rows = material.names, material.rows
    parts = folds(rows, material.split, learning=material.learning(settings.dropout, seed=seed))
    tries: list[Trial] = []
    for part in parts:
        tries.append(trial(part, names, settings, seed=seed))
        progress("trial")
    final = fit(material.learning(settings.dropout, seed=seed), names, settings, seed=seed)
    progress("refit")
    seen = outcomes_of(material)
    first, settled = tries[0].booster, _settled(material, tries[0].booster)
    kind, curves = curves_of(tries)
    level = anchored(curves, odds_of(final, rows), rows.interval, rows.happened)
    return Learnt(
        settings=settings,
        booster=final,
        kind=kind,
        calibration=replace(
            level, venn=venn_of_trial(first, settled, seen, np.array(weights(final)), seed=seed)
        ),
        levels=levels_of(first, settled, seen[6]),
        folds=parts,
        trial=first,
        trial_calibration=settled,
        seen=seen,
    )


def outcomes_of(material: Material) -> dict[int, Outcomes | None]:
    """By horizon, what became of the shops of the tested months."""
    return {
        horizon: outcomes(material.tested, material.events, horizon, material.helps) for horizon in HORIZONS
    }


def _settled(material: Material, first: lightgbm.Booster) -> Calibration:
    later: HazardRows = hazard_rows(material.tested, material.events)
    return calibrate(odds_of(first, later), later.interval, later.happened)
