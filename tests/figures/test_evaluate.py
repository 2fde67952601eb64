"""Every measure against scikit-learn or a sum by hand."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from sbwarn.figures.evaluate import _Forecast, difference, figures
from sbwarn.releases.record import Figure


@pytest.fixture(scope="module")
def forecast():
    """Risks with many ties, outcomes that follow them loosely, whole-number weights with zeros."""
    rng = np.random.default_rng(4)
    risk = np.round(rng.beta(1.2, 6, 800), 2).clip(0.01, 0.99)
    happened = (rng.random(800) < risk**0.7).astype(float)
    return risk, happened, rng.integers(0, 4, 800).astype(float)


def measured(risk, happened, weight=None):
    weight = np.ones(len(risk)) if weight is None else weight
    return _Forecast(risk, happened, is_probability=True).all(weight)


def test_auc_equals_scikit_learn_with_ties_and_weights(forecast):
    risk, happened, weight = forecast

    assert measured(risk, happened)["auc"] == pytest.approx(roc_auc_score(happened, risk), abs=1e-12)
    assert measured(risk, happened, weight)["auc"] == pytest.approx(
        roc_auc_score(happened, risk, sample_weight=weight), abs=1e-12
    )


def test_average_precision_equals_scikit_learn_with_ties_and_weights(forecast):
    risk, happened, weight = forecast

    assert measured(risk, happened)["average_precision"] == pytest.approx(
        average_precision_score(happened, risk), abs=1e-12
    )
    assert measured(risk, happened, weight)["average_precision"] == pytest.approx(
        average_precision_score(happened, risk, sample_weight=weight), abs=1e-12
    )


def test_brier_equals_scikit_learn_and_its_skill_is_against_the_rate(forecast):
    risk, happened, weight = forecast

    found = measured(risk, happened, weight)

    brier = brier_score_loss(happened, risk, sample_weight=weight)
    rate = np.average(happened, weights=weight)
    always_the_rate = brier_score_loss(happened, np.full(800, rate), sample_weight=weight)
    assert found["brier"] == pytest.approx(brier, abs=1e-12)
    assert found["brier_skill"] == pytest.approx(1 - brier / always_the_rate, abs=1e-12)


def test_calibration_slope_and_intercept_equal_an_unpenalised_regression(forecast):
    risk, happened, weight = forecast

    found = measured(risk, happened, weight)

    odds = np.log(risk / (1 - risk))[:, None]
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(odds, happened, sample_weight=weight)
    assert found["calibration_slope"] == pytest.approx(model.coef_[0, 0], abs=1e-6)
    assert found["calibration_intercept"] == pytest.approx(model.intercept_[0], abs=1e-6)


def test_capture_counts_the_crises_among_the_riskiest_tenth():
    risk = np.linspace(0.99, 0.01, 20)
    happened = np.zeros(20)
    happened[[0, 1, 5, 19]] = 1

    found = measured(risk, happened)

    # The riskiest tenth are two shops with two of the four crises; the riskiest twentieth one shop with one.
    assert found["capture_10"] == pytest.approx(0.5)
    assert found["capture_5"] == pytest.approx(0.25)


def test_shops_of_equal_risk_share_their_crises_evenly():
    risk = np.concatenate([np.full(10, 0.5), np.full(10, 0.1)])
    happened = np.zeros(20)
    happened[:4] = 1

    # Two of the ten shops of equal risk are looked at: a fifth of their four crises, in whatever order they lie.
    assert measured(risk, happened)["capture_10"] == pytest.approx(0.2)
    assert measured(risk, happened[::-1].copy())["capture_10"] == pytest.approx(0.0)


def test_the_order_of_rows_does_not_matter(forecast):
    risk, happened, weight = forecast
    shuffled = np.random.default_rng(1).permutation(len(risk))

    before = measured(risk, happened, weight)
    after = measured(risk[shuffled], happened[shuffled], weight[shuffled])

    assert after == pytest.approx(before, abs=1e-9)


def test_every_figure_tells_its_rows_its_crises_and_an_interval_around_it(forecast):
    risk, happened, _ = forecast

    found = figures(risk, happened, np.arange(800), seed=1)

    assert set(found) == {
        "auc", "average_precision", "capture_5", "capture_10",
        "brier", "brier_skill", "log_loss", "calibration_slope", "calibration_intercept", "calibration_error",
    }  # fmt: skip
    for figure in found.values():
        assert (figure.n, figure.events) == (800, int(happened.sum()))
        assert figure.low < figure.value < figure.high


def test_the_interval_of_the_auc_is_as_wide_as_theory_says(forecast):
    risk, happened, _ = forecast

    auc = figures(risk, happened, np.arange(800), seed=1, draws=400)["auc"]

    # Hanley and McNeil (1982), Radiology 143:29-36.
    a, many, few = auc.value, (happened == 0).sum(), (happened == 1).sum()
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    error = np.sqrt((a * (1 - a) + (few - 1) * (q1 - a * a) + (many - 1) * (q2 - a * a)) / (few * many))
    assert (auc.high - auc.low) / (2 * 1.96) == pytest.approx(error, rel=0.2)


def test_months_of_one_shop_are_no_independent_evidence(forecast):
    risk, happened, _ = forecast
    four_times = [np.tile(each, 4) for each in (risk, happened, np.arange(800))]

    once = figures(risk, happened, np.arange(800), seed=1)["auc"]
    again = figures(*four_times, seed=1)["auc"]

    assert (again.low, again.high) == pytest.approx((once.low, once.high), abs=1e-12)
    assert again.n == 4 * once.n


def test_one_outcome_alone_measures_nothing():
    assert figures(np.array([0.1, 0.2]), np.zeros(2), np.arange(2), seed=1) == {}
    assert figures(np.array([0.1, 0.2]), np.ones(2), np.arange(2), seed=1) == {}
    assert figures(np.empty(0), np.empty(0), np.empty(0), seed=1) == {}


def test_resamples_that_hold_one_outcome_only_are_left_out():
    risk, happened = np.array([0.9, 0.2, 0.1, 0.05]), np.array([1.0, 0.0, 0.0, 0.0])

    found = figures(risk, happened, np.arange(4), seed=1, is_probability=False)

    assert (found["auc"].low, found["auc"].value, found["auc"].high) == (1.0, 1.0, 1.0)


def test_a_rule_that_only_ranks_has_no_measures_of_probability(forecast):
    risk, happened, _ = forecast

    found = figures(-1e6 * (1 - risk), happened, np.arange(800), seed=1, is_probability=False, draws=2)

    assert set(found) == {"auc", "average_precision", "capture_5", "capture_10"}
    assert found["auc"].value == pytest.approx(roc_auc_score(happened, risk), abs=1e-12)


def test_a_forecast_does_not_differ_from_itself(forecast):
    risk, happened, _ = forecast

    found = difference(
        risk, risk, happened, np.arange(800), seed=1, draws=20, measures=("auc", "average_precision")
    )

    none = Figure(value=0.0, low=0.0, high=0.0, n=800, events=int(happened.sum()))
    assert found == {"auc": none, "average_precision": none}


def test_a_difference_is_ours_less_theirs_on_the_same_shops(forecast):
    risk, happened, _ = forecast
    noise = np.random.default_rng(2).random(800)

    found = difference(risk, noise, happened, np.arange(800), seed=1, draws=50)["auc"]
    gap, low, high = found.value, found.low, found.high

    assert gap == pytest.approx(roc_auc_score(happened, risk) - roc_auc_score(happened, noise), abs=1e-12)
    assert 0 < low < gap < high
