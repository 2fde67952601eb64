"""Lines through log-odds, levels, and the bands of observed rates."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from sbwarn.releases.calibration import Calibration
from sbwarn.training.calibrate import anchored, bands, calibrate, line


def outcomes_of(log_odds, rng):
    return (rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))).astype(float)


@pytest.mark.parametrize(("slope", "intercept", "spread"), [(1, 0, 1), (0.5, -2, 2), (0.2, 1, 9), (2, -3, 1)])
def test_the_line_equals_an_unpenalised_regression(slope, intercept, spread):
    rng = np.random.default_rng(7)
    odds = rng.normal(-1, spread, 3000)
    happened, weight = outcomes_of(intercept + slope * odds, rng), rng.integers(1, 5, 3000).astype(float)

    found = line(odds, happened, weight)

    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=5000)
    model.fit(odds[:, None], happened, sample_weight=weight)
    assert found == pytest.approx((model.coef_[0, 0], model.intercept_[0]), abs=1e-5)


def test_the_line_stays_on_its_feet_far_from_where_it_starts():
    # A baseline that calls every tenth shop almost certain and is wrong: plain Newton steps ran off to 1e11.
    rng = np.random.default_rng(1)
    odds = np.where(rng.random(1209) < 0.1, 13.8, rng.normal(-4, 3, 1209))
    happened = (rng.random(1209) < 0.16).astype(float)

    slope, intercept = line(odds, happened)

    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=5000).fit(odds[:, None], happened)
    assert (slope, intercept) == pytest.approx((model.coef_[0, 0], model.intercept_[0]), abs=1e-5)


def test_outcomes_that_the_log_odds_separate_give_a_steep_line_and_no_warning():
    slope, _ = line(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]))

    assert np.isfinite(slope)
    assert slope > 5


def test_each_interval_with_enough_crises_gets_its_own_line():
    rng = np.random.default_rng(3)
    odds, interval = rng.normal(-1, 1.5, 9000), np.repeat([0, 1, 2], 3000)
    happened = outcomes_of(np.array([1.0, 0.6, 1.4])[interval] * odds, rng)

    found = calibrate(odds, interval, happened)

    assert found.slope == pytest.approx((1.0, 0.6, 1.4), abs=0.15)
    assert found.n == (3000, 3000, 3000)


def test_an_interval_with_few_crises_takes_the_line_of_all():
    rng = np.random.default_rng(3)
    odds, interval = rng.normal(-1, 1.5, 4040), np.repeat([0, 1, 2], [2000, 2000, 40])
    happened = outcomes_of(odds, rng)

    found = calibrate(odds, interval, happened)

    assert (found.slope[2], found.intercept[2]) == line(odds, happened)
    assert found.n == (2000, 2000, 0)


def test_a_line_that_would_turn_the_order_round_is_not_used():
    rng = np.random.default_rng(3)
    odds, interval = rng.normal(0, 1.5, 6000), np.repeat([0, 1, 2], 2000)
    happened = outcomes_of(np.array([1.0, 1.0, -1.0])[interval] * odds, rng)

    found = calibrate(odds, interval, happened)

    assert min(found.slope) > 0
    assert found.slope[2] == line(odds, happened)[0]


def test_one_outcome_alone_leaves_the_model_at_its_word():
    found = calibrate(np.array([0.1, -2.0]), np.array([0, 1]), np.zeros(2))

    assert (found.slope, found.intercept, found.n) == ((1.0,) * 3, (0.0,) * 3, (0,) * 3)


def test_the_anchored_level_makes_the_mean_risk_the_rate_that_was_seen():
    rng = np.random.default_rng(5)
    odds, interval = rng.normal(-3, 2, 3000), np.repeat([0, 1, 2], 1000)
    happened = (rng.random(3000) < np.array([0.02, 0.2, 0.6])[interval]).astype(float)
    seen = Calibration(slope=(0.5, 1.0, 2.0), intercept=(9.0, 9.0, 9.0), n=(1, 1, 1), bands=())

    found = anchored(seen, odds, interval, happened)

    assert found.slope == seen.slope
    for number in range(3):
        mine = interval == number
        risk = 1 / (1 + np.exp(-(found.intercept[number] + found.slope[number] * odds[mine])))
        assert risk.mean() == pytest.approx(happened[mine].mean(), abs=1e-9)


def test_an_anchored_interval_without_a_crisis_keeps_level_zero():
    seen = Calibration(slope=(1.0,) * 3, intercept=(9.0,) * 3, n=(1,) * 3, bands=())

    found = anchored(seen, np.zeros(4), np.zeros(4, dtype=int), np.zeros(4))

    assert found.intercept == (0.0, 0.0, 0.0)


def test_bands_are_narrow_where_the_risk_is_high_and_tell_the_rate_observed_in_each():
    risk = np.linspace(0.01, 1.0, 100)
    happened = np.zeros(100)
    happened[[98, 99]] = 1

    found = bands(risk[::-1], happened[::-1])

    assert found.n == (20, 20, 20, 15, 10, 5, 4, 3, 2, 1)
    assert found.upper == pytest.approx((0.2, 0.4, 0.6, 0.75, 0.85, 0.9, 0.94, 0.97, 0.99, 1.0))
    # Wilson (1927) for 0 of 20, 1 of 2 and 1 of 1 at 95 %: z² = 3.8415.
    assert (found.low[0], found.high[0]) == pytest.approx((0.0, 0.16113), abs=1e-5)
    assert (found.low[8], found.high[8]) == pytest.approx((0.09453, 0.90547), abs=1e-5)
    assert (found.low[9], found.high[9]) == pytest.approx((0.20655, 1.0), abs=1e-5)


def test_a_risk_beyond_the_last_band_belongs_to_it_and_the_interval_holds_the_risk():
    found = bands(np.linspace(0.001, 0.1, 100), np.zeros(100))

    low, high = found.interval(np.array([0.0, 0.9]))

    assert low.tolist() == [0.0, 0.0]
    assert high == pytest.approx([0.16113, 0.9], abs=1e-5)


def test_no_shops_give_bands_that_know_nothing():
    low, high = bands(np.empty(0), np.empty(0)).interval(np.array([0.3]))

    assert np.isnan(low).all()
    assert np.isnan(high).all()
