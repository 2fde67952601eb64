"""The forecasts that ours has to beat."""

import numpy as np
import pytest

from sbwarn.errors import SettingError
from sbwarn.indicators.build import named
from sbwarn.training.baselines import MOMENTUM, momentum, plain_lags, rungs
from sbwarn.training.fit import Settings
from sbwarn.training.rows import LAGS, HazardRows

NAMES = ("sales_mom", MOMENTUM, "rent_per_m2")
COLUMN = NAMES.index(MOMENTUM)
FEW_TREES = Settings(trees=30)


def rows_of(values: np.ndarray, happened: np.ndarray, lags: np.ndarray | None = None) -> HazardRows:
    count = len(happened)
    return HazardRows(
        values=values,
        interval=np.arange(count) % 3,
        happened=happened.astype(float),
        month=np.zeros(count, dtype=int),
        shop=np.array([f"S{number:05d}" for number in range(count)]),
        lags=np.ones((count, LAGS)) if lags is None else lags,
        helped=np.zeros(count, dtype=bool),
        weight=np.ones(count),
    )


def test_momentum_calls_the_deepest_fall_the_riskiest():
    values = np.full((3, len(NAMES)), np.nan)
    values[:, COLUMN] = [0.1, -0.6, -0.2]

    assert np.argsort(-momentum(values, NAMES)).tolist() == [1, 2, 0]


def test_momentum_puts_a_shop_of_unknown_past_in_the_middle():
    values = np.full((4, len(NAMES)), np.nan)
    values[:, COLUMN] = [0.1, np.nan, -0.6, -0.2]

    assert momentum(values, NAMES)[1] == pytest.approx(0.2)


def test_momentum_of_shops_that_are_all_unknown_is_the_same_for_all():
    assert momentum(np.full((3, len(NAMES)), np.nan), NAMES).tolist() == [0.0, 0.0, 0.0]


def test_momentum_without_its_indicator_is_refused():
    with pytest.raises(SettingError, match=MOMENTUM):
        momentum(np.zeros((3, 1)), ("sales_mom",))


def test_plain_lags_read_sales_and_nothing_else():
    rng = np.random.default_rng(1)
    lags = rng.lognormal(10, 1, (3000, LAGS))
    happened = rng.random(3000) < np.where(lags[:, -1] < lags[:, 0], 0.4, 0.05)
    rung = plain_lags(rows_of(rng.normal(size=(3000, 3)), happened, lags), FEW_TREES, seed=1)

    fallen, risen = lags.copy(), lags.copy()
    fallen[:, -1], risen[:, -1] = lags[:, 0] / 2, lags[:, 0] * 2
    nobody_knows = np.full((3000, 3), np.nan)

    assert (rung(nobody_knows, fallen) - rung(nobody_knows, risen)).mean() > 0.05
    np.testing.assert_array_equal(rung(nobody_knows, fallen), rung(np.ones((3000, 3)), fallen))


def test_the_rungs_stand_in_one_order_and_each_gives_every_horizon():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(1500, 3))
    happened = rng.random(1500) < 1 / (1 + np.exp(2 + values[:, COLUMN]))
    found = rungs(rows_of(values, happened), named(NAMES), FEW_TREES, seed=1)

    assert list(found) == ["lags", "scorecard", "momentum"]
    for name, rung in found.items():
        risk = rung(values, np.ones((1500, LAGS)))
        assert risk.shape == (1500, 3), name
        assert (np.diff(risk, axis=1) >= 0).all(), name


def test_without_the_rules_indicator_the_ladder_has_a_rung_less():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(900, 1))
    happened = rng.random(900) < 0.2

    assert list(rungs(rows_of(values, happened), named(("sales_mom",)), FEW_TREES, seed=1)) == [
        "lags",
        "scorecard",
    ]
