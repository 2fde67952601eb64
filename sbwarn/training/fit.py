"""The model: LightGBM on interval hazards, the same booster for the same rows on any number of threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.releases.predict import refuse_fork

if TYPE_CHECKING:
    import lightgbm

    from sbwarn.training.rows import HazardRows

FIXED: Mapping[str, Any] = {
    "objective": "binary",
    "bagging_freq": 1,
    "max_bin": 127,
    # Column-wise histograms add in one order; row-wise ones give another model for another number of threads.
    "force_col_wise": True,
    "deterministic": True,
    "verbose": -1,
}
"""What no search may change. No class weights: they would bend the probabilities that they are meant to sharpen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything beside data and seed that decides a model."""

    trees: int = 300
    leaves: int = 15
    learning_rate: float = 0.03
    rows_in_leaf: int = 200
    """Fewest rows in a leaf; fewer where the data are few."""
    features: float = 0.4
    """Share of the columns that each tree may look at."""
    bagging: float = 0.7
    """Share of the rows that each tree learns from."""
    l2: float = 10.0
    monotone: Mapping[str, int] = field(default_factory=dict)
    """Indicator → 1 if the hazard may never fall as it rises, −1 if it may never rise."""
    dropout: float = 0.1
    """Share of the shops from whose rows each table that a city may lack is taken away while learning."""

    def for_lightgbm(self, names: Sequence[str], rows: int) -> dict[str, Any]:
        """The same in LightGBM's words.

        >>> Settings(monotone={"debt": 1}).for_lightgbm(["debt", "sales"], 40_000)["monotone_constraints"]
        [1, 0, 0]
        """
        settings = {
            **FIXED,
            "num_leaves": self.leaves,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": max(20, min(self.rows_in_leaf, rows // 200)),
            "feature_fraction": self.features,
            "bagging_fraction": self.bagging,
            "lambda_l2": self.l2,
        }
        if any(self.monotone.values()):
            # One more than the indicators: the interval, which may go either way.
            settings["monotone_constraints"] = [*(self.monotone.get(name, 0) for name in names), 0]
            # "basic" gives up more than it need; "advanced" broke 73 of 100,000 pairs on the Texas receipts, this none.
            settings["monotone_constraints_method"] = "intermediate"
        return settings


DEFAULT = Settings()
OLD_WORDS = {
    "leaves": "num_leaves",
    "rows_in_leaf": "min_data_in_leaf",
    "features": "feature_fraction",
    "bagging": "bagging_fraction",
    "l2": "lambda_l2",
}
"""Settings as releases of protocol 1 called them."""


def settings_of(parameters: Mapping[str, Any]) -> Settings:
    """The settings that a release was fitted with, also one of protocol 1, which knew neither directions nor dropout.

    >>> settings_of({"num_leaves": 7, "trees": 300}).leaves
    7
    """
    was_one = "num_leaves" in parameters
    names = {name: OLD_WORDS.get(name, name) if was_one else name for name in Settings.__slots__}
    found = {name: parameters[old] for name, old in names.items() if old in parameters}
    return Settings(**{**({"dropout": 0.0} if was_one else {}), **found})


FEWEST_EVENTS = 30
"""Crises without which nothing is learnt."""


def fit(
    rows: HazardRows, names: Sequence[str], settings: Settings = DEFAULT, *, seed: int
) -> lightgbm.Booster:
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
    weight = None if (rows.weight == 1.0).all() else rows.weight
    data = lightgbm.Dataset(
        table, rows.happened, weight=weight, feature_name=[*names, "interval"], free_raw_data=True
    )
    booster: lightgbm.Booster = lightgbm.train(
        {**settings.for_lightgbm(names, len(table)), "seed": seed}, data, num_boost_round=settings.trees
    )
    return booster


def weights(booster: lightgbm.Booster) -> tuple[float, ...]:
    """Share of the gain that each indicator brought, without the interval; sums to 1."""
    gain = np.asarray(booster.feature_importance("gain"), dtype=float)[:-1]
    total = gain.sum()
    return tuple(float(each) for each in (gain / total if total > 0 else np.full(len(gain), 1 / len(gain))))
