"""The business itself (사업체): age, brand, operator, reviews, loans, arrears.

All private: used only where the programme has the right to hold them.
"""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.arithmetic import change, highest, mean_known
from sbwarn.indicators.bands import banded
from sbwarn.indicators.mechanism import Column, Window, indicator

EARLY = 12
"""Months after opening that count as the early stage: under a year, arrears are twice as frequent."""
LATELY_MOVED = 12
LATELY_HANDED_OVER = 6


@indicator(months=1, unit="months", source="B01", private=True)
def months_open_band(months_open: Column) -> Column:
    """Months since opening, as the lower end of its band (0, 6, 12, 24, 36, 60, 120).

    >>> months_open_band(np.array([3.0, 30.0, np.nan]))
    array([ 0., 24., nan])
    """
    return banded(months_open)


@indicator(months=1, unit="flag", riskier="high", source="B02", private=True)
def is_early_stage(months_open: Column) -> Column:
    """1 in the first year after opening, else 0.

    >>> is_early_stage(np.array([11.0, 12.0, np.nan]))
    array([ 1.,  0., nan])
    """
    return np.where(np.isnan(months_open), np.nan, (months_open < EARLY).astype(float))


@indicator(months=1, unit="flag", source="B03", private=True)
def chain_member(is_chain: Column) -> Column:
    """1 for a franchise, 0 for an independent shop; NaN where brands are not known.

    >>> chain_member(np.array([1.0, 0.0, np.nan]))
    array([ 1.,  0., nan])
    """
    return is_chain.copy()


@indicator(months=1, unit="flag", riskier="high", source="B04", private=True)
def moved_recently(months_moved: Column) -> Column:
    """1 if the shop moved within the last twelve months, 0 if longer ago; NaN where no move is known.

    >>> moved_recently(np.array([2.0, 40.0, np.nan]))
    array([ 1.,  0., nan])
    """
    return np.where(np.isnan(months_moved), np.nan, (months_moved <= LATELY_MOVED).astype(float))


@indicator(months=1, unit="flag", riskier="high", source="B05", private=True)
def operator_changed(months_operator: Column) -> Column:
    """1 if the operator came within the last six months, 0 if longer ago; NaN where that day is not known.

    >>> operator_changed(np.array([2.0, 40.0, np.nan]))
    array([ 1.,  0., nan])
    """
    return np.where(np.isnan(months_operator), np.nan, (months_operator <= LATELY_HANDED_OVER).astype(float))


@indicator(months=9, unit="change", riskier="low", source="B06", private=True)
def reviews_change_6m(reviews: Window) -> Column:
    """Reviews a month of the last three months against six months earlier; NaN where there were none then.

    >>> reviews_change_6m(np.array([[20.0]] * 6 + [[15.0]] * 3))
    array([-0.25])
    """
    return change(mean_known(reviews[-3:]), mean_known(reviews[-9:-6]))


@indicator(months=9, unit="ratio", riskier="low", source="B07", private=True)
def rating_change_6m(rating: Window) -> Column:
    """Mean rating of the last three months less that of six months earlier, in stars.

    >>> rating_change_6m(np.array([[4.5]] * 6 + [[4.0]] * 3))
    array([-0.5])
    """
    return mean_known(rating[-3:]) - mean_known(rating[-9:-6])


@indicator(months=7, unit="change", riskier="high", source="B08", private=True)
def loan_growth_6m(loans: Window) -> Column:
    """Outstanding loans against six months earlier; NaN where there were none then.

    >>> loan_growth_6m(np.array([[100.0, 0.0]] + [[130.0, 50.0]] * 6)).round(3)
    array([0.3, nan])
    """
    return change(loans[-1], loans[-7])


@indicator(months=6, unit="days", riskier="high", source="B09", private=True)
def days_past_due_6m(days_past_due: Window) -> Column:
    """Most days that a loan payment was late within six months.

    >>> days_past_due_6m(np.array([[0.0], [12.0], [np.nan], [0.0], [3.0], [0.0]]))
    array([12.])
    """
    return highest(days_past_due)


@indicator(months=6, unit="flag", riskier="high", source="B10", private=True)
def public_arrears_6m(public_arrears: Window) -> Column:
    """1 if taxes or social insurance were in arrears in any known month of six, else 0.

    >>> public_arrears_6m(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, np.nan]]))
    array([1., 0.])
    """
    return np.where(np.isnan(highest(public_arrears)), np.nan, (highest(public_arrears) > 0).astype(float))
