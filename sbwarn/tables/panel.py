"""The panel: months × shops for each monthly quantity, as it was known on the last day of one month.

A window is a view of the last k rows. The cut is on `known_on`: a correction counts only once it is public, and
what became public after the day is not in the panel at all, so nothing that reads a panel can look ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

DEPTH = 37
"""Months in a panel: three years and the month before them, for changes over a year of two-year windows."""
NEVER = -1
"""Stands for an unknown month in whole-number arrays."""

QUANTITIES: Mapping[str, tuple[str, str]] = {
    "sales": ("sales", "amount"),
    "transactions": ("sales", "transactions"),
    "rent": ("rent", "monthly_rent"),
    "deposit": ("rent", "deposit"),
    "maintenance": ("rent", "maintenance"),
    "footfall_weekday": ("footfall", "weekday"),
    "footfall_weekend": ("footfall", "weekend"),
}
"""Each quantity of a panel: its table and column."""
DISTRICT_TABLES = ("footfall",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shops:
    """What is known of each shop on the day; all arrays in the order of `ids`, which is sorted."""

    ids: np.ndarray
    industry: np.ndarray
    district: np.ndarray
    name: np.ndarray
    site: np.ndarray
    opened: np.ndarray
    """Opening month, `NEVER` if unknown."""
    closed: np.ndarray
    """Closing month, `NEVER` if none is known."""
    floor_area: np.ndarray
    lease_ends: np.ndarray
    """Month in which the lease ends, as float; NaN unknown."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Months × shops as known on the last day of `as_of`."""

    as_of: pd.Period
    shops: Shops
    quantities: Mapping[str, np.ndarray]
    """Float64, `DEPTH` × shops, C order, NaN = unknown; the last row is the table's last closed month."""
    lags: Mapping[str, int]
    """By quantity: months between its last row and `as_of`."""

    def month_of_row(self, quantity: str, row: int) -> pd.Period:
        """The month of a row of a quantity; row −1 is the last closed month."""
        back = -1 - row if row < 0 else DEPTH - 1 - row
        return self.as_of - self.lags[quantity] - back
