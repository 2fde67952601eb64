"""The panel: months × shops for each monthly quantity, as it was known on the last day of one month.

A window is a view of the last k rows. The cut is on `known_on`: a correction counts only once it is public, and
what became public after the day is not in the panel at all, so nothing that reads a panel can look ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from sbwarn.tables.surroundings import NOTHING_AROUND, Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

DEPTH = 37
"""Months in a panel: three years and the month before them, for changes over a year of two-year windows."""
NEVER = -1
"""Stands for an unknown month in whole-number arrays."""

QUANTITIES: Mapping[str, tuple[str, str]] = {
    "sales": ("sales", "amount"),
    "transactions": ("sales", "transactions"),
    "cancelled": ("sales", "cancelled"),
    "delivery": ("sales", "delivery"),
    "customers": ("customers", "customers"),
    "returning_share": ("customers", "returning_share"),
    "new_share": ("customers", "new_share"),
    "resident_share": ("customers", "resident_share"),
    "worker_share": ("customers", "worker_share"),
    "walk_in_share": ("customers", "walk_in_share"),
    "customer_mix": ("customers", "customer_mix"),
    "rent": ("rent", "monthly_rent"),
    "deposit": ("rent", "deposit"),
    "maintenance": ("rent", "maintenance"),
    "labour": ("costs", "labour"),
    "utilities": ("costs", "utilities"),
    "energy": ("costs", "energy_kwh"),
    "rent_days_late": ("costs", "rent_days_late"),
    "footfall_weekday": ("footfall", "weekday"),
    "footfall_weekend": ("footfall", "weekend"),
    "footfall_lunch": ("footfall", "lunch_share"),
    "footfall_dinner": ("footfall", "dinner_share"),
    "reviews": ("profile", "reviews"),
    "rating": ("profile", "rating"),
    "loans": ("profile", "loans"),
    "days_past_due": ("profile", "days_past_due"),
    "public_arrears": ("profile", "public_arrears"),
}
"""Each quantity of a panel: its table and column."""
MONTHLY_TABLES = tuple(dict.fromkeys(table for table, _ in QUANTITIES.values()))
DISTRICT_TABLES = ("footfall",)
"""The monthly tables whose rows are about a district, and so about each shop in it."""


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
    lon: np.ndarray
    lat: np.ndarray
    is_chain: np.ndarray
    """1.0 for a franchise, 0.0 for an independent shop, NaN unknown."""
    transit_m: np.ndarray
    voucher_since: np.ndarray
    """Month in which it joined the voucher scheme, as float; NaN if it did not, or nobody says. So below."""
    moved: np.ndarray
    operator_since: np.ndarray

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
    country: str = "KR"
    """Whose calendar the months follow, as ISO 3166 writes it."""
    surroundings: Surroundings = NOTHING_AROUND
    """Districts, trades and premises as known on the day."""

    def month_of_row(self, quantity: str, row: int) -> pd.Period:
        """The month of a row of a quantity; row −1 is the last closed month."""
        back = -1 - row if row < 0 else DEPTH - 1 - row
        return self.as_of - self.lags[quantity] - back

    def only(self, places: Sequence[int]) -> Panel:
        """The panel with the shops at these places only, in this order; the surroundings stay."""
        chosen = list(places)
        shops = {each.name: getattr(self.shops, each.name)[chosen] for each in fields(Shops)}
        amounts = {name: amount.take(chosen, axis=1) for name, amount in self.quantities.items()}
        return replace(self, shops=Shops(**shops), quantities=amounts)
