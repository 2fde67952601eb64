"""Footfall and access (유동인구·접근성): how many pass by, how many of them buy, how far it is to get there."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import change, mean_known, months_since, ratio, slope_of_log, spread_known
from sbwarn.indicators.mechanism import Column, Window, indicator


@indicator(months=3, unit="people", riskier="low", source="F01", group="external", beside="everyone")
def footfall_level(footfall_weekday: Window) -> Column:
    """Mean persons a weekday over the last three months.

    >>> footfall_level(np.array([[4000.0], [np.nan], [6000.0]]))
    array([5000.])
    """
    return mean_known(footfall_weekday)


@indicator(months=15, unit="change", riskier="low", source="F02", group="external", beside="everyone")
def footfall_yoy(footfall_weekday: Window) -> Column:
    """Mean weekday footfall of three months against the same months a year earlier.

    >>> footfall_yoy(np.array([[400.0]] * 3 + [[100.0]] * 9 + [[300.0]] * 3))
    array([-0.25])
    """
    return change(mean_known(footfall_weekday[-3:]), mean_known(footfall_weekday[-15:-12]))


@indicator(months=6, unit="change", riskier="low", source="F03", group="external", beside="everyone")
def footfall_slope_6m(footfall_weekday: Window) -> Column:
    """Trend of six months: least-squares change of ln(weekday footfall) a month.

    >>> footfall_slope_6m(np.exp(-0.1 * np.arange(6.0))[:, None]).round(3)
    array([-0.1])
    """
    return slope_of_log(footfall_weekday, least=4)


@indicator(months=3, unit="ratio", source="F08", group="external", beside="everyone")
def weekend_against_weekday(footfall_weekday: Window, footfall_weekend: Window) -> Column:
    """Mean weekend footfall over mean weekday footfall of three months; low in an office district.

    >>> weekend_against_weekday(np.full((3, 1), 800.0), np.full((3, 1), 600.0))
    array([0.75])
    """
    return ratio(mean_known(footfall_weekend), mean_known(footfall_weekday))


@indicator(months=3, unit="ratio", riskier="low", source="F05")
def receipts_per_passer(transactions: Window, footfall_weekday: Window) -> Column:
    """Receipts a month over passers-by a weekday, three months: the share of the stream that buys.

    >>> receipts_per_passer(np.full((3, 1), 500.0), np.full((3, 1), 2000.0))
    array([0.25])
    """
    return ratio(mean_known(transactions), mean_known(footfall_weekday))


@indicator(months=9, unit="change", riskier="low", source="F06")
def capture_change_6m(transactions: Window, footfall_weekday: Window) -> Column:
    """Receipts a passer-by of the last three months against six months earlier.

    >>> receipts = np.array([[400.0]] * 6 + [[300.0]] * 3)
    >>> capture_change_6m(receipts, np.full((9, 1), 2000.0))
    array([-0.25])
    """
    now = ratio(mean_known(transactions[-3:]), mean_known(footfall_weekday[-3:]))
    return change(now, ratio(mean_known(transactions[-9:-6]), mean_known(footfall_weekday[-9:-6])))


@indicator(months=9, unit="change", riskier="low", source="F07")
def sales_against_footfall(sales: Window, footfall_weekday: Window) -> Column:
    """Change of sales over six months, less the change of footfall: below 0 the shop loses, not the street.

    >>> fell = np.array([[100.0]] * 6 + [[80.0]] * 3)
    >>> sales_against_footfall(fell, np.full((9, 1), 500.0)).round(3)
    array([-0.2])
    """
    own = change(mean_known(sales[-3:]), mean_known(sales[-9:-6]))
    return own - change(mean_known(footfall_weekday[-3:]), mean_known(footfall_weekday[-9:-6]))


@indicator(months=12, unit="ratio", riskier="high", source="F04", group="external", beside="everyone")
def footfall_variation_12m(footfall_weekday: Window) -> Column:
    """Standard deviation of weekday footfall over its mean, twelve months; NaN where fewer than four are known.

    >>> footfall_variation_12m(np.array([[500.0]] * 6 + [[1500.0]] * 6))
    array([0.5])
    """
    return ratio(spread_known(footfall_weekday, least=4), mean_known(footfall_weekday, least=4))


@indicator(months=3, unit="share", source="F09", group="external", beside="everyone")
def lunch_share(footfall_lunch: Window) -> Column:
    """Share of the weekday's footfall that passes from 11 to 14 h, mean of three months.

    >>> lunch_share(np.array([[0.25], [0.25], [0.25]]))
    array([0.25])
    """
    return mean_known(footfall_lunch)


@indicator(months=3, unit="share", source="F09", group="external", beside="everyone")
def dinner_share(footfall_dinner: Window) -> Column:
    """Share of the weekday's footfall that passes from 17 to 21 h, mean of three months.

    >>> dinner_share(np.array([[0.25], [np.nan], [0.75]]))
    array([0.5])
    """
    return mean_known(footfall_dinner)


@indicator(months=1, unit="people", riskier="low", source="F13", group="external", beside="everyone")
def living_population(residents: Column, workers: Column) -> Column:
    """Residents and workers of the district; NaN where either is not known.

    >>> living_population(np.array([8000.0, 8000.0]), np.array([3000.0, np.nan]))
    array([11000.,    nan])
    """
    return residents + workers


@indicator(months=1, unit="metres", riskier="high", source="F14", group="external")
def transit_distance(transit_m: Column) -> Column:
    """Metres to the nearest bus or rail stop.

    >>> transit_distance(np.array([250.0, np.nan]))
    array([250.,  nan])
    """
    return transit_m.copy()


@indicator(months=1, unit="metres", riskier="high", source="F15", group="external")
def anchor_distance(anchor_m: Column) -> Column:
    """Metres to the nearest anchor (mart, cinema, school) that does not stand empty.

    >>> anchor_distance(np.array([400.0, np.nan]))
    array([400.,  nan])
    """
    return anchor_m.copy()


@indicator(months=13, unit="months", source="F16", group="external", beside="everyone", tells=False)
def footfall_age(footfall_weekday: Window) -> Column:
    """Months since the last known footfall of the district, twelve at most; NaN if none is known within them.

    It tells the model how much to trust the other columns. A gap in the data is no fault of the shop, so it is never
    a reason.

    >>> footfall_age(np.array([[500.0, np.nan], [500.0, np.nan], [np.nan, np.nan]]))
    array([ 1., nan])
    """
    return months_since(~np.isnan(footfall_weekday))
