"""How many crises to expect: sums by hand."""

from __future__ import annotations

import math

import pytest

from sbwarn.reports.expected import expected_crises

UNKNOWN = float("nan")


def test_the_expected_crises_are_the_sum_of_the_risks():
    assert expected_crises([0.1, 0.2, 0.3]).crises == 0.6


def test_the_interval_is_two_standard_deviations_wide_on_both_sides():
    # 400 shops of risk 0.5: variance 400 · 0.25 = 100, deviation 10, 1.96 · 10 = 19.6.
    expected = expected_crises([0.5] * 400)

    assert (expected.low, expected.high) == pytest.approx((180.4, 219.6), abs=0.001)


def test_unequal_risks_vary_by_the_sum_of_their_variances():
    # 0.1 · 0.9 + 0.2 · 0.8 = 0.25, deviation 0.5; 100 such pairs: 30 ± 1.96 · 5.
    expected = expected_crises([0.1, 0.2] * 100)

    assert (expected.low, expected.high) == pytest.approx((20.2, 39.8), abs=0.001)


def test_the_share_is_the_mean_risk_with_its_interval():
    expected = expected_crises([0.5] * 400)

    assert (expected.share, expected.share_low, expected.share_high) == pytest.approx(
        (0.5, 0.451, 0.549), abs=1e-5
    )


def test_the_interval_does_not_go_below_no_crisis():
    assert expected_crises([0.01]).low == 0.0


def test_the_interval_does_not_go_above_all_shops():
    assert expected_crises([0.99, 0.99]).high == 2.0


@pytest.mark.parametrize("risk", [0.0, 1.0])
def test_a_certain_outcome_has_an_interval_without_width(risk):
    expected = expected_crises([risk] * 3)

    assert (expected.low, expected.crises, expected.high) == (3 * risk, 3 * risk, 3 * risk)


def test_an_unknown_risk_is_left_out():
    expected = expected_crises([0.25, UNKNOWN, 0.5])

    assert (expected.n, expected.crises) == (2, 0.75)


@pytest.mark.parametrize("risk", [[], [UNKNOWN, UNKNOWN]])
def test_where_no_risk_is_known_nothing_is_expected(risk):
    expected = expected_crises(risk)

    figures = (
        expected.crises,
        expected.low,
        expected.high,
        expected.share,
        expected.share_low,
        expected.share_high,
    )
    assert (expected.n, [math.isnan(figure) for figure in figures]) == (0, [True] * 6)


def test_the_order_of_the_shops_does_not_matter():
    risks = [0.1, 0.2, 0.3, 0.7, 1e-7] * 50

    assert expected_crises(risks).crises == expected_crises(sorted(risks)).crises
