"""District (상권): how the shops around fare, whatever they sell. District figures come from a `PeerTable`."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import change, ratio
from sbwarn.indicators.mechanism import Column, Window, indicator


@indicator(months=1, unit="change", riskier="low", source="D10", group="external", beside="everyone")
def district_sales_yoy(district_yoy: Column) -> Column:
    """Sales of the district, three months against a year earlier, over the shops known in both."""
    return district_yoy.copy()


@indicator(months=1, unit="change", riskier="low", source="D10", group="external", beside="everyone")
def district_trend_3m(district_trend: Column) -> Column:
    """Median change of sales in the district, three months against the three before."""
    return district_trend.copy()


@indicator(months=1, unit="share", riskier="high", source="P14", group="external", beside="everyone")
def district_exit_rate(district_exit: Column) -> Column:
    """Share of the district's shops that traded six months ago and have no known sales since three."""
    return district_exit.copy()


@indicator(months=1, unit="share", source="P11", group="external", beside="everyone")
def district_entry_rate(district_entry: Column) -> Column:
    """Share of the district's trading shops whose first known sale lies within a year."""
    return district_entry.copy()


@indicator(months=14, unit="change", riskier="low", source="D11", group="external", beside="everyone")
def district_shops_yoy(district_trading: Window) -> Column:
    """Trading shops of the district a month ago against a year before that: late reports distort the last month.

    >>> district_shops_yoy(np.array([[20.0]] * 13 + [[9.0]]))
    array([0.])
    """
    return change(district_trading[-2], district_trading[-14])


@indicator(months=2, unit="share", source="P08", group="external", beside="everyone")
def own_trade_share(peer_trading: Window, district_trading: Window) -> Column:
    """Shops of the same trade over all trading shops of the district; unknown where the peers are city-wide.

    >>> own_trade_share(np.array([[5.0, 90.0]] * 2), np.array([[20.0, 20.0]] * 2))
    array([0.25,  nan])
    """
    share = ratio(peer_trading[-2], district_trading[-2])
    return np.where(share > 1.0, np.nan, share)
