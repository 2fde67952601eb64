"""Values that can be worked out by hand, for every family of indicators."""

import numpy as np
import pytest

from sbwarn.indicators import business, customers, district, footfall, lifecycle, peers, rent, sales, season
from sbwarn.indicators.mechanism import collect

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


def test_a_cancellation_rate_is_of_the_months_in_which_both_are_known():
    cancelled, sold = months(10, NAN, 10), months(100, 900, NAN)

    assert sales.cancel_rate_3m(cancelled, sold).tolist() == [0.1]


def test_without_sales_a_cancellation_rate_is_unknown():
    assert np.isnan(sales.cancel_rate_3m(months(10, 10, 10), months(0, 0, 0))).all()


def test_a_rise_of_cancellations_is_told_in_points():
    cancelled = months(*[0] * 9, 8, 8, 8)

    # 8 % of three months less 2 % of twelve.
    assert sales.cancel_rise(cancelled, months(*[100] * 12)) == pytest.approx([0.06])


def test_unknown_delivery_is_not_zero():
    assert np.isnan(sales.delivery_share_3m(months(NAN, NAN, NAN), months(100, 100, 100))).all()


def test_no_delivery_is_zero():
    assert sales.delivery_share_3m(months(0, 0, 0), months(100, 100, 100)).tolist() == [0.0]


@pytest.mark.parametrize(
    ("delivered", "sold", "told"),
    [
        (30, 90, 1.0),  # from 10 % to a third, while sales fall
        (30, 110, 0.0),  # sales rise
        (15, 90, 0.0),  # from 10 % to a sixth: under ten points
        (NAN, 90, NAN),
    ],
)
def test_delivery_jumps_with_a_fall(delivered, sold, told):
    jumped = sales.delivery_jump_with_fall(
        months(10, 10, 10, *[delivered] * 3), months(100, 100, 100, *[sold] * 3)
    )

    assert np.array_equal(jumped, [told], equal_nan=True)


# Customers


def test_a_smaller_crowd_with_the_same_ticket_is_above_zero():
    sold, receipts = months(100, 100, 100, 80, 80, 80), months(10, 10, 10, 8, 8, 8)

    assert customers.price_against_customers(sold, receipts, receipts) == pytest.approx([0.2])


def test_without_receipts_the_ticket_is_unknown():
    gap = customers.price_against_customers(months(*[9] * 6), months(*[0] * 6), months(*[9] * 6))

    assert np.isnan(gap).all()


def test_returning_customers_change_in_points():
    share = months(0.5, 0.5, NAN, 0.9, 0.9, 0.9, 0.25, 0.25, 0.25)

    assert customers.returning_change_6m(share).tolist() == [-0.25]


def test_three_known_months_of_a_year_are_too_few_for_a_share_of_the_year():
    assert np.isnan(customers.returning_share_12m(months(*[NAN] * 9, 0.5, 0.5, 0.5))).all()


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


def test_rent_below_what_is_usual_exceeds_nothing():
    over = rent.rent_over_usual(months(5, 5, 5), months(NAN, NAN, NAN), months(100, 100, 100), column(0.1))

    assert over.tolist() == [0.0]


def test_without_a_usual_share_nothing_is_said_of_what_exceeds_it():
    over = rent.rent_over_usual(months(50, 50, 50), months(5, 5, 5), months(100, 100, 100), column(NAN))

    assert np.isnan(over).all()


def test_a_rent_index_is_compared_with_the_same_quarter():
    quarters = months(NAN, 100, NAN, NAN, 7, NAN, NAN, 7, NAN, NAN, 7, NAN, NAN, 110, NAN)

    assert rent.rent_index_change_4q(quarters) == pytest.approx([0.1])


def test_rent_against_the_market_takes_its_latest_word():
    market = months(*[NAN] * 8, 50, NAN, 20, NAN)

    assert rent.rent_against_market(months(*[NAN] * 11, 900), column(30), market).tolist() == [1.5]


def test_without_a_known_wage_the_cover_of_fixed_cost_is_unknown():
    some = months(100, 100, 100)

    assert np.isnan(rent.fixed_cost_cover(some, some, months(NAN, NAN, NAN), some, column(0.5))).all()


