"""Life cycle (영업 기간): young shops fail more. Ages enter as bands: a raw counter drifts with the calendar."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.mechanism import Column, Window, indicator

BANDS = (6.0, 12.0, 24.0, 36.0, 60.0, 120.0)
"""Lower ends, in months, of the age bands."""
EARLY = 12


@indicator(months=1, unit="months", source="B01")
def months_open_band(months_open: Column) -> Column:
    """Months since opening, as the lower end of its band (0, 6, 12, 24, 36, 60, 120).

    >>> months_open_band(np.array([3.0, 30.0, np.nan]))
    array([ 0., 24., nan])
    """
    return _banded(months_open)


@indicator(months=1, unit="flag", riskier="high", source="B02")
def is_early_stage(months_open: Column) -> Column:
    """1 in the first year after opening, else 0."""
    return np.where(np.isnan(months_open), np.nan, (months_open < EARLY).astype(float))


@indicator(months=25, unit="months", source="B01")
def months_of_sales_band(sales: Window) -> Column:
    """Months since the first known sale, as the lower end of its band (0, 6, 12, 24); it looks back two years.

    >>> months_of_sales_band(np.array([[np.nan]] * 16 + [[5.0]] * 8))
    array([6.])
    """
    seen = sales > 0
    first = np.where(seen.any(axis=0), sales.shape[0] - np.argmax(seen, axis=0), np.nan)
    return _banded(first.astype(float) - 1.0)


@indicator(months=6, unit="share", source="S16", tells=False)
def months_reported_6m(sales: Window) -> Column:
    """Share of the last six months of which sales are known; NaN if none is.

    It tells the model how much to trust the other columns. A gap in the data is no fault of the shop, so it is never
    a reason.
    """
    share = (~np.isnan(sales)).mean(axis=0)
    return np.where(share > 0, share, np.nan)


def _banded(months: Column) -> Column:
    lower = np.array((0.0, *BANDS))
    return np.where(np.isnan(months), np.nan, lower[np.searchsorted(BANDS, months, side="right")])
