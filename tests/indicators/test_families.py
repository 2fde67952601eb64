"""Values that can be worked out by hand, for every family of indicators."""

import numpy as np
import pytest

from sbwarn.indicators import district, footfall, lifecycle, peers, rent, sales

NAN = np.nan


def months(*values: float) -> np.ndarray:
    """A window of one shop, the last value is the last closed month."""
    return np.array(values, dtype=float)[:, None]


def column(*values: float) -> np.ndarray:
    """One number a shop."""
    return np.array(values, dtype=float)


# Sales


def test_three_months_against_the_three_before_is_the_change_of_their_means():
    window = months(100, 100, 100, 90, 80, 70)

    assert sales.sales_3m_vs_prev3(window) == pytest.approx([-0.2])


def test_a_year_on_year_change_compares_the_same_month():
    window = months(200, *[50] * 11, 150)

    assert sales.sales_yoy(window) == pytest.approx([-0.25])


def test_a_change_from_nothing_is_unknown():
    window = months(0, 80)

    assert np.isnan(sales.sales_mom(window)).all()


def test_a_fall_by_half_each_month_has_the_slope_of_its_logarithm():
    window = months(128, 64, 32, 16, 8, 4, 2, 1)

    assert sales.sales_slope_8m(window) == pytest.approx([-np.log(2)])


def test_the_slope_leaves_out_months_without_sales():
    window = months(128, 64, NAN, 16, 0, 4, 2, 1)

    assert sales.sales_slope_8m(window) == pytest.approx([-np.log(2)])


def test_zero_months_are_counted_and_unknown_ones_are_not():
    window = months(0, NAN, 5, 0, NAN, 5)

    assert sales.sales_zero_months_6m(window).tolist() == [2.0]


def test_a_streak_counts_the_months_that_fell_in_a_row_up_to_now():
    window = months(9, 5, 8, 7, 6)

    assert sales.decline_streak(window).tolist() == [2.0]


def test_an_unknown_month_ends_a_streak():
    window = months(9, 8, NAN, 7, 6, 5)

    assert sales.decline_streak(window).tolist() == [2.0]


def test_a_streak_is_unknown_when_the_last_month_is():
    window = months(9, 8, 7, NAN)

    assert np.isnan(sales.decline_streak(window)).all()


def test_equal_sales_are_no_decline():
    window = months(9, 8, 8)

    assert sales.decline_streak(window).tolist() == [0.0]


def test_a_drawdown_is_the_distance_from_the_best_of_twelve():
    window = months(*[50] * 10, 200, 50)

    assert sales.sales_drawdown_12m(window).tolist() == [0.75]


def test_the_worst_fall_is_a_share_of_the_month_before():
    window = months(100, 90, 45, 60, 80)

    assert sales.sales_worst_fall_12m(window).tolist() == [0.5]


def test_the_median_distance_ignores_one_wild_month():
    window = months(8, 10, 12, 99, 10)

    assert sales.sales_mad_12m(window) == pytest.approx([0.2])


def test_months_since_sales_counts_zero_and_unknown_months_alike():
    window = months(5, 0, NAN)

    assert sales.months_since_sales(window).tolist() == [2.0]


def test_a_decayed_mean_weighs_each_month_three_quarters_of_the_next():
    window = months(1, 8)

    assert sales.sales_decayed(window) == pytest.approx([(0.75 * 1 + 8) / 1.75])


def test_the_size_of_a_ticket_is_compared_with_a_year():
    money = months(*[30] * 9, *[60] * 3)
    receipts = months(*[3] * 12)

    # Tickets of 10 for nine months and of 20 for three: 20 against a mean of 12.5.
    assert sales.ticket_size_change(money, receipts) == pytest.approx([0.6])


# Rent


def test_the_share_of_rent_counts_the_fee_where_it_is_known():
    paid, fee, sold = np.full((3, 2), 10.0), np.array([[5.0, NAN]] * 3), np.full((3, 2), 100.0)

    assert rent.rent_share_of_sales(paid, fee, sold) == pytest.approx([0.15, 0.10])


