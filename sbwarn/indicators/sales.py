"""Sales (매출): level, trend, fall, volatility, silence. Every window ends at the last closed month."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import (
    change,
    count_true,
    falls,
    highest,
    lowest,
    mean_known,
    months_since,
    ratio,
    slope_of_log,
    spread_known,
)
from sbwarn.indicators.mechanism import Column, Window, indicator

DECAY = 0.75
"""Weight of a month against the month after it."""


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
    """Last closed month against the same month a year earlier."""
    return change(sales[-1], sales[-13])


@indicator(months=15, unit="change", riskier="low", source="S03")
def sales_yoy_3m(sales: Window) -> Column:
    """Mean of the last three months against the same three months a year earlier."""
    return change(mean_known(sales[-3:], least=2), mean_known(sales[-15:-12], least=2))


@indicator(months=18, unit="change", riskier="low", source="S03")
def sales_yoy_turn(sales: Window) -> Column:
    """How far the year-on-year change of three months has moved in three months; below 0 it gets worse."""
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
    """Mean of the last six months against the six months before."""
    return change(mean_known(sales[-6:], least=3), mean_known(sales[-12:-6], least=3))


@indicator(months=12, unit="change", riskier="low", source="S04")
def sales_3m_vs_12m(sales: Window) -> Column:
    """Mean of the last three months against the mean of the last twelve."""
    return change(mean_known(sales[-3:]), mean_known(sales, least=4))


@indicator(months=12, unit="change", riskier="low", source="S08")
def sales_last_vs_12m(sales: Window) -> Column:
    """Last closed month against the mean of the last twelve."""
    return change(sales[-1], mean_known(sales, least=4))


@indicator(months=4, unit="change", riskier="low", source="S02")
def sales_last_vs_3m(sales: Window) -> Column:
    """Last closed month against the mean of the three months before it."""
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
    """Trend of eighteen months: least-squares change of ln(sales) a month."""
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
    """Worst of the last six months against the mean of the last twelve."""
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
    fell = falls(sales)[::-1]
    streak = count_true(np.logical_and.accumulate(fell, axis=0)).astype(float)
    return np.where(np.isnan(sales[-1]) | np.isnan(sales[-2]), np.nan, streak)


@indicator(months=7, unit="count", riskier="high", source="S12")
def decline_count_6m(sales: Window) -> Column:
    """In how many of the last six months sales fell; NaN where fewer than three changes are known."""
    known = ~(np.isnan(sales[1:]) | np.isnan(sales[:-1]))
    return np.where(count_true(known) >= 3, count_true(falls(sales)), np.nan)  # noqa: PLR2004


@indicator(months=12, unit="share", source="S02", riskier="high")
def sales_worst_fall_12m(sales: Window) -> Column:
    """Largest fall from one known month to the next within twelve months, as a share of the earlier one.

    >>> sales_worst_fall_12m(np.array([[100.0], [50.0], [60.0]]))
    array([0.5])
    """
    before, after = sales[:-1], sales[1:]
    kept = ratio(after, before)
    return np.clip(1.0 - lowest(kept, least=2), 0.0, 1.0)


@indicator(months=12, unit="ratio", source="S13", riskier="high")
def sales_cv_12m(sales: Window) -> Column:
    """Standard deviation of twelve months over their mean.

    >>> sales_cv_12m(np.array([[1.0], [1.0], [3.0], [3.0]]))
    array([0.5])
    """
    return ratio(spread_known(sales, least=4), mean_known(sales, least=4))


@indicator(months=12, unit="ratio", source="S13", riskier="high")
def sales_unrest_change(sales: Window) -> Column:
    """Spread of the last six months over the spread of the six months before."""
    return ratio(spread_known(sales[-6:], least=4), spread_known(sales[-12:-6], least=4))


@indicator(months=12, unit="ratio", source="S14", riskier="high")
def sales_mad_12m(sales: Window) -> Column:
    """Median distance from the median month, over the median month, of twelve months.

    >>> sales_mad_12m(np.array([[8.0], [10.0], [12.0], [99.0], [10.0]]))
    array([0.2])
    """
    middle = _median(sales)
    away = _median(np.abs(sales - middle))
    return np.where(count_true(~np.isnan(sales)) >= 4, ratio(away, middle), np.nan)  # noqa: PLR2004


@indicator(months=6, unit="months", riskier="high", source="S16")
def sales_zero_months_6m(sales: Window) -> Column:
    """Months of the last six with sales of exactly zero; NaN where none of the six is known.

    >>> sales_zero_months_6m(np.array([[0.0], [np.nan], [5.0], [0.0], [5.0], [5.0]]))
    array([2.])
    """
    return np.where(np.isnan(sales).all(axis=0), np.nan, count_true(sales == 0))


@indicator(months=24, unit="months", riskier="high", source="S16")
def sales_zero_months_24m(sales: Window) -> Column:
    """Months of the last twenty-four with sales of exactly zero; NaN where none is known."""
    return np.where(np.isnan(sales).all(axis=0), np.nan, count_true(sales == 0))


@indicator(months=12, unit="months", riskier="high", source="S16")
def months_since_sales(sales: Window) -> Column:
    """Months since the last known sale; 0 if the last closed month had one, NaN if none is known in a year.

    >>> months_since_sales(np.array([[5.0], [5.0], [0.0]]))
    array([1.])
    """
    return months_since(sales > 0)


@indicator(months=8, unit="change", riskier="low", source="S18")
def receipts_slope_8m(transactions: Window) -> Column:
    """Trend of eight months: least-squares change of ln(number of receipts) a month."""
    return slope_of_log(transactions, least=4)


@indicator(months=3, unit="count", riskier="low", source="S19")
def receipts_level(transactions: Window) -> Column:
    """Mean number of receipts a month over the last three months."""
    return mean_known(transactions)


@indicator(months=12, unit="change", source="S21")
def ticket_size_change(sales: Window, transactions: Window) -> Column:
    """Sales a receipt in the last three months against the last twelve.

    >>> ticket_size_change(np.full((12, 1), 30.0), np.full((12, 1), 2.0))
    array([0.])
    """
    ticket = ratio(sales, transactions)
    return change(mean_known(ticket[-3:]), mean_known(ticket, least=6))


def _median(window: Window) -> Column:
    """Median of the known months; NaN where none is known. Sorting puts NaN last, so the middle is a place."""
    rows = np.sort(window, axis=0)
    count = (~np.isnan(window)).sum(axis=0)
    upper = np.take_along_axis(rows, np.maximum(count // 2, 0)[None, :].clip(max=len(rows) - 1), axis=0)[0]
    lower = np.take_along_axis(rows, np.maximum((count - 1) // 2, 0)[None, :], axis=0)[0]
    return np.where(count > 0, (lower + upper) / 2.0, np.nan)
