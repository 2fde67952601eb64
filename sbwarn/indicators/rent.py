"""Rent and lease (임대료): burden, space, and the lease's end. No rent known means no rent indicator known."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import change, mean_known, ratio
from sbwarn.indicators.mechanism import Column, Window, indicator

CONVERSION = 0.06
"""Yearly rent that a deposit stands for, where the market says nothing better: about the rate of commercial leases."""
RENEWAL = 3
"""Months before its end in which a lease is up for renewal."""


@indicator(months=1, unit="money", source="R01")
def rent_equivalent(rent: Window, deposit: Window) -> Column:
    """Monthly rent with the deposit turned into rent, in the currency; without a known deposit the rent alone.

    >>> rent_equivalent(np.array([[1_000_000.0]]), np.array([[20_000_000.0]]))
    array([1100000.])
    """
    held = np.where(np.isnan(deposit[-1]), 0.0, deposit[-1])
    return np.asarray(rent[-1] + held * CONVERSION / 12)


@indicator(months=1, unit="money_per_area", source="R02", riskier="high")
def rent_per_m2(rent: Window, floor_area: Column) -> Column:
    """Monthly rent a square metre, in the currency."""
    return ratio(rent[-1], floor_area)


@indicator(months=3, unit="share", riskier="high", source="R03")
def rent_share_of_sales(rent: Window, maintenance: Window, sales: Window) -> Column:
    """Three months of rent and maintenance over three months of sales; without a known fee the rent alone.

    >>> rent_share_of_sales(np.full((3, 1), 1.0), np.full((3, 1), np.nan), np.full((3, 1), 10.0))
    array([0.1])
    """
    fee = mean_known(maintenance)
    return ratio(mean_known(rent) + np.where(np.isnan(fee), 0.0, fee), mean_known(sales))


@indicator(months=15, unit="share", riskier="high", source="R06")
def rent_share_change_12m(rent: Window, sales: Window) -> Column:
    """Rent's share of sales over three months, less the same a year earlier."""
    now = ratio(mean_known(rent[-3:]), mean_known(sales[-3:]))
    return now - ratio(mean_known(rent[-15:-12]), mean_known(sales[-15:-12]))


@indicator(months=13, unit="change", source="R07")
def rent_change_12m(rent: Window) -> Column:
    """Rent of the last closed month against a year earlier.

    >>> rent_change_12m(np.array([[100.0]] + [[105.0]] * 12)).round(3)
    array([0.05])
    """
    return change(rent[-1], rent[-13])


@indicator(months=1, unit="ratio", riskier="high", source="R09", group="competitive")
def rent_against_peers(rent: Window, floor_area: Column, peer_rent_per_m2: Column) -> Column:
    """Rent a square metre over the median of the peers."""
    return ratio(ratio(rent[-1], floor_area), peer_rent_per_m2)


@indicator(months=3, unit="ratio", riskier="high", source="R05", group="competitive")
def rent_burden_against_peers(rent: Window, sales: Window, peer_rent_share: Column) -> Column:
    """Rent's share of three months' sales over the median share of the peers."""
    return ratio(ratio(mean_known(rent), mean_known(sales)), peer_rent_share)


@indicator(months=3, unit="money_per_area", riskier="low", source="R11")
def sales_per_m2(sales: Window, floor_area: Column) -> Column:
    """Mean monthly sales of three months a square metre, in the currency."""
    return ratio(mean_known(sales), floor_area)


@indicator(months=1, unit="months", source="R12")
def lease_months_left(lease_left: Column) -> Column:
    """Months until the lease ends; 0 once it has."""
    return np.where(np.isnan(lease_left), np.nan, np.maximum(lease_left, 0.0))


@indicator(months=1, unit="flag", riskier="high", source="R13")
def lease_renewal_soon(lease_left: Column) -> Column:
    """1 if the lease ends within three months, else 0.

    >>> lease_renewal_soon(np.array([2.0, 12.0, np.nan]))
    array([ 1.,  0., nan])
    """
    return np.where(np.isnan(lease_left), np.nan, ((lease_left >= 0) & (lease_left <= RENEWAL)).astype(float))
