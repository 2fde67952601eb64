"""Known history (이력): how long, and how completely, sales are known. Ages enter as bands."""

from __future__ import annotations

import numpy as np

from sbwarn.indicators.bands import banded
from sbwarn.indicators.mechanism import Column, Window, indicator


@indicator(months=25, unit="months", source="S16")
def months_of_sales_band(sales: Window) -> Column:
    """Months since the first known sale, as the lower end of its band (0, 6, 12, 24); it looks back two years.

    >>> months_of_sales_band(np.array([[np.nan]] * 16 + [[5.0]] * 8))
    array([6.])
    """
    seen = sales > 0
    first = np.where(seen.any(axis=0), sales.shape[0] - np.argmax(seen, axis=0), np.nan)
    return banded(first.astype(float) - 1.0)


@indicator(months=6, unit="share", source="S16", tells=False)
def months_reported_6m(sales: Window) -> Column:
    """Share of the last six months of which sales are known; NaN if none is.

    It tells the model how much to trust the other columns. A gap in the data is no fault of the shop, so it is never
    a reason.

    >>> months_reported_6m(np.array([[np.nan], [1.0], [0.0], [np.nan], [np.nan], [1.0]]))
    array([0.5])
    """
    share = (~np.isnan(sales)).mean(axis=0)
    return np.where(share > 0, share, np.nan)
