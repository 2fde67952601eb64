"""Sales (매출): level, trend, fall, volatility, silence. Every window ends at the last closed month."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import (
    both_known,
    change,
    count_where,
    highest,
    is_known,
    is_positive,
    is_zero,
    lowest,
    lowest_ratio,
    mean_known,
    mean_ratio,
    median_known,
    months_since,
    months_since_where,
    ratio,
    slope_of_log,
    spread_known,
    streak_where,
)
from sbwarn.indicators.mechanism import Column, Window, indicator

DECAY = 0.75
"""Weight of a month against the month after it."""
JUMP = 0.10
"""Rise of the share of delivery, in three months, that counts as a jump."""


@indicator(months=3, unit="money", riskier="low", source="S01")
def sales_level(sales: Window) -> Column:
    """Mean monthly sales of the last three months, in the currency.

    >>> sales_level(np.array([[1.0], [2.0], [6.0]]))
    array([3.])
    """
    return mean_known(sales)


@indicator(months=2, unit="change", riskier="low", source="S02")
def sales_mom(sales: Window) -> Column:
    """Last closed month against the month before it.

    >>> sales_mom(np.array([[100.0], [80.0]]))
    array([-0.2])
    """
    return change(sales[-1], sales[-2])


@indicator(months=13, unit="change", riskier="low", source="S03")
def sales_yoy(sales: Window) -> Column:
    """Last closed month against the same month a year earlier.

    >>> sales_yoy(np.array([[200.0]] + [[50.0]] * 11 + [[150.0]]))
    array([-0.25])
    """
    return change(sales[-1], sales[-13])


@indicator(months=15, unit="change", riskier="low", source="S03")
def sales_yoy_3m(sales: Window) -> Column:
    """Mean of the last three months against the same three months a year earlier.

    >>> sales_yoy_3m(np.array([[200.0]] * 3 + [[50.0]] * 9 + [[150.0]] * 3))
    array([-0.25])
    """
    return change(mean_known(sales[-3:], least=2), mean_known(sales[-15:-12], least=2))


@indicator(months=18, unit="change", riskier="low", source="S03")
def sales_yoy_turn(sales: Window) -> Column:
    """How far the year-on-year change of three months has moved in three months; below 0 it gets worse.

    >>> sold = np.array([[100.0]] * 12 + [[90.0]] * 3 + [[80.0]] * 3)
    >>> sales_yoy_turn(sold).round(3)  # −10 % three months ago, −20 % now
    array([-0.1])
    """
    now = change(mean_known(sales[-3:], least=2), mean_known(sales[-15:-12], least=2))
    before = change(mean_known(sales[-6:-3], least=2), mean_known(sales[-18:-15], least=2))
    return now - before


@indicator(months=6, unit="change", riskier="low", source="S04")
def sales_3m_vs_prev3(sales: Window) -> Column:
    """Mean of the last three months against the three months before.

    >>> sales_3m_vs_prev3(np.array([[100.0], [100.0], [100.0], [90.0], [80.0], [70.0]]))
    array([-0.2])
    """
    return change(mean_known(sales[-3:]), mean_known(sales[-6:-3]))


@indicator(months=12, unit="change", riskier="low", source="S05")
def sales_6m_vs_prev6(sales: Window) -> Column:
    """Mean of the last six months against the six months before.

    >>> sales_6m_vs_prev6(np.array([[100.0]] * 6 + [[75.0]] * 6))
    array([-0.25])
    """
    return change(mean_known(sales[-6:], least=3), mean_known(sales[-12:-6], least=3))


@indicator(months=12, unit="change", riskier="low", source="S04")
def sales_3m_vs_12m(sales: Window) -> Column:
    """Mean of the last three months against the mean of the last twelve.

    >>> sales_3m_vs_12m(np.array([[120.0]] * 9 + [[40.0]] * 3))  # 40 against a mean of 100
    array([-0.6])
    """
    return change(mean_known(sales[-3:]), mean_known(sales, least=4))


@indicator(months=12, unit="change", riskier="low", source="S08")
def sales_last_vs_12m(sales: Window) -> Column:
    """Last closed month against the mean of the last twelve.

    >>> sales_last_vs_12m(np.array([[105.0]] * 11 + [[45.0]]))  # 45 against a mean of 100
    array([-0.55])
    """
    return change(sales[-1], mean_known(sales, least=4))


@indicator(months=4, unit="change", riskier="low", source="S02")
def sales_last_vs_3m(sales: Window) -> Column:
    """Last closed month against the mean of the three months before it.

    >>> sales_last_vs_3m(np.array([[90.0], [100.0], [110.0], [75.0]]))
    array([-0.25])
    """
    return change(sales[-1], mean_known(sales[:-1], least=2))


@indicator(months=8, unit="change", riskier="low", source="S06")
def sales_slope_8m(sales: Window) -> Column:
    """Trend of eight months: least-squares change of ln(sales) a month.

    >>> sales_slope_8m(np.exp(-0.1 * np.arange(8.0))[:, None]).round(3)
    array([-0.1])
    """
    return slope_of_log(sales, least=4)


@indicator(months=18, unit="change", riskier="low", source="S06")
def sales_slope_18m(sales: Window) -> Column:
    """Trend of eighteen months: least-squares change of ln(sales) a month.

    >>> sales_slope_18m(np.exp(-0.1 * np.arange(18.0))[:, None]).round(3)
    array([-0.1])
    """
    return slope_of_log(sales, least=8)


@indicator(months=8, unit="money", riskier="low", source="S07")
def sales_decayed(sales: Window) -> Column:
    """Mean of eight months in which each month weighs three quarters of the next one, in the currency.

    >>> sales_decayed(np.full((8, 1), 5.0))
    array([5.])
    """
    weight = DECAY ** np.arange(sales.shape[0] - 1, -1, -1.0)[:, None]
    known = ~np.isnan(sales)
    return ratio(np.where(known, sales * weight, 0.0).sum(axis=0), np.where(known, weight, 0.0).sum(axis=0))


@indicator(months=12, unit="ratio", riskier="low", source="S08")
def sales_worst_of_6m(sales: Window) -> Column:
    """Worst of the last six months against the mean of the last twelve.

    >>> sales_worst_of_6m(np.array([[100.0]] * 10 + [[50.0], [150.0]]))  # 50 against a mean of 100
    array([0.5])
    """
    return ratio(lowest(sales[-6:], least=3), mean_known(sales, least=4))


@indicator(months=12, unit="share", riskier="high", source="S09")
def sales_drawdown_12m(sales: Window) -> Column:
    """How far the last closed month lies below the best of twelve.

    >>> sales_drawdown_12m(np.array([[50.0]] * 10 + [[100.0], [25.0]]))
    array([0.75])
    """
    return 1.0 - ratio(sales[-1], highest(sales, least=4))


@indicator(months=24, unit="months", riskier="high", source="S10")
def months_since_peak(sales: Window) -> Column:
    """Months since the best month of two years.

    >>> months_since_peak(np.array([[1.0], [1.0], [1.0], [9.0], [2.0], [3.0]]))
    array([2.])
    """
    best = highest(sales, least=6)
    return months_since(sales == best)


@indicator(months=12, unit="months", riskier="high", source="S11")
def decline_streak(sales: Window) -> Column:
    """How many months in a row sales have fallen, up to now; NaN where the last two months are not known.

    >>> decline_streak(np.array([[5.0, 5.0], [4.0, 4.0], [3.0, 6.0]]))
    array([2., 0.])
    """
    streak = streak_where(np.less, sales[1:], sales[:-1])
    return np.where(both_known(sales[-1], sales[-2]), streak, np.nan)


@indicator(months=7, unit="count", riskier="high", source="S12")
def decline_count_6m(sales: Window) -> Column:
    """In how many of the last six months sales fell; NaN where fewer than three changes are known.

    >>> decline_count_6m(np.array([[9.0], [8.0], [9.0], [7.0], [7.0], [6.0], [5.0]]))
    array([4.])
    """
    after, before = sales[1:], sales[:-1]
    known = count_where(both_known, after, before)
    return np.where(known >= 3, count_where(np.less, after, before), np.nan)  # noqa: PLR2004


@indicator(months=12, unit="share", source="S02", riskier="high")
def sales_worst_fall_12m(sales: Window) -> Column:
    """Largest fall from one known month to the next within twelve months, as a share of the earlier one.

    >>> sales_worst_fall_12m(np.array([[100.0], [50.0], [60.0]]))
    array([0.5])
    """
    return np.clip(1.0 - lowest_ratio(sales[1:], sales[:-1], least=2), 0.0, 1.0)


@indicator(months=12, unit="ratio", source="S13", riskier="high")
def sales_cv_12m(sales: Window) -> Column:
    """Standard deviation of twelve months over their mean.

    >>> sales_cv_12m(np.array([[1.0], [1.0], [3.0], [3.0]]))
    array([0.5])
    """
    return ratio(spread_known(sales, least=4), mean_known(sales, least=4))


@indicator(months=12, unit="ratio", source="S13", riskier="high")
def sales_unrest_change(sales: Window) -> Column:
    """Spread of the last six months over the spread of the six months before.

    >>> sales_unrest_change(np.array([[9.0], [11.0]] * 3 + [[8.0], [12.0]] * 3))
    array([2.])
    """
    return ratio(spread_known(sales[-6:], least=4), spread_known(sales[-12:-6], least=4))


@indicator(months=12, unit="ratio", source="S14", riskier="high")
def sales_mad_12m(sales: Window) -> Column:
    """Median distance from the median month, over the median month, of twelve months.

    >>> sales_mad_12m(np.array([[8.0], [10.0], [12.0], [99.0], [10.0]]))
    array([0.2])
    """
    middle = median_known(sales, least=4)
    return ratio(median_known(np.abs(sales - middle), least=4), middle)


@indicator(months=6, unit="months", riskier="high", source="S16")
def sales_zero_months_6m(sales: Window) -> Column:
    """Months of the last six with sales of exactly zero; NaN where none of the six is known.

    >>> sales_zero_months_6m(np.array([[0.0], [np.nan], [5.0], [0.0], [5.0], [5.0]]))
    array([2.])
    """
    return np.where(count_where(is_known, sales) > 0, count_where(is_zero, sales), np.nan)


@indicator(months=24, unit="months", riskier="high", source="S16")
def sales_zero_months_24m(sales: Window) -> Column:
    """Months of the last twenty-four with sales of exactly zero; NaN where none is known.

    >>> sales_zero_months_24m(np.array([[0.0]] * 3 + [[np.nan]] * 9 + [[5.0]] * 12))
    array([3.])
    """
    return np.where(count_where(is_known, sales) > 0, count_where(is_zero, sales), np.nan)


@indicator(months=12, unit="months", riskier="high", source="S16")
def months_since_sales(sales: Window) -> Column:
    """Months since the last known sale; 0 if the last closed month had one, NaN if none is known in a year.

    >>> months_since_sales(np.array([[5.0], [5.0], [0.0]]))
    array([1.])
    """
    return months_since_where(is_positive, sales)


@indicator(months=8, unit="change", riskier="low", source="S18")
def receipts_slope_8m(transactions: Window) -> Column:
    """Trend of eight months: least-squares change of ln(number of receipts) a month.

    >>> receipts_slope_8m(np.exp(-0.1 * np.arange(8.0))[:, None]).round(3)
    array([-0.1])
    """
    return slope_of_log(transactions, least=4)


@indicator(months=3, unit="count", riskier="low", source="S19")
def receipts_level(transactions: Window) -> Column:
    """Mean number of receipts a month over the last three months.

    >>> receipts_level(np.array([[300.0], [np.nan], [500.0]]))
    array([400.])
    """
    return mean_known(transactions)


@indicator(months=12, unit="change", source="S21")
def ticket_size_change(sales: Window, transactions: Window) -> Column:
    """Sales a receipt in the last three months against the last twelve.

    >>> ticket_size_change(np.full((12, 1), 30.0), np.full((12, 1), 2.0))
    array([0.])
    """
    return change(mean_ratio(sales[-3:], transactions[-3:]), mean_ratio(sales, transactions, least=6))


@indicator(months=3, unit="share", riskier="high", source="S23")
def cancel_rate_3m(cancelled: Window, sales: Window) -> Column:
    """Cancelled amount over sales, three months; NaN where no month is known of both, or without sales.

    >>> cancel_rate_3m(np.array([[2.0], [np.nan], [4.0]]), np.array([[100.0], [999.0], [100.0]]))
    array([0.03])
    """
    return _part_of_sales(cancelled, sales)


@indicator(months=12, unit="change", riskier="high", source="S24")
def cancel_rise(cancelled: Window, sales: Window) -> Column:
    """Cancelled amount over sales of three months less that of twelve, in points.

    >>> cancel_rise(np.array([[2.0]] * 9 + [[10.0]] * 3), np.full((12, 1), 100.0))  # 10 % against 4 %
    array([0.06])
    """
    return _part_of_sales(cancelled[-3:], sales[-3:]) - _part_of_sales(cancelled, sales)


@indicator(months=3, unit="share", source="S29")
def delivery_share_3m(delivery: Window, sales: Window) -> Column:
    """Sales through delivery over all sales, three months; NaN where delivery is not known, for that is not zero.

    >>> sold = np.full((3, 2), 100.0)
    >>> delivery_share_3m(np.array([[20.0, np.nan], [30.0, np.nan], [40.0, np.nan]]), sold)
    array([0.3, nan])
    """
    return _part_of_sales(delivery, sales)


@indicator(months=6, unit="flag", riskier="high", source="S30")
def delivery_jump_with_fall(delivery: Window, sales: Window) -> Column:
    """1 if delivery's share rose by more than ten points within three months while sales fell, else 0.

    Three months against the three before; NaN where either share, or the change of sales, is not known.

    >>> sold = np.array([[100.0, 100.0]] * 3 + [[80.0, 120.0]] * 3)
    >>> delivery_jump_with_fall(sold * np.array([[0.1]] * 3 + [[0.3]] * 3), sold)
    array([1., 0.])
    """
    jump = _part_of_sales(delivery[-3:], sales[-3:]) - _part_of_sales(delivery[:-3], sales[:-3])
    trend = change(mean_known(sales[-3:]), mean_known(sales[:-3]))
    happened = ((jump > JUMP) & (trend < 0)).astype(float)
    return np.where(np.isnan(jump) | np.isnan(trend), np.nan, happened)


def _part_of_sales(part: Window, sales: Window) -> Column:
    """A part of sales over sales, of the months in which both are known."""
    known = ~(np.isnan(part) | np.isnan(sales))
    return ratio(np.where(known, part, 0.0).sum(axis=0), np.where(known, sales, 0.0).sum(axis=0))