def test_without_sales_the_share_of_rent_is_unknown():
    share = rent.rent_share_of_sales(months(10, 10, 10), months(0, 0, 0), months(0, 0, 0))

    assert np.isnan(share).all()


def test_rent_against_peers_is_a_ratio_of_rents_a_square_metre():
    against = rent.rent_against_peers(months(900), column(30), column(20))

    assert against == pytest.approx([1.5])


def test_a_deposit_counts_six_per_cent_a_year():
    equivalent = rent.rent_equivalent(months(100), months(2000))

    assert equivalent == pytest.approx([110])


@pytest.mark.parametrize(("left", "soon"), [(-1, 0.0), (0, 1.0), (3, 1.0), (4, 0.0)])
def test_a_lease_is_up_for_renewal_in_its_last_three_months(left, soon):
    assert rent.lease_renewal_soon(column(left)).tolist() == [soon]


# Footfall


def test_sales_against_footfall_is_what_the_street_does_not_explain():
    sold = months(100, 100, 100, 0, 0, 0, 70, 70, 70)
    passing = months(500, 500, 500, 0, 0, 0, 450, 450, 450)

    # −30 % of sales less −10 % of passers-by.
    assert footfall.sales_against_footfall(sold, passing) == pytest.approx([-0.2])


def test_receipts_per_passer_is_a_ratio_of_means():
    assert footfall.receipts_per_passer(months(1, 2, 3), months(10, 10, 20)) == pytest.approx([0.15])


# Peers


@pytest.mark.parametrize(
    ("level", "rank"), [(5, 0.0), (10, 0.0), (15, 0.25), (20, 0.5), (30, 1.0), (99, 1.0)]
)
def test_a_rank_lies_on_the_grid_of_the_peers(level, rank):
    grid = months(10, 20, 30)

    assert peers.rank_among_peers(months(level, level, level), grid) == pytest.approx([rank])


def test_a_rank_among_unknown_peers_is_unknown():
    assert np.isnan(peers.rank_among_peers(months(1, 1, 1), months(NAN, NAN, NAN))).all()


def test_sales_against_peers_is_a_ratio_to_their_median():
    assert peers.sales_against_peers(months(4, 5, 6), months(10, 10, 10)).tolist() == [0.5]


def test_a_season_that_all_peers_share_is_taken_out():
    own, others = months(*[100] * 11, 210), months(*[1000] * 11, 2100)

    assert peers.sales_against_season(own, others) == pytest.approx([0.0])


# District


def test_the_shops_of_a_district_are_compared_a_month_ago_and_a_year_before_that():
    trading = months(40, *[20] * 11, 30, 9)

    assert district.district_shops_yoy(trading).tolist() == [-0.25]


def test_own_trade_share_is_of_a_month_ago():
    share = district.own_trade_share(months(5, 1), months(20, 2))

    assert share.tolist() == [0.25]


def test_own_trade_share_is_unknown_where_the_peers_are_more_than_the_district():
    assert np.isnan(district.own_trade_share(months(90, 1), months(20, 2))).all()


def test_a_district_figure_is_handed_on_as_it_is():
    given = column(0.125, NAN)

    told = district.district_exit_rate(given)

    assert np.array_equal(told, given, equal_nan=True)
    assert told is not given


# Life cycle


@pytest.mark.parametrize(
    ("age", "band"), [(0, 0), (5, 0), (6, 6), (12, 12), (35, 24), (59, 36), (60, 60), (500, 120)]
)
def test_an_age_is_told_as_the_lower_end_of_its_band(age, band):
    assert lifecycle.months_open_band(column(age)).tolist() == [band]


@pytest.mark.parametrize(("age", "early"), [(11, 1.0), (12, 0.0)])
def test_the_early_stage_ends_after_a_year(age, early):
    assert lifecycle.is_early_stage(column(age)).tolist() == [early]


def test_months_of_sales_count_from_the_first_sale():
    window = months(*[NAN] * 17, 5, 0, 5, 5, 5, 5, 5)

    assert lifecycle.months_of_sales_band(window).tolist() == [6.0]


def test_reported_months_are_a_share_of_six():
    assert lifecycle.months_reported_6m(months(NAN, 1, 0, NAN, NAN, 1)).tolist() == [0.5]
