"""Trials: models that are tried on months later than all they learnt from, and what the release takes from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.releases.predict import HORIZONS, log_odds, risks
from sbwarn.releases.record import LevelFacts
from sbwarn.releases.venn import NOTHING
from sbwarn.scoring.panel import FEWEST_MONTHS, LEAST, grades, known_share
from sbwarn.scoring.record import LEVELS
from sbwarn.tables.wilson import wilson
from sbwarn.training.calibrate import Chosen, Seen, calibrate, choose
from sbwarn.training.fit import Settings, fit
from sbwarn.training.rows import joined
from sbwarn.training.venn import venn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm

    from sbwarn.releases.calibration import Calibration
    from sbwarn.releases.venn import Venn
    from sbwarn.training.rows import HazardRows, Outcomes
    from sbwarn.training.split import Split

LEVEL_SHARES = (0.0, 0.5, 0.75, 0.9, 0.97)
"""Share of the shops below each class: half are normal, three in a hundred severe."""
SIX = HORIZONS.index(6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """One origin: the rows whose answers were over by then, and those of the months from then on."""

    origin: int
    earlier: HazardRows
    later: HazardRows


@dataclass(frozen=True, slots=True)
class Trial:
    """A model and the rows that it was tried on, all later than the ones that it learnt from."""

    booster: lightgbm.Booster
    rows: HazardRows
    log_odds: np.ndarray
    """Of each row's own interval."""


def folds(rows: HazardRows, chosen: Split, learning: HazardRows | None = None) -> list[Fold]:
    """A fold from each origin of the split, oldest first.

    Args:
        rows: What the models are tried on.
        chosen: The split.
        learning: What they learn from, if it is not the same: row by row the same shops, months and intervals.
    """
    taught = rows if learning is None else learning
    ends = (*chosen.origins[1:], chosen.last + 1)
    return [
        Fold(
            origin=origin,
            earlier=taught.where(taught.ends <= origin),
            later=rows.where((rows.month >= origin) & (rows.month < until)),
        )
        for origin, until in zip(chosen.origins, ends, strict=True)
    ]


def trial(fold: Fold, names: Sequence[str], settings: Settings, *, seed: int) -> Trial:
    """The model of one fold, tried on its later rows."""
    booster = fit(fold.earlier, names, settings, seed=seed)
    return Trial(booster, fold.later, odds_of(booster, fold.later))


def curves_of(trials: Sequence[Trial]) -> tuple[Chosen, Calibration]:
    """The kind of calibration that the later months of the trials ask for, fitted on all of them."""
    seen = [Seen.of(each.rows, each.log_odds) for each in trials]
    kind = choose(seen)
    every = joined([each.rows for each in trials])
    odds = np.concatenate([each.log_odds for each in trials])
    return kind, calibrate(odds, every.interval, every.happened, kind=kind.kind)


def odds_of(booster: lightgbm.Booster, rows: HazardRows) -> np.ndarray:
    """The log-odds of each row's own interval."""
    return np.asarray(log_odds(booster, rows.values)[np.arange(len(rows.interval)), rows.interval])


def venn_of_trial(
    booster: lightgbm.Booster,
    calibration: Calibration,
    seen: Mapping[int, Outcomes | None],
    weight: np.ndarray,
    *,
    seed: int,
) -> tuple[Venn, ...]:
    """By horizon, how sure a risk is; no interval where no outcome is mature.

    Args:
        booster: Of the trial.
        calibration: That fits it to what came.
        seen: By horizon, what became of the shops of the tested months.
        weight: Of each indicator in the released model: what is known of a shop weighs there.
        seed: Of the resamples.
    """
    made = []
    for column, horizon in enumerate(HORIZONS):
        outcome = seen[horizon]
        if outcome is None:
            made.append(NOTHING)
            continue
        known = known_share(outcome.values, weight)
        told = (known >= LEAST) & (outcome.about.depth >= FEWEST_MONTHS)
        mine, grade = outcome.where(told), grades(known[told])
        risk = risks(booster, calibration, mine.values)[1][:, column]
        made.append(venn(risk, mine.happened, mine.shop, grade, seed=seed))
    return tuple(made)


def levels_of(
    booster: lightgbm.Booster, calibration: Calibration, outcome: Outcomes | None
) -> tuple[LevelFacts, ...]:
    """Classes by share of the shops, with what happened in each; without six-month outcomes the classes of chance."""
    risk = risks(booster, calibration, outcome.values)[1][:, SIX] if outcome else np.linspace(0.0, 1.0, 101)
    lower = np.quantile(risk, LEVEL_SHARES)
    lower[0] = 0.0
    level = np.searchsorted(lower, risk, side="right") - 1
    count = np.bincount(level, minlength=len(LEVELS)) if outcome else np.zeros(len(LEVELS), dtype=int)
    events = (
        np.bincount(level, weights=outcome.happened, minlength=len(LEVELS))
        if outcome
        else np.zeros(len(LEVELS))
    )
    low, high = wilson(events, count)
    return tuple(
        LevelFacts(
            level=name,
            lower=float(lower[place]),
            observed_rate=float(events[place] / count[place]) if count[place] else float("nan"),
            low=float(low[place]),
            high=float(high[place]),
            n=int(count[place]),
        )
        for place, name in enumerate(LEVELS)
    )
