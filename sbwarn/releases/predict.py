"""One hazard, three horizons: from a booster's log-odds to risks that agree with each other.

The model gives the hazard of each interval ahead (months 1–3, 4–6, 7–12), given that the shop came through the ones
before. The risk within a horizon is 1 − Π(1 − hazard): it cannot fall as the horizon grows.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.errors import StoreError
from sbwarn.messages import say

if TYPE_CHECKING:
    import lightgbm

    from sbwarn.releases.calibration import Calibration

INTERVALS = ((0, 3), (3, 6), (6, 12))
"""Months ahead: each interval begins after the first number and ends with the second."""
HORIZONS = tuple(end for _, end in INTERVALS)
FEW = 64
"""Rows up to which starting threads costs more than it brings."""
_BORN = os.getpid()


def log_odds(booster: lightgbm.Booster, values: np.ndarray) -> np.ndarray:
    """Raw log-odds of the hazard, shops × intervals.

    Args:
        booster: Trained on the columns of `values` and the interval's number behind them.
        values: Shops × indicators, NaN = unknown.
    """
    refuse_fork()
    count, many = len(values), len(INTERVALS)
    rows = np.empty((count * many, values.shape[1] + 1))
    rows[:, :-1] = np.repeat(values, many, axis=0)
    rows[:, -1] = np.tile(np.arange(many, dtype=float), count)
    raw = booster.predict(rows, raw_score=True, num_threads=threads_for(len(rows)), validate_features=False)
    return np.asarray(raw, dtype=float).reshape(count, many)


def risks(
    booster: lightgbm.Booster, calibration: Calibration, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Hazards (shops × intervals) and risks (shops × horizons), both calibrated."""
    hazards = calibration.hazards(log_odds(booster, values))
    return hazards, within(hazards)


def within(hazards: np.ndarray) -> np.ndarray:
    """Risk within 3, 6 and 12 months from the hazards of the intervals.

    >>> within(np.array([[0.1, 0.1, 0.2]])).round(3).tolist()
    [[0.1, 0.19, 0.352]]
    """
    return 1.0 - np.cumprod(1.0 - hazards, axis=1)


def threads_for(rows: int) -> int:
    """One thread for a few rows, else as many as LightGBM likes."""
    return 1 if rows <= FEW else 0


def refuse_fork() -> None:
    """LightGBM hangs in a forked child once its threads have run, even where it only loads a model: say so instead.

    Raises:
        StoreError: this process was forked after this module was loaded.
    """
    if os.getpid() != _BORN:
        raise StoreError(say("errors.forked"))
