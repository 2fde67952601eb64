"""The panel: months × shops for each monthly quantity, as it was known on the last day of one month.

A window is a view of the last k rows. The cut is on `known_on`: a correction counts only once it is public, and
what became public after the day is not in the panel at all, so nothing that reads a panel can look ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.tables.month import as_month, from_ordinal, last_day, ordinal, ordinals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sbwarn.tables.dataset import DataSet

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


@dataclass(frozen=True, slots=True)
class _Monthly:
    """One monthly table in the order in which its rows became known."""

    owner: np.ndarray
    month: np.ndarray
    known: np.ndarray
    values: Mapping[str, np.ndarray]
    lag: int


class History:
    """A data set that can be asked what was known as of any month."""

    def __init__(self, dataset: DataSet) -> None:
        shops = dataset.tables["shops"]
        self.dataset = dataset
        self._ids = np.unique(shops["shop_id"].to_numpy(dtype=object).astype(str))
        self._versions = _versions(shops, self._ids)
        self._districts = np.unique(shops["district_id"].to_numpy(dtype=object).astype(str))
        self._monthly = {
            table: _monthly(
                dataset.tables[table], self._owners(table), "district_id" if table in DISTRICT_TABLES else "shop_id",
                tuple(column for home, column in QUANTITIES.values() if home == table), dataset.lags[table],
            )
            for table in ("sales", "rent", "footfall")
            if table in dataset.tables
        }  # fmt: skip
        self._leases = _leases(dataset.tables["rent"], self._ids) if "rent" in dataset.tables else None

    def _owners(self, table: str) -> np.ndarray:
        return self._districts if table in DISTRICT_TABLES else self._ids

    def as_known(self, as_of: str | pd.Period) -> Panel:
        """The panel of what was public on the last day of `as_of`.

        Raises:
            InputError: nothing was known then.
        """
        month = as_month(as_of, argument="as_of")
        day = _day(last_day(month))
        known, shops = self._shops(day)
        if not len(shops):
            start, end = self.dataset.months
            raise InputError(say("errors.nothing_known", as_of=month, first=start, last=end))
        district_row = np.searchsorted(self._districts, shops.district)
        quantities = {}
        for quantity, (table, column) in QUANTITIES.items():
            last = ordinal(month) - self.dataset.lags[table]
            rows = self._rows(table, column, day, last=last, depth=DEPTH)
            columns = district_row if table in DISTRICT_TABLES else known
            quantities[quantity] = np.ascontiguousarray(rows[:, columns])
        return Panel(
            as_of=month,
            shops=shops,
            quantities=quantities,
            lags={quantity: self.dataset.lags[table] for quantity, (table, _) in QUANTITIES.items()},
        )

    def sales_span(self, as_of: str | pd.Period) -> tuple[np.ndarray, np.ndarray]:
        """First and last month with a positive sale known by the end of `as_of`, for each shop of its panel.

        `NEVER` where no sale is known. Unlike a panel it looks back over the whole data set, and up to months that
        were reported before they closed.
        """
        month = as_month(as_of, argument="as_of")
        day = _day(last_day(month))
        known, _ = self._shops(day)
        last = ordinal(month)
        depth = last - int(self._monthly["sales"].month.min()) + 1
        sold = self._rows("sales", "amount", day, last=last, depth=depth)[:, known] > 0
        first_row, last_row = np.argmax(sold, axis=0), depth - 1 - np.argmax(sold[::-1], axis=0)
        ever, start = sold.any(axis=0), last - depth + 1
        return np.where(ever, first_row + start, NEVER), np.where(ever, last_row + start, NEVER)

    def _rows(self, table: str, column: str, day: int, *, last: int, depth: int) -> np.ndarray:
        """Months × all owners; a later publication overwrites an earlier one because rows lie in that order."""
        owners = self._owners(table)
        matrix = np.full((depth, len(owners)), np.nan)
        monthly = self._monthly.get(table)
        if monthly is None:
            return matrix
        upto = int(np.searchsorted(monthly.known, day, side="right"))
        row = monthly.month[:upto] - (last - depth + 1)
        inside = (row >= 0) & (row < depth)
        matrix[row[inside], monthly.owner[:upto][inside]] = monthly.values[column][:upto][inside]
        return matrix

    def _shops(self, day: int) -> tuple[np.ndarray, Shops]:
        """Index of each shop known by the day, and its latest known state."""
        upto = int(np.searchsorted(self._versions["known"], day, side="right"))
        latest = np.full(len(self._ids), NEVER)
        latest[self._versions["owner"][:upto]] = np.arange(upto)
        known = np.flatnonzero(latest >= 0)
        state = {name: column[latest[known]] for name, column in self._versions.items()}
        return known, Shops(
            ids=self._ids[known],
            industry=state["industry_code"],
            district=state["district_id"],
            name=state["name"],
            site=state["site_id"],
            opened=state["opened"],
            closed=state["closed"],
            floor_area=state["floor_area_m2"],
            lease_ends=self._lease_ends(day)[known],
        )

    def _lease_ends(self, day: int) -> np.ndarray:
        ends = np.full(len(self._ids), np.nan)
        if self._leases is not None:
            owner, known, month = self._leases
            upto = int(np.searchsorted(known, day, side="right"))
            ends[owner[:upto]] = month[:upto]
        return ends

    @property
    def first_month(self) -> pd.Period:
        """First month as of which at least one month of sales was known."""
        return from_ordinal(int(_month_of_day(self._monthly["sales"].known[:1])[0]))


def _day(value: np.datetime64 | date) -> int:
    return int(np.array(value, dtype="datetime64[D]").astype(np.int64))


def _month_of_day(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _known_days(table: pd.DataFrame, fallback: np.ndarray) -> np.ndarray:
    """The day on which each row became public, as whole days; `fallback` where the table does not say."""
    said = table["known_on"].to_numpy(dtype="datetime64[s]")
    days = said.astype("datetime64[D]").astype(np.int64)
    return np.where(np.isnat(said), fallback, days)


def _end_of_month(months: np.ndarray) -> np.ndarray:
    return (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1


def _monthly(
    table: pd.DataFrame, owners: np.ndarray, owner_column: str, columns: tuple[str, ...], lag: int
) -> _Monthly:
    names = table[owner_column].to_numpy(dtype=object).astype(str)
    place = np.searchsorted(owners, names)
    present = owners[np.minimum(place, len(owners) - 1)] == names
    month = ordinals(table["month"])
    known = _known_days(table, _end_of_month(month + lag))
    # Within a day, the table's own order decides: the later line is the newer word.
    order = np.flatnonzero(present)[np.argsort(known[present], kind="stable")]
    return _Monthly(
        owner=place[order],
        month=month[order],
        known=known[order],
        values={column: table[column].to_numpy(dtype=float)[order] for column in columns},
        lag=lag,
    )


def _versions(shops: pd.DataFrame, ids: np.ndarray) -> dict[str, np.ndarray]:
    """The states of all shops in the order in which they became known."""
    opened, closed = ordinals(shops["opened_on"]), ordinals(shops["closed_on"])
    long_ago = _day(np.datetime64("1900-01-01"))
    fallback = np.where(opened != NEVER, _end_of_month(np.maximum(opened, 0)), long_ago)
    # A table that keeps no history says when a shop closed, not when that was known: the closing day stands in,
    # and before it the shop is open.
    undated = shops["known_on"].isna().to_numpy() & (closed != NEVER)
    known = _known_days(shops, fallback)
    rows = _states(shops, opened, closed, known)
    if undated.any():
        ended = {name: column[undated] for name, column in rows.items()}
        ended["known"] = np.maximum(_end_of_month(closed[undated]), ended["known"])
        rows["closed"] = np.where(undated, NEVER, rows["closed"])
        rows = {name: np.concatenate([column, ended[name]]) for name, column in rows.items()}
    order = np.argsort(rows["known"], kind="stable")
    rows = {name: column[order] for name, column in rows.items()}
    rows["owner"] = np.searchsorted(ids, rows.pop("shop_id"))
    return rows


def _states(
    shops: pd.DataFrame, opened: np.ndarray, closed: np.ndarray, known: np.ndarray
) -> dict[str, np.ndarray]:
    text = {
        name: shops[name].to_numpy(dtype=object).astype(str)
        for name in ("shop_id", "industry_code", "district_id")
    }
    loose = {name: shops[name].to_numpy(dtype=object) for name in ("name", "site_id")}
    numbers = {"floor_area_m2": shops["floor_area_m2"].to_numpy(dtype=float)}
    return {**text, **loose, **numbers, "opened": opened, "closed": closed, "known": known}


def _leases(rent: pd.DataFrame, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    stated = rent.loc[rent["lease_ends_on"].notna()]
    owner = np.searchsorted(ids, stated["shop_id"].to_numpy(dtype=object).astype(str))
    month = ordinals(stated["month"])
    known = _known_days(stated, _end_of_month(month))
    order = np.argsort(known, kind="stable")
    return owner[order], known[order], ordinals(stated["lease_ends_on"])[order].astype(float)
