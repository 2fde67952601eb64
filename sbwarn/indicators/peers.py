"""Peers and competition (동종·경쟁): the shop against its industry in its district. Peers come from a `PeerTable`."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import change, mean_known, rank_on, ratio
from sbwarn.indicators.bands import banded
from sbwarn.indicators.mechanism import Column, Window, indicator

FEW = 5
"""Trading shops within a walk under which a share of them tells nothing: alone, a shop would be all of its trade."""


@indicator(months=3, unit="ratio", riskier="low", source="P01", group="competitive")
def sales_against_peers(sales: Window, peer_sales_median: Window) -> Column:
    """Mean sales of three months over the median of the peers.

    >>> sales_against_peers(np.full((3, 1), 5.0), np.full((3, 1), 10.0))
    array([0.5])
    """
    return ratio(mean_known(sales), mean_known(peer_sales_median))


@indicator(months=3, unit="share", riskier="low", source="P03", group="competitive")
def rank_among_peers(sales: Window, peer_level_grid: Window) -> Column:
    """Share of the peers with lower mean sales over three months: 0 the smallest, 1 the largest.

    >>> rank_among_peers(np.full((3, 1), 15.0), np.array([[0.0], [10.0], [20.0]]))
    array([0.75])
    """
    return rank_on(peer_level_grid, mean_known(sales))


@indicator(months=9, unit="change", riskier="low", source="P05", group="competitive")
def peer_gap_change_6m(sales: Window, peer_sales_median: Window) -> Column:
    """Sales over the peers' median, three months, against six months earlier: below 0 the shop loses ground.

    >>> own, others = np.array([[100.0]] * 6 + [[90.0]] * 3), np.array([[50.0]] * 6 + [[60.0]] * 3)
    >>> peer_gap_change_6m(own, others)  # from twice the median to one and a half
    array([-0.25])
    """
    now = ratio(mean_known(sales[-3:]), mean_known(peer_sales_median[-3:]))
    return change(now, ratio(mean_known(sales[-9:-6]), mean_known(peer_sales_median[-9:-6])))


@indicator(months=15, unit="change", riskier="low", source="P06", group="competitive")
def peer_gap_change_12m(sales: Window, peer_sales_median: Window) -> Column:
    """Sales over the peers' median, three months, against a year earlier.

    >>> own, others = np.array([[100.0]] * 12 + [[90.0]] * 3), np.array([[50.0]] * 12 + [[60.0]] * 3)
    >>> peer_gap_change_12m(own, others)  # from twice the median to one and a half
    array([-0.25])
    """
    now = ratio(mean_known(sales[-3:]), mean_known(peer_sales_median[-3:]))
    return change(now, ratio(mean_known(sales[-15:-12]), mean_known(peer_sales_median[-15:-12])))


@indicator(months=12, unit="change", riskier="low", source="S15", group="competitive")
def sales_against_season(sales: Window, peer_sales_median: Window) -> Column:
    """Last closed month over the shop's own twelve, against the same of its peers: the season taken out.

    >>> own = np.array([[100.0]] * 11 + [[120.0]])
    >>> sales_against_season(own, own).round(6)
    array([0.])
    """
    own = ratio(sales[-1], mean_known(sales, least=4))
    return change(own, ratio(peer_sales_median[-1], mean_known(peer_sales_median, least=4)))


@indicator(months=1, unit="change", riskier="low", source="P06", group="competitive", beside="everyone")
def peer_trend_3m(peer_trend: Column) -> Column:
    """Median change of the peers' sales, three months against the three before.

    >>> peer_trend_3m(np.array([-0.1, np.nan]))
    array([-0.1,  nan])
    """
    return peer_trend.copy()


@indicator(months=1, unit="change", riskier="low", source="P06", group="competitive", beside="everyone")
def peer_sales_yoy(peer_yoy: Column) -> Column:
    """Sales of the peers, three months against a year earlier, over the shops known in both.

    >>> peer_sales_yoy(np.array([0.05, np.nan]))
    array([0.05,  nan])
    """
    return peer_yoy.copy()


@indicator(months=1, unit="ratio", source="P07", group="competitive", beside="everyone")
def peer_dispersion(peer_level_grid: Window) -> Column:
    """Third quarter of the peers' sales over the first: how unequal the trade is.

    >>> peer_dispersion(np.array([[10.0], [20.0], [30.0], [50.0], [90.0]]))  # quarters at 20 and 50
    array([2.5])
    """
    quarter = (peer_level_grid.shape[0] - 1) // 4
    return ratio(peer_level_grid[3 * quarter], peer_level_grid[quarter])


@indicator(months=1, unit="share", riskier="high", source="P12", group="competitive", beside="everyone")
def peer_exit_rate(peer_exit: Column) -> Column:
    """Share of the peers that traded six months ago and have no known sales since three.

    >>> peer_exit_rate(np.array([0.08, np.nan]))
    array([0.08,  nan])
    """
    return peer_exit.copy()


@indicator(months=1, unit="share", source="P11", group="competitive", beside="everyone")
def peer_entry_rate(peer_entry: Column) -> Column:
    """Share of the trading peers whose first known sale lies within a year.

    >>> peer_entry_rate(np.array([0.12, np.nan]))
    array([0.12,  nan])
    """
    return peer_entry.copy()


@indicator(months=3, unit="ratio", riskier="low", source="P02", group="competitive")
def receipts_against_peers(transactions: Window, peer_receipts: Column) -> Column:
    """Mean number of receipts of three months over the median of the peers.

    >>> receipts_against_peers(np.full((3, 1), 300.0), np.array([400.0]))
    array([0.75])
    """
    return ratio(mean_known(transactions), peer_receipts)


@indicator(months=12, unit="share", riskier="low", source="P03", group="competitive")
def rank_in_industry_12m(sales: Window, industry_grid: Window) -> Column:
    """Share of the whole industry with lower mean sales over twelve months: 0 the smallest, 1 the largest.

    >>> rank_in_industry_12m(np.full((12, 1), 15.0), np.array([[0.0], [10.0], [20.0]]))
    array([0.75])
    """
    return rank_on(industry_grid, mean_known(sales))


@indicator(months=12, unit="share", riskier="low", source="P04", group="competitive")
def rank_in_district_12m(sales: Window, district_grid: Window) -> Column:
    """Share of the district's shops with lower mean sales over twelve months: 0 the smallest, 1 the largest.

    >>> rank_in_district_12m(np.full((12, 1), 5.0), np.array([[0.0], [10.0], [20.0]]))
    array([0.25])
    """
    return rank_on(district_grid, mean_known(sales))


@indicator(months=9, unit="change", riskier="low", source="P05", group="competitive")
def rank_change_6m(sales: Window, peer_level_grid: Window, peer_level_grid_before: Window) -> Column:
    """Rank among the peers over three months less the rank of six months earlier, in points; below 0 it fell.

    >>> sold, grid = np.array([[15.0]] * 6 + [[10.0]] * 3), np.array([[0.0], [10.0], [20.0]])
    >>> rank_change_6m(sold, grid, grid)  # from 0.75 to 0.5
    array([-0.25])
    """
    return rank_on(peer_level_grid, mean_known(sales[-3:])) - rank_on(
        peer_level_grid_before, mean_known(sales[-9:-6])
    )


@indicator(months=15, unit="change", riskier="low", source="P06", group="competitive")
def market_share_change_12m(sales: Window, peer_total_now: Column, peer_total_year_ago: Column) -> Column:
    """Share of the peers' sales, three months, against a year earlier; peers that came or went count.

    >>> sold = np.full((15, 1), 10.0)
    >>> market_share_change_12m(sold, np.array([125.0]), np.array([100.0])).round(3)  # from 10 % to 8 %
    array([-0.2])
    """
    now = ratio(mean_known(sales[-3:]), peer_total_now)
    return change(now, ratio(mean_known(sales[-15:-12]), peer_total_year_ago))


@indicator(months=1, unit="share", source="P08", group="competitive")
def same_trade_within_300m(near_same_trade: Column, near_trading: Column) -> Column:
    """Share of the trading shops within 300 m that are of the same trade, itself included.

    A share of shops, not a number for each 1,000 residents: residents are counted by district, and a circle of 300 m
    is not the district. NaN where fewer than five shops trade.

    >>> same_trade_within_300m(np.array([3.0, 1.0]), np.array([12.0, 1.0]))
    array([0.25,  nan])
    """
    return np.where(near_trading >= FEW, ratio(near_same_trade, near_trading), np.nan)


@indicator(months=1, unit="ratio", source="P09", group="competitive")
def trade_mix_within_300m(near_mix: Column) -> Column:
    """Entropy, in nats, of the trades of the shops within 300 m: 0 where all are of one, higher where they are many.

    >>> trade_mix_within_300m(np.array([1.5, np.nan]))
    array([1.5, nan])
    """
    return near_mix.copy()


@indicator(months=1, unit="share", source="P10", group="competitive", beside="everyone")
def chain_share_of_peers(peer_chain_share: Column) -> Column:
    """Share of the trading peers that are franchises; NaN where brands are not known.

    >>> chain_share_of_peers(np.array([0.25, np.nan]))
    array([0.25,  nan])
    """
    return peer_chain_share.copy()


@indicator(months=1, unit="share", riskier="high", source="P13", group="competitive", beside="everyone")
def industry_exit_rate(industry_exit: Column) -> Column:
    """Share of the whole industry that traded six months ago and has no known sales since three.

    >>> industry_exit_rate(np.array([0.08, np.nan]))
    array([0.08,  nan])
    """
    return industry_exit.copy()


@indicator(months=1, unit="change", riskier="high", source="P12", group="competitive", beside="everyone")
def peer_exit_change_6m(peer_exit: Column, peer_exit_before: Column) -> Column:
    """Share of the peers that stopped, less the share of six months earlier, in points.

    >>> peer_exit_change_6m(np.array([0.75]), np.array([0.5]))
    array([0.25])
    """
    return peer_exit - peer_exit_before


@indicator(months=1, unit="months", riskier="low", source="P15", group="competitive", beside="everyone")
def peers_median_age(peer_age: Column) -> Column:
    """Median months that the peers have been open, as the lower end of its band (0, 6, 12, 24, 36, 60, 120).

    >>> peers_median_age(np.array([40.0, np.nan]))
    array([36., nan])
    """
    return banded(peer_age)


@indicator(months=1, unit="change", riskier="low", source="P06", group="competitive", beside="everyone")
def industry_sales_yoy(industry_yoy: Column) -> Column:
    """Sales of the whole industry, three months against a year earlier, over the shops known in both.

    >>> industry_sales_yoy(np.array([-0.1, np.nan]))
    array([-0.1,  nan])
    """
    return industry_yoy.copy()
