"""The two forecasts that ours has to beat."""

import numpy as np
import pytest

from sbwarn.errors import SettingError
from sbwarn.training.baselines import MOMENTUM, logistic, momentum
from sbwarn.training.rows import HazardRows

NAMES = ("sales_mom", MOMENTUM, "rent_per_m2")
COLUMN = NAMES.index(MOMENTUM)


def rows_of(values, happened) -> HazardRows:
    count = len(happened)
    interval = np.arange(count) % 3
    month, shop = np.zeros(count, dtype=int), np.arange(count)
    return HazardRows(values=values, interval=interval, happened=happened, month=month, shop=shop)


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


def test_the_regression_finds_a_column_that_tells_and_bears_columns_that_nobody_knows():
    rng = np.random.default_rng(1)
    values = np.full((900, 3), np.nan)
    values[:, 0] = rng.normal(size=900)
    values[:, 1] = 7.0
    happened = (rng.random(900) < 1 / (1 + np.exp(2 - 2 * values[:, 0]))).astype(float)

    risks = logistic(rows_of(values, happened)).risks(np.array([[-2.0, 7.0, np.nan], [2.0, 7.0, np.nan]]))

    assert risks[0, 0] < 0.1
    assert risks[1, 0] > 0.5
    assert (np.diff(risks, axis=1) > 0).all()


def test_the_regression_scores_a_shop_of_which_nothing_is_known():
    rng = np.random.default_rng(1)
    values = np.where(rng.random((600, 3)) < 0.3, np.nan, rng.normal(size=(600, 3)))
    happened = (rng.random(600) < 0.3).astype(float)

    risks = logistic(rows_of(values, happened)).risks(np.full((1, 3), np.nan))

    assert np.isfinite(risks).all()


def test_an_outlier_weighs_no_more_than_the_last_percentile():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(900, 2))
    happened = (rng.random(900) < 1 / (1 + np.exp(1 - values[:, 0]))).astype(float)
    model = logistic(rows_of(values, happened))

    far, edge = model.risks(np.array([[1e12, 0.0], [np.quantile(values[:, 0], 0.99), 0.0]]))

    np.testing.assert_allclose(far, edge, rtol=1e-9)
