"""The model: LightGBM on interval hazards, the same booster for the same rows on any number of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.releases.predict import refuse_fork

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm

    from sbwarn.training.rows import HazardRows

TREES = 300
PARAMETERS: Mapping[str, Any] = {
    "objective": "binary",
    "num_leaves": 15,
    "learning_rate": 0.03,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 127,
    # Column-wise histograms add in one order; row-wise ones give another model for another number of threads.
    "force_col_wise": True,
    "deterministic": True,
    "verbose": -1,
}
FEWEST_EVENTS = 30
"""Crises without which nothing is learnt."""


def fit(rows: HazardRows, names: Sequence[str], *, seed: int, trees: int = TREES) -> lightgbm.Booster:
    """A booster over the indicators and, behind them, the number of the interval.

    Raises:
        InputError: too few crises to learn from.
    """
    import lightgbm

    refuse_fork()
    crises = int(rows.happened.sum())
    if crises < FEWEST_EVENTS:
        raise InputError(say("errors.few_events", got=crises, wanted=FEWEST_EVENTS))
    table = np.column_stack([rows.values, rows.interval.astype(float)])
    leaf = max(20, min(int(PARAMETERS["min_data_in_leaf"]), len(table) // 200))
    data = lightgbm.Dataset(table, rows.happened, feature_name=[*names, "interval"], free_raw_data=True)
    settings = {**PARAMETERS, "min_data_in_leaf": leaf, "seed": seed}
    booster: lightgbm.Booster = lightgbm.train(settings, data, num_boost_round=trees)
    return booster


def weights(booster: lightgbm.Booster) -> tuple[float, ...]:
    """Share of the gain that each indicator brought, without the interval; sums to 1."""
    gain = np.asarray(booster.feature_importance("gain"), dtype=float)[:-1]
    total = gain.sum()
    return tuple(float(each) for each in (gain / total if total > 0 else np.full(len(gain), 1 / len(gain))))
