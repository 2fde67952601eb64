"""Ages as bands: a raw counter of months drifts with the calendar, and a model learns the calendar instead of the age."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sbwarn.indicators.mechanism import Column

BANDS = (6.0, 12.0, 24.0, 36.0, 60.0, 120.0)
"""Lower ends, in months, of the bands after the first, which begins at 0."""


def banded(months: Column) -> Column:
    """Lower end of the band in which each number of months lies; unknown stays unknown.

    >>> banded(np.array([3.0, 6.0, 30.0, 500.0, np.nan]))
    array([  0.,   6.,  24., 120.,  nan])
    """
    lower = np.array((0.0, *BANDS))
    return np.where(np.isnan(months), np.nan, lower[np.searchsorted(BANDS, months, side="right")])