def test_without_any_cost_the_cover_is_unknown():
    none = months(0, 0, 0)

    assert np.isnan(rent.fixed_cost_cover(months(9, 9, 9), none, none, none, column(0.5))).all()


def test_without_sales_fixed_cost_is_not_covered_at_all():
    some = months(100, 100, 100)

    assert rent.fixed_cost_cover(months(0, 0, 0), some, some, some, column(0.5)).tolist() == [0.0]


def test_sales_per_rent_without_rent_are_unknown():
    assert np.isnan(rent.sales_per_rent(months(*[9] * 12), months(*[0] * 12))).all()


def test_days_late_are_the_most_of_half_a_year():
    assert rent.rent_days_late_6m(months(NAN, 3, 0, 31, 0, 0)).tolist() == [31.0]


def test_a_winter_is_no_growth_of_energy_use():
    used = months(300, 300, 300, *[100] * 9, 300, 300, 300)

    assert rent.energy_change_12m(used).tolist() == [0.0]


# Footfall


def test_sales_against_footfall_is_what_the_street_does_not_explain():
    sold = months(100, 100, 100, 0, 0, 0, 70, 70, 70)
    passing = months(500, 500, 500, 0, 0, 0, 450, 450, 450)

    # −30 % of sales less −10 % of passers-by.
    assert footfall.sales_against_footfall(sold, passing) == pytest.approx([-0.2])


def test_receipts_per_passer_is_a_ratio_of_means():
    assert footfall.receipts_per_passer(months(1, 2, 3), months(10, 10, 20)) == pytest.approx([0.15])


@pytest.mark.parametrize(("known", "age"), [((1, 1, 1), 0.0), ((1, NAN, NAN), 2.0), ((NAN, NAN, NAN), NAN)])
def test_the_age_of_footfall_counts_from_the_last_known_month(known, age):
    assert np.array_equal(footfall.footfall_age(months(*known)), [age], equal_nan=True)


def test_an_unknown_part_of_the_living_population_leaves_it_unknown():
    assert np.isnan(footfall.living_population(column(8000), column(NAN))).all()


def test_a_street_that_nobody_walks_has_no_variation():
    assert np.isnan(footfall.footfall_variation_12m(months(*[0] * 12))).all()


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


def test_a_rank_falls_where_the_peers_rise():
    sold = months(*[15] * 9)

    change = peers.rank_change_6m(sold, months(10, 20, 30), months(0, 10, 20))

    # From three quarters to a quarter.
    assert change.tolist() == [-0.5]


def test_a_market_share_falls_with_new_peers_though_sales_stand():
    sold = months(*[10] * 15)

    assert peers.market_share_change_12m(sold, column(200), column(100)).tolist() == [-0.5]


def test_the_rank_of_a_year_is_the_rank_of_its_mean():
    sold = months(*[0] * 6, *[30] * 6)

    assert peers.rank_in_industry_12m(sold, months(10, 20, 30)).tolist() == [0.25]


@pytest.mark.parametrize(("same", "shops", "share"), [(1, 5, 0.2), (4, 4, NAN), (0, 0, NAN)])
def test_among_fewer_than_five_shops_no_share_of_a_trade_is_told(same, shops, share):
    told = peers.same_trade_within_300m(column(same), column(shops))

    assert np.array_equal(told, [share], equal_nan=True)


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


def test_the_latest_known_vacancy_counts():
    assert district.vacancy_sampled_rate(months(0.1, NAN, 0.2, NAN, NAN)).tolist() == [0.2]


def test_two_sources_of_vacancy_are_set_against_each_other_only_to_tell_the_gap():
    sampled, surveyed = months(*[NAN] * 11, 0.25), column(0.5)

    assert district.vacancy_gap_two_sources(surveyed, sampled).tolist() == [0.25]


def test_a_change_of_vacancy_is_of_one_source():
    this_year_alone = months(*[NAN] * 13, 0.9, NAN)

    # The sampled rate has no word of last year: the survey's change is told.
    change = district.vacancy_change_12m(this_year_alone, column(0.5), column(0.25))

    assert change.tolist() == [0.25]


