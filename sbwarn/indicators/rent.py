"""Rent, lease and fixed cost (임대료·고정비): burden, space, and the lease's end. Without a known rent, no rent indicator."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import change, highest, latest_known, mean_known, ratio
from sbwarn.indicators.mechanism import Column, Window, indicator

CONVERSION = 0.06
"""Yearly rent that a deposit stands for, where the market says nothing better: about the rate of commercial leases."""
RENEWAL = 3
"""Months before its end in which a lease is up for renewal."""


@indicator(months=1, unit="money", source="R01", tells=False)
def rent_equivalent(rent: Window, deposit: Window) -> Column:
    """Monthly rent with the deposit turned into rent, in the currency; without a known deposit the rent alone.

    >>> rent_equivalent(np.array([[1_000_000.0]]), np.array([[20_000_000.0]]))
    array([1100000.])
    """
    held = np.where(np.isnan(deposit[-1]), 0.0, deposit[-1])
    return np.asarray(rent[-1] + held * CONVERSION / 12)


@indicator(months=1, unit="money_per_area", source="R02", riskier="high")
def rent_per_m2(rent: Window, floor_area: Column) -> Column:
    """Monthly rent a square metre, in the currency.

    >>> rent_per_m2(np.array([[1_200_000.0]]), np.array([40.0]))
    array([30000.])
    """
    return ratio(rent[-1], floor_area)


@indicator(months=3, unit="share", riskier="high", source="R03")
def rent_share_of_sales(rent: Window, maintenance: Window, sales: Window) -> Column:
    """Three months of rent and maintenance over three months of sales; without a known fee the rent alone.

    >>> rent_share_of_sales(np.full((3, 1), 1.0), np.full((3, 1), np.nan), np.full((3, 1), 10.0))
    array([0.1])
    """
    return _rent_share(rent, maintenance, sales)


@indicator(months=3, unit="share", riskier="high", source="R04")
def rent_over_usual(rent: Window, maintenance: Window, sales: Window, usual_rent_share: Column) -> Column:
    """By how much rent's share of sales exceeds what is usual in the trade, three months, in points; 0 if it does not.

    >>> paid, fee, sold = np.full((3, 1), 15.0), np.full((3, 1), np.nan), np.full((3, 1), 100.0)
    >>> rent_over_usual(paid, fee, sold, np.array([0.1])).round(3), rent_over_usual(paid, fee, sold, np.array([0.2]))
    (array([0.05]), array([0.]))
    """
    return np.maximum(_rent_share(rent, maintenance, sales) - usual_rent_share, 0.0)


@indicator(months=15, unit="share", riskier="high", source="R06")
def rent_share_change_12m(rent: Window, sales: Window) -> Column:
    """Rent's share of sales over three months, less the same a year earlier.

    >>> sold = np.array([[100.0]] * 12 + [[80.0]] * 3)
    >>> rent_share_change_12m(np.full((15, 1), 20.0), sold)  # from 20 % to 25 %
    array([0.05])
    """
    now = ratio(mean_known(rent[-3:]), mean_known(sales[-3:]))
    return now - ratio(mean_known(rent[-15:-12]), mean_known(sales[-15:-12]))


@indicator(months=13, unit="change", source="R07")
def rent_change_12m(rent: Window) -> Column:
    """Rent of the last closed month against a year earlier.

    >>> rent_change_12m(np.array([[100.0]] + [[105.0]] * 12)).round(3)
    array([0.05])
    """
    return change(rent[-1], rent[-13])


@indicator(months=15, unit="change", source="R08", group="external", beside="everyone")
def rent_index_change_4q(rent_index: Window) -> Column:
    """The district's rent index against four quarters earlier: the last three months hold one quarter's end.

    >>> index = np.full((15, 1), np.nan)
    >>> index[1], index[13] = 100.0, 95.0
    >>> rent_index_change_4q(index).round(3)
    array([-0.05])
    """
    return change(mean_known(rent_index[-3:]), mean_known(rent_index[-15:-12]))


@indicator(months=12, unit="ratio", riskier="high", source="R09", group="external")
def rent_against_market(rent: Window, floor_area: Column, market_rent: Window) -> Column:
    """Rent a square metre of the last month over the district's market rent, the latest known of twelve months.

    >>> market = np.full((12, 1), np.nan)
    >>> market[7] = 20.0
    >>> rent_against_market(np.full((12, 1), 900.0), np.array([30.0]), market)
    array([1.5])
    """
    return ratio(ratio(rent[-1], floor_area), latest_known(market_rent))


@indicator(months=1, unit="ratio", riskier="high", source="R09", group="competitive")
def rent_against_peers(rent: Window, floor_area: Column, peer_rent_per_m2: Column) -> Column:
    """Rent a square metre over the median of the peers.

    >>> rent_against_peers(np.array([[900.0]]), np.array([30.0]), np.array([20.0]))
    array([1.5])
    """
    return ratio(ratio(rent[-1], floor_area), peer_rent_per_m2)


@indicator(months=3, unit="ratio", riskier="high", source="R05", group="competitive")
def rent_burden_against_peers(rent: Window, sales: Window, peer_rent_share: Column) -> Column:
    """Rent's share of three months' sales over the median share of the peers.

    >>> paid, sold = np.full((3, 1), 15.0), np.full((3, 1), 100.0)
    >>> rent_burden_against_peers(paid, sold, np.array([0.1])).round(3)
    array([1.5])
    """
    return ratio(ratio(mean_known(rent), mean_known(sales)), peer_rent_share)


@indicator(months=12, unit="ratio", riskier="low", source="R10")
def sales_per_rent(sales: Window, rent: Window) -> Column:
    """Mean sales over mean rent of twelve months; NaN where fewer than four months of either are known.

    A year, where `rent_share_of_sales` tells of three months: over the same months one would be the other upside down.

    >>> sales_per_rent(np.array([[80.0]] * 6 + [[120.0]] * 6), np.full((12, 1), 10.0))
    array([10.])
    """
    return ratio(mean_known(sales, least=4), mean_known(rent, least=4))


@indicator(months=3, unit="money_per_area", riskier="low", source="R11")
def sales_per_m2(sales: Window, floor_area: Column) -> Column:
    """Mean monthly sales of three months a square metre, in the currency.

    >>> sales_per_m2(np.array([[8_000.0], [9_000.0], [10_000.0]]), np.array([30.0]))
    array([300.])
    """
    return ratio(mean_known(sales), floor_area)


@indicator(months=1, unit="months", source="R12")
def lease_months_left(lease_left: Column) -> Column:
    """Months until the lease ends; 0 once it has.

    >>> lease_months_left(np.array([14.0, -2.0, np.nan]))
    array([14.,  0., nan])
    """
    return np.where(np.isnan(lease_left), np.nan, np.maximum(lease_left, 0.0))


@indicator(months=1, unit="flag", riskier="high", source="R13")
def lease_renewal_soon(lease_left: Column) -> Column:
    """1 if the lease ends within three months, else 0.

    >>> lease_renewal_soon(np.array([2.0, 12.0, np.nan]))
    array([ 1.,  0., nan])
    """
    return np.where(np.isnan(lease_left), np.nan, ((lease_left >= 0) & (lease_left <= RENEWAL)).astype(float))


@indicator(months=6, unit="days", riskier="high", source="R14")
def rent_days_late_6m(rent_days_late: Window) -> Column:
    """Most days that the rent was paid late within six months.

    >>> rent_days_late_6m(np.array([[0.0], [12.0], [np.nan], [0.0], [3.0], [0.0]]))
    array([12.])
    """
    return highest(rent_days_late)


@indicator(months=3, unit="ratio", riskier="low", source="R15")
def fixed_cost_cover(
    sales: Window, rent: Window, labour: Window, utilities: Window, gross_margin: Column
) -> Column:
    """What sales leave after buying goods, over rent, wages and utilities, three months: below 1 they do not cover it.

    The margin is the usual one of the trade. NaN where one of the costs is not known in any month, for a sum without
    it would look too good.

    >>> sold, paid, wages, power = (np.full((3, 1), each) for each in (1000.0, 200.0, 250.0, 50.0))
    >>> fixed_cost_cover(sold, paid, wages, power, np.array([0.4]))  # 400 for costs of 500
    array([0.8])
    """
    cost = mean_known(rent) + mean_known(labour) + mean_known(utilities)
    return ratio(mean_known(sales) * gross_margin, cost)


@indicator(months=15, unit="change", riskier="low", source="R16")
def energy_change_12m(energy: Window) -> Column:
    """Energy used in three months against the same months a year earlier: against the year's mean it would tell winter.

    >>> energy_change_12m(np.array([[400.0]] * 3 + [[100.0]] * 9 + [[300.0]] * 3))
    array([-0.25])
    """
    return change(mean_known(energy[-3:]), mean_known(energy[-15:-12]))


def _rent_share(rent: Window, maintenance: Window, sales: Window) -> Column:
    fee = mean_known(maintenance)
    return ratio(mean_known(rent) + np.where(np.isnan(fee), 0.0, fee), mean_known(sales))
