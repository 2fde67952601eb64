"""The tables `sales` and `rent` of the simulated city: one row a shop and month, with lags, gaps and revisions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.simulate.channels import Channels
from sbwarn.simulate.delivery import days_in, delivered, first_days, reporting_days
from sbwarn.simulate.takings import Takings

LOST_ROWS = 0.006
REVISED_ROWS = 0.01
WITHOUT_RENT = 0.25
WITHOUT_LEASE_END = 0.15
WITHOUT_MAINTENANCE = 0.30
DEPOSIT_MONTHS = 22


def sales_table(
    takings: Takings,
    channels: Channels,
    ids: np.ndarray,
    first: int,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `sales`: most rows public in the next month, some later, one in a hundred revised."""
    kept = np.isfinite(takings.amount) & (rng.random(takings.amount.shape) >= LOST_ROWS)
    shop, column = np.nonzero(kept)
    month = first + column
    amount, receipts = takings.amount[kept], takings.transactions[kept]
    known_on = reporting_days(month, rng)
    revised = np.flatnonzero((rng.random(month.size) < REVISED_ROWS) & (amount > 0))
    corrected = (amount[revised] * np.exp(rng.normal(0, 0.04, revised.size)) / 1_000).round() * 1_000 + 1_000
    row = np.concatenate([np.arange(month.size), revised])
    later = known_on[revised] + rng.integers(20, 121, revised.size)
    table = pd.DataFrame(
        {
            "shop_id": pd.Series(ids, dtype="str").take(shop[row]).array,
            "month": first_days(month[row]).astype("datetime64[s]"),
            "amount": np.concatenate([amount, corrected]),
            "transactions": receipts[row],
            "cancelled": channels.cancelled[kept][row],
            "delivery": channels.delivery[kept][row],
            "known_on": np.concatenate([known_on, later]).astype("datetime64[s]"),
        }
    )
    return _ordered(delivered(table, last_day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancies:
    """The leases of the window; months count from the first month of the data set."""

    shop: np.ndarray
    """Position of the shop."""
    first_month: np.ndarray
    """First month of the window under this lease."""
    last_month: np.ndarray
    """Last month under this lease: it ended, the shop closed, or the data set ends."""
    ends: np.ndarray
    rent: np.ndarray
    area: np.ndarray
    """Floor area in square metres."""


def rent_table(
    tenancies: Tenancies, ids: np.ndarray, first: int, last_day: np.datetime64, *, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `rent`: monthly rows, known within the month; a quarter of the shops has none."""
    rent = (tenancies.rent / 10_000).round() * 10_000
    deposit = (rent * DEPOSIT_MONTHS * np.exp(rng.normal(0, 0.25, rent.size)) / 1e6).round() * 1e6
    maintenance = (tenancies.area * rng.uniform(2_500, 5_500, rent.size) / 1_000).round() * 1_000
    tells_maintenance = rng.random(ids.size) >= WITHOUT_MAINTENANCE
    tells_end = rng.random(ids.size) >= WITHOUT_LEASE_END
    ends_on = (first_days(first + tenancies.ends + 1) - 1).astype("datetime64[s]")
    ends_on = np.where(tells_end[tenancies.shop], ends_on, np.datetime64("NaT", "s"))
    maintenance = np.where(tells_maintenance[tenancies.shop], maintenance, np.nan)
    lease, month = _months_of(tenancies)
    kept = (rng.random(ids.size) >= WITHOUT_RENT)[tenancies.shop[lease]] & (
        rng.random(lease.size) >= 2 * LOST_ROWS
    )
    lease, month = lease[kept], first + month[kept]
    day = np.minimum(rng.integers(1, 26, month.size), days_in(month) - 1)
    table = pd.DataFrame(
        {
            "shop_id": pd.Series(ids, dtype="str").take(tenancies.shop[lease]).array,
            "month": first_days(month).astype("datetime64[s]"),
            "monthly_rent": rent[lease],
            "deposit": deposit[lease],
            "maintenance": maintenance[lease],
            "lease_ends_on": ends_on[lease],
            "known_on": (first_days(month) + day).astype("datetime64[s]"),
        }
    )
    return _ordered(delivered(table, last_day))


def _months_of(tenancies: Tenancies) -> tuple[np.ndarray, np.ndarray]:
    """One entry a lease and month: position of the lease, month of the window."""
    length = np.maximum(tenancies.last_month - tenancies.first_month + 1, 0)
    lease = np.repeat(np.arange(length.size), length)
    within = np.arange(lease.size) - np.repeat(np.cumsum(length) - length, length)
    return lease, tenancies.first_month[lease] + within


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(["shop_id", "month", "known_on"], ignore_index=True)