def test_where_nothing_was_surveyed_next_door_nothing_is_said_of_it():
    assert np.isnan(district.empty_within_100m(column(0), column(0))).all()


@pytest.mark.parametrize(("stopped", "trading", "share"), [(1, 3, 0.25), (0, 4, 0.0), (0, 0, NAN)])
def test_closures_are_a_share_of_those_who_stopped_and_those_who_trade(stopped, trading, share):
    told = district.closures_within_300m(column(stopped), column(trading))

    assert np.array_equal(told, [share], equal_nan=True)


@pytest.mark.parametrize(
    ("trading", "closed", "coded"),
    [(50, 30, 1), (50, 60, 2), (90, 30, 3), (90, 60, 4), (70, 45, 1), (NAN, 60, NAN), (90, NAN, NAN)],
)
def test_a_class_of_change_is_coded_from_both_ages(trading, closed, coded):
    told = district.change_class(column(trading), column(closed), column(70), column(45))

    assert np.array_equal(told, [coded], equal_nan=True)


def test_falling_rents_are_no_gentrification():
    index = months(100, 100, 100, *[NAN] * 9, 90, 90, 90)

    assert district.gentrification(index, column(0.1), column(0.2)).tolist() == [0.0]


def test_gentrification_without_a_known_index_is_unknown():
    assert np.isnan(district.gentrification(months(*[NAN] * 15), column(0.1), column(0.2))).all()


def test_a_change_of_the_exit_rate_is_told_in_points():
    assert district.district_exit_change_6m(column(0.25), column(0.5)).tolist() == [-0.25]


# Known history


def test_months_of_sales_count_from_the_first_sale():
    window = months(*[NAN] * 17, 5, 0, 5, 5, 5, 5, 5)

    assert lifecycle.months_of_sales_band(window).tolist() == [6.0]


def test_reported_months_are_a_share_of_six():
    assert lifecycle.months_reported_6m(months(NAN, 1, 0, NAN, NAN, 1)).tolist() == [0.5]


# The business itself


@pytest.mark.parametrize(
    ("age", "band"), [(0, 0), (5, 0), (6, 6), (12, 12), (35, 24), (59, 36), (60, 60), (500, 120)]
)
def test_an_age_is_told_as_the_lower_end_of_its_band(age, band):
    assert business.months_open_band(column(age)).tolist() == [band]


@pytest.mark.parametrize(("age", "early"), [(11, 1.0), (12, 0.0)])
def test_the_early_stage_ends_after_a_year(age, early):
    assert business.is_early_stage(column(age)).tolist() == [early]


@pytest.mark.parametrize(("ago", "lately"), [(0, 1.0), (12, 1.0), (13, 0.0), (NAN, NAN)])
def test_a_move_counts_as_recent_for_a_year(ago, lately):
    assert np.array_equal(business.moved_recently(column(ago)), [lately], equal_nan=True)


@pytest.mark.parametrize(("ago", "lately"), [(6, 1.0), (7, 0.0), (NAN, NAN)])
def test_an_operator_counts_as_new_for_half_a_year(ago, lately):
    assert np.array_equal(business.operator_changed(column(ago)), [lately], equal_nan=True)


def test_a_first_loan_is_no_growth():
    assert np.isnan(business.loan_growth_6m(months(0, 0, 0, 0, 0, 0, 500))).all()


def test_a_rating_moves_by_stars_not_by_a_share():
    rating = months(4.0, 4.0, 4.0, 1.0, 1.0, 1.0, 3.5, 3.5, NAN)

    assert business.rating_change_6m(rating).tolist() == [-0.5]


def test_one_month_of_arrears_within_half_a_year_is_arrears():
    assert business.public_arrears_6m(months(NAN, 1, 0, 0, 0, 0)).tolist() == [1.0]


def test_arrears_of_which_nothing_is_known_are_unknown():
    assert np.isnan(business.public_arrears_6m(months(*[NAN] * 6))).all()


def test_everything_about_the_business_itself_is_private():
    facts = collect([business])

    assert len(facts) == 10
    assert all(fact.private for fact in facts)


def test_nothing_else_is_private():
    facts = collect([sales, season, customers, rent, footfall, peers, district, lifecycle])

    assert [fact.name for fact in facts if fact.private] == []
