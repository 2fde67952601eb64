"""Season and calendar by hand, with the feasts where they were: 설날 2025-01-29, 2026-02-17; 추석 2024-09-17, 2025-10-06."""

import numpy as np
import pytest

from sbwarn.indicators import season
from sbwarn.tables.calendar import calendar
from sbwarn.tables.month import as_month

NAN = np.nan


def months(*values: float) -> np.ndarray:
    """A window of one shop, the last value is the last closed month."""
    return np.array(values, dtype=float)[:, None]


def feasts(last: str, *, country: str = "KR") -> tuple[np.ndarray, np.ndarray]:
    """Run-up and feast of the fifteen months up to the last closed one."""
    days = calendar(country, as_month(last).ordinal, 15)
    return days.run_up[:, None], days.feast[:, None]


def yearly(last: str, **sold: float) -> np.ndarray:
    """Sales of 100 a month but for the named ones, as `m2025_01=130.0`, compared with last year."""
    run = [str(as_month(last) - back) for back in range(14, -1, -1)]
    window = months(*[sold.get("m" + month.replace("-", "_"), 100.0) for month in run])
    return season.sales_yoy_feast(window, *feasts(last))


# Year on year with the feasts alike


def test_a_seollal_that_moved_to_february_is_no_fall_of_january():
    change = yearly("2026-01", m2025_01=130.0)

    # A year ago January held the feast; this year it is yet to come. Nothing can be said.
    assert np.isnan(change).all()


def test_a_seollal_that_moved_to_february_is_no_growth_of_february():
    change = yearly("2026-02", m2025_01=130.0, m2026_02=130.0)

    # January and February together hold one feast in both years: 230 against 230.
    assert change.tolist() == [0.0]


def test_a_true_fall_shows_beside_a_feast_that_moved():
    change = yearly("2026-02", m2025_01=130.0, m2026_01=80.0, m2026_02=104.0)

    # 184 against 230.
    assert change == pytest.approx([-0.2])


def test_a_chuseok_that_moved_to_october_is_no_fall_of_september():
    assert np.isnan(yearly("2025-09", m2024_09=130.0, m2025_09=115.0)).all()


def test_a_chuseok_that_moved_to_october_is_compared_over_two_months():
    change = yearly("2025-10", m2024_09=140.0, m2025_09=115.0, m2025_10=125.0)

    # 115 + 125 against 140 + 100.
    assert change.tolist() == [0.0]


def test_a_run_up_that_reached_into_august_is_compared_over_three_months():
    # 추석 2019-09-13, its fortnight from 30 August; 추석 2020-10-01.
    change = yearly("2020-10", m2019_08=110.0, m2019_09=140.0, m2020_09=125.0, m2020_10=125.0)

    # 100 + 125 + 125 against 110 + 140 + 100.
    assert change.tolist() == [0.0]


def test_a_month_far_from_the_feasts_is_compared_alone():
    change = yearly("2025-11", m2025_11=80.0, m2025_10=999.0)

    assert change == pytest.approx([-0.2])


def test_an_unknown_month_of_the_span_leaves_the_comparison_unknown():
    assert np.isnan(yearly("2026-02", m2025_02=NAN)).all()


def test_an_unknown_month_outside_the_span_does_not_matter():
    assert yearly("2025-11", m2025_10=NAN, m2024_10=NAN).tolist() == [0.0]


def test_where_no_feast_wanders_every_month_is_compared_alone():
    sold = months(*[100] * 14, 80)

    assert season.sales_yoy_feast(sold, *feasts("2026-01", country="US")) == pytest.approx([-0.2])


