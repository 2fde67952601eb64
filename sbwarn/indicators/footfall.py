"""Footfall (유동인구): how many pass by, and how many of them buy. Read for the shop's district."""

from __future__ import annotations

from sbwarn.indicators.arithmetic import change, mean_known, ratio, slope_of_log
from sbwarn.indicators.mechanism import Column, Window, indicator


@indicator(months=3, unit="people", riskier="low", source="F01", group="external", beside="everyone")
def footfall_level(footfall_weekday: Window) -> Column:
    """Mean persons a weekday over the last three months."""
    return mean_known(footfall_weekday)


@indicator(months=15, unit="change", riskier="low", source="F02", group="external", beside="everyone")
def footfall_yoy(footfall_weekday: Window) -> Column:
    """Mean weekday footfall of three months against the same months a year earlier."""
    return change(mean_known(footfall_weekday[-3:]), mean_known(footfall_weekday[-15:-12]))


@indicator(months=6, unit="change", riskier="low", source="F03", group="external", beside="everyone")
def footfall_slope_6m(footfall_weekday: Window) -> Column:
    """Trend of six months: least-squares change of ln(weekday footfall) a month."""
    return slope_of_log(footfall_weekday, least=4)


@indicator(months=3, unit="ratio", source="F08", group="external", beside="everyone")
def weekend_against_weekday(footfall_weekday: Window, footfall_weekend: Window) -> Column:
    """Mean weekend footfall over mean weekday footfall of three months; low in an office district."""
    return ratio(mean_known(footfall_weekend), mean_known(footfall_weekday))


@indicator(months=3, unit="ratio", riskier="low", source="F05")
def receipts_per_passer(transactions: Window, footfall_weekday: Window) -> Column:
    """Receipts a month over passers-by a weekday, three months: the share of the stream that buys."""
    return ratio(mean_known(transactions), mean_known(footfall_weekday))


@indicator(months=9, unit="change", riskier="low", source="F06")
def capture_change_6m(transactions: Window, footfall_weekday: Window) -> Column:
    """Receipts a passer-by of the last three months against six months earlier."""
    now = ratio(mean_known(transactions[-3:]), mean_known(footfall_weekday[-3:]))
    return change(now, ratio(mean_known(transactions[-9:-6]), mean_known(footfall_weekday[-9:-6])))


@indicator(months=9, unit="change", riskier="low", source="F07")
def sales_against_footfall(sales: Window, footfall_weekday: Window) -> Column:
    """Change of sales over six months, less the change of footfall: below 0 the shop loses, not the street.

    >>> import numpy as np
    >>> fell = np.array([[100.0]] * 6 + [[80.0]] * 3)
    >>> sales_against_footfall(fell, np.full((9, 1), 500.0)).round(3)
    array([-0.2])
    """
    own = change(mean_known(sales[-3:]), mean_known(sales[-9:-6]))
    return own - change(mean_known(footfall_weekday[-3:]), mean_known(footfall_weekday[-9:-6]))
