"""The line of calibration."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from sbwarn.figures.line import line


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