def test_no_month_from_1997_to_2059_needs_more_than_the_longest_span():
    days = calendar("KR", as_month("2059-12").ordinal, 12 * 65)
    share = np.stack([days.run_up, days.feast])

    def shortest(month: int) -> int | None:
        for span in range(1, 7):
            now, then = share[:, month - span + 1 : month + 1], share[:, month - span - 11 : month - 11]
            if np.abs(now.sum(axis=1) - then.sum(axis=1)).max() < 1e-9:
                return span
        return None

    found = {shortest(month) for month in range(24, share.shape[1])}

    assert found == {None, 1, 2, season.LONGEST_SPAN}


def test_one_calendar_serves_every_shop():
    sold = np.hstack([months(*[100] * 14, 80), months(*[100] * 14, 120)])

    assert season.sales_yoy_feast(sold, *feasts("2025-11")) == pytest.approx([-0.2, 0.2])


# A working day


def test_a_short_february_is_no_fall_of_a_working_day():
    change = season.sales_mom_per_day(months(270, 220), months(27, 22))

    assert change.tolist() == [0.0]


def test_a_month_without_working_days_is_unknown():
    assert np.isnan(season.sales_mom_per_day(months(270, 220), months(27, 0))).all()


def test_a_year_on_year_a_working_day_is_unknown_where_nothing_was_sold():
    assert np.isnan(season.sales_yoy_per_day(months(0, *[1] * 12), months(*[25] * 13))).all()


# Events


def test_a_month_with_an_event_last_year_is_left_out_of_both_years():
    sold = months(300, 100, 100, *[1] * 9, 500, 90, 70)
    events = months(1, *[0] * 14)

    # 90 and 70 against 100 and 100; the 300 of the festival and the 500 of the same month now are gone.
    assert season.sales_yoy_without_events(sold, events) == pytest.approx([-0.2])


def test_with_an_event_in_every_month_the_comparison_is_unknown():
    assert np.isnan(season.sales_yoy_without_events(months(*[100] * 15), months(*[1] * 15))).all()


def test_where_nothing_is_known_of_events_the_comparison_is_unknown():
    assert np.isnan(season.sales_yoy_without_events(months(*[100] * 15), months(*[NAN] * 15))).all()


def test_a_month_that_is_unknown_in_one_year_is_left_out_of_both():
    sold = months(NAN, 100, 100, *[1] * 9, 500, 90, 70)

    assert season.sales_yoy_without_events(sold, months(*[0] * 15)) == pytest.approx([-0.2])


def test_two_events_in_a_month_are_one_month_with_events():
    assert season.event_months_3m(months(2, 0, 1)).tolist() == [2.0]


# Streaks, expectation, peers


def test_a_season_is_no_streak_against_last_year():
    sold = months(*range(24, 12, -1), *range(24, 12, -1))

    # Twelve falls from month to month, yet as much as last year in each.
    assert season.yoy_decline_streak(sold).tolist() == [0.0]


def test_a_streak_against_last_year_ends_where_a_month_is_unknown():
    sold = months(*[100] * 12, *[90] * 9, NAN, 90, 90)

    assert season.yoy_decline_streak(sold).tolist() == [2.0]


def test_a_streak_against_last_year_is_unknown_without_last_years_month():
    sold = months(*[100] * 11, NAN, *[90] * 12)

    assert np.isnan(season.yoy_decline_streak(sold)).all()


def test_a_shop_that_drifts_as_before_meets_its_expectation():
    sold = months(*[100] * 3, 300, *[100] * 8, *[50] * 3, 150)

    assert season.sales_against_forecast(sold) == pytest.approx([0.0])


def test_an_expectation_of_nothing_is_unknown():
    sold = months(*[100] * 3, 0, *[100] * 12)

    assert np.isnan(season.sales_against_forecast(sold)).all()


def test_a_feast_that_all_peers_share_is_taken_out():
    # The shop doubles with the feast like its peers.
    assert season.sales_mom_against_peers(months(100, 200), months(50, 100)).tolist() == [0.0]


def test_a_change_against_unknown_peers_is_unknown():
    assert np.isnan(season.sales_mom_against_peers(months(100, 200), months(NAN, 100))).all()
