"""Peers and competition (동종·경쟁): the shop against its industry in its district. Peers come from a `PeerTable`."""

from __future__ import annotations

from sbwarn.indicators.arithmetic import change, mean_known, rank_on, ratio
from sbwarn.indicators.mechanism import Column, Window, indicator


@indicator(months=3, unit="ratio", riskier="low", source="P01", group="competitive")
def sales_against_peers(sales: Window, peer_sales_median: Window) -> Column:
    """Mean sales of three months over the median of the peers.

    >>> import numpy as np
    >>> sales_against_peers(np.full((3, 1), 5.0), np.full((3, 1), 10.0))
    array([0.5])
    """
    return ratio(mean_known(sales), mean_known(peer_sales_median))


@indicator(months=3, unit="share", riskier="low", source="P03", group="competitive")
def rank_among_peers(sales: Window, peer_level_grid: Window) -> Column:
    """Share of the peers with lower mean sales over three months: 0 the smallest, 1 the largest."""
    return rank_on(peer_level_grid, mean_known(sales))


@indicator(months=9, unit="change", riskier="low", source="P05", group="competitive")
def peer_gap_change_6m(sales: Window, peer_sales_median: Window) -> Column:
    """Sales over the peers' median, three months, against six months earlier: below 0 the shop loses ground."""
    now = ratio(mean_known(sales[-3:]), mean_known(peer_sales_median[-3:]))
    return change(now, ratio(mean_known(sales[-9:-6]), mean_known(peer_sales_median[-9:-6])))


@indicator(months=15, unit="change", riskier="low", source="P06", group="competitive")
def peer_gap_change_12m(sales: Window, peer_sales_median: Window) -> Column:
    """Sales over the peers' median, three months, against a year earlier."""
    now = ratio(mean_known(sales[-3:]), mean_known(peer_sales_median[-3:]))
    return change(now, ratio(mean_known(sales[-15:-12]), mean_known(peer_sales_median[-15:-12])))


@indicator(months=12, unit="change", riskier="low", source="S15", group="competitive")
def sales_against_season(sales: Window, peer_sales_median: Window) -> Column:
    """Last closed month over the shop's own twelve, against the same of its peers: the season taken out.

    >>> import numpy as np
    >>> own = np.array([[100.0]] * 11 + [[120.0]])
    >>> sales_against_season(own, own).round(6)
    array([0.])
    """
    own = ratio(sales[-1], mean_known(sales, least=4))
    return change(own, ratio(peer_sales_median[-1], mean_known(peer_sales_median, least=4)))


@indicator(months=1, unit="change", riskier="low", source="P06", group="competitive", beside="everyone")
def peer_trend_3m(peer_trend: Column) -> Column:
    """Median change of the peers' sales, three months against the three before."""
    return peer_trend.copy()


@indicator(months=1, unit="change", riskier="low", source="P06", group="competitive", beside="everyone")
def peer_sales_yoy(peer_yoy: Column) -> Column:
    """Sales of the peers, three months against a year earlier, over the shops known in both."""
    return peer_yoy.copy()


@indicator(months=1, unit="ratio", source="P07", group="competitive", beside="everyone")
def peer_dispersion(peer_level_grid: Window) -> Column:
    """Third quarter of the peers' sales over the first: how unequal the trade is."""
    quarter = (peer_level_grid.shape[0] - 1) // 4
    return ratio(peer_level_grid[3 * quarter], peer_level_grid[quarter])


@indicator(months=1, unit="share", riskier="high", source="P13", group="competitive", beside="everyone")
def peer_exit_rate(peer_exit: Column) -> Column:
    """Share of the peers that traded six months ago and have no known sales since three."""
    return peer_exit.copy()


@indicator(months=1, unit="share", source="P11", group="competitive", beside="everyone")
def peer_entry_rate(peer_entry: Column) -> Column:
    """Share of the trading peers whose first known sale lies within a year."""
    return peer_entry.copy()
