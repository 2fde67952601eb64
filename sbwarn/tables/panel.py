"""The panel: months × shops for each monthly quantity, as it was known on the last day of one month.

A window is a view of the last k rows. The cut is on `known_on`: a correction counts only once it is public, and
what became public after the day is not in the panel at all, so nothing that reads a panel can look ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
class _Rows:
    """Rows of a monthly table in the order in which they became known."""

    owner: np.ndarray
    month: np.ndarray
    known: np.ndarray
    values: Mapping[str, np.ndarray]

    def where(self, chosen: np.ndarray) -> _Rows:
        """These rows alone, in the same order."""
        if chosen.all():
            return self
        values = {column: value[chosen] for column, value in self.values.items()}
        return _Rows(self.owner[chosen], self.month[chosen], self.known[chosen], values)

    def lay(self, matrix: np.ndarray, column: str, day: int, *, first: int) -> None:
        """Write what was known by the day into months × owners; the newer word lies on top of the older one."""
        upto = int(np.searchsorted(self.known, day, side="right"))
        row = self.month[:upto] - first
        inside = (row >= 0) & (row < len(matrix))
        if inside.all():
            matrix[row, self.owner[:upto]] = self.values[column][:upto]
        else:
            matrix[row[inside], self.owner[:upto][inside]] = self.values[column][:upto][inside]

    def reaches(self, day: int, *, first: int, last: int) -> bool:
        """True if any row of these months was known by the day."""
        month = self.month[: int(np.searchsorted(self.known, day, side="right"))]
        return bool(((month >= first) & (month <= last)).any())


@dataclass(frozen=True)
class _Monthly:
    """One monthly table: every row, and apart those that were late."""

    rows: _Rows
    """Every row, in the order of the table."""
    late: _Rows
    """Those that became public after the day on which their month counts as closed."""
    first: int
    """Month of the first row of `settled`."""
    settled: Mapping[str, np.ndarray]
    """By column with any known value: all other rows as months × owners, after `DEPTH` − 1 empty months.

    Whoever sees a closed month sees the whole of its row here, so it serves every as-of month.
    """

    @property
    def since(self) -> int:
        """Day on which its first row became known."""
        return int(self.rows.known.min(initial=np.iinfo(np.int64).max))

    @cached_property
    def every(self) -> _Rows:
        """Every row, in the order in which they became known."""
        return _in_order(self.rows)


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
            if table in dataset.tables and len(dataset.tables[table])
        }  # fmt: skip
        self._leases = _leases(dataset.tables["rent"], self._ids) if "rent" in dataset.tables else None
        self._nothing = _sealed(np.full(DEPTH * max(len(self._ids), 1), np.nan))
        self._seen: tuple[tuple[int, int], np.ndarray, Shops] | None = None

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
        if not len(shops) or self._monthly["sales"].since > day:
            start, end = self.dataset.months
            raise InputError(say("errors.nothing_known", as_of=month, first=start, last=end))
        district_row = np.searchsorted(self._districts, shops.district)
        quantities = {}
        for quantity, (table, column) in QUANTITIES.items():
            last = ordinal(month) - self.dataset.lags[table]
            columns = district_row if table in DISTRICT_TABLES else known
            quantities[quantity] = self._window(table, column, day, last=last, columns=columns)
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
        depth = max(last - int(self._monthly["sales"].rows.month.min()) + 1, 1)
        sold = self._rows("sales", "amount", day, last=last, depth=depth)[:, known] > 0
        first_row, last_row = np.argmax(sold, axis=0), depth - 1 - np.argmax(sold[::-1], axis=0)
        ever, start = sold.any(axis=0), last - depth + 1
        return np.where(ever, first_row + start, NEVER), np.where(ever, last_row + start, NEVER)

    def _window(self, table: str, column: str, day: int, *, last: int, columns: np.ndarray) -> np.ndarray:
        """`DEPTH` months × the chosen owners, not to be written to: a view where nothing has to be moved."""
        monthly = self._monthly.get(table)
        if monthly is None or column not in monthly.settled:
            return self._nothing[: DEPTH * len(columns)].reshape(DEPTH, len(columns))
        rows = self._closed(monthly, table, column, day, last=last)
        everybody = len(columns) == rows.shape[1] and table not in DISTRICT_TABLES
        return _sealed(rows if everybody else rows.take(columns, axis=1))

    def _closed(self, monthly: _Monthly, table: str, column: str, day: int, *, last: int) -> np.ndarray:
        """`DEPTH` months × all owners: what came in time, with the late rows known by the day on top."""
        first = last - DEPTH + 1
        settled = monthly.settled[column]
        if first < monthly.first or last >= monthly.first + len(settled):
            return self._rows(table, column, day, last=last, depth=DEPTH)
        rows = settled[first - monthly.first : last - monthly.first + 1]
        if not monthly.late.reaches(day, first=first, last=last):
            return rows
        rows = rows.copy()
        monthly.late.lay(rows, column, day, first=first)
        return rows

    def _rows(self, table: str, column: str, day: int, *, last: int, depth: int) -> np.ndarray:
        """Months × all owners; a later publication overwrites an earlier one because rows lie in that order."""
        matrix = np.full((depth, len(self._owners(table))), np.nan)
        monthly = self._monthly.get(table)
        if monthly is not None:
            monthly.every.lay(matrix, column, day, first=last - depth + 1)
        return matrix

    def _shops(self, day: int) -> tuple[np.ndarray, Shops]:
        """Index of each shop known by the day, and its latest known state."""
        upto = int(np.searchsorted(self._versions["known"], day, side="right"))
        leases = int(np.searchsorted(self._leases[1], day, side="right")) if self._leases else 0
        if self._seen is None or self._seen[0] != (upto, leases):
            self._seen = ((upto, leases), *self._states_after(upto, leases))
        return self._seen[1], self._seen[2]

    def _states_after(self, upto: int, leases: int) -> tuple[np.ndarray, Shops]:
        """The same after so many versions and leases."""
        latest = np.full(len(self._ids), NEVER)
        latest[self._versions["owner"][:upto]] = np.arange(upto)
        known = np.flatnonzero(latest >= 0)
        state = {name: _sealed(column[latest[known]]) for name, column in self._versions.items()}
        return known, Shops(
            ids=_sealed(self._ids[known]),
            industry=state["industry_code"],
            district=state["district_id"],
            name=state["name"],
            site=state["site_id"],
            opened=state["opened"],
            closed=state["closed"],
            floor_area=state["floor_area_m2"],
            lease_ends=_sealed(self._lease_ends(leases)[known]),
        )

    def _lease_ends(self, upto: int) -> np.ndarray:
        ends = np.full(len(self._ids), np.nan)
        if self._leases is not None:
            owner, _, month = self._leases
            ends[owner[:upto]] = month[:upto]
        return ends

    @property
    def first_month(self) -> pd.Period:
        """First month as of which at least one month of sales was known."""
        return from_ordinal(int(_month_of_day(np.array([self._monthly["sales"].since]))[0]))


def _day(value: np.datetime64 | date) -> int:
    return int(np.array(value, dtype="datetime64[D]").astype(np.int64))


def _month_of_day(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _known_days(table: pd.DataFrame, fallback: np.ndarray) -> np.ndarray:
    """The day on which each row became public, as whole days; `fallback` where the table does not say."""
    said = table["known_on"].to_numpy(dtype="datetime64[s]")
    if np.isnat(said).all():
        return fallback
    days = said.astype("datetime64[D]").astype(np.int64)
    return np.where(np.isnat(said), fallback, days)


def _end_of_month(months: np.ndarray) -> np.ndarray:
    """The last day of each month, looked up: the calendar is slow."""
    if not len(months):
        return np.zeros(0, dtype=np.int64)
    low = int(months.min())
    starts = np.arange(low + 1, int(months.max()) + 2).astype("datetime64[M]").astype("datetime64[D]")
    ends: np.ndarray = starts.astype(np.int64) - 1
    return np.asarray(ends[months - low])


def _sealed(values: np.ndarray) -> np.ndarray:
    """The same values, not to be written to: panels of several months share them."""
    view = values.view()
    view.flags.writeable = False
    return view


def _monthly(
    table: pd.DataFrame, owners: np.ndarray, owner_column: str, columns: tuple[str, ...], lag: int
) -> _Monthly:
    owner = _owner_numbers(table[owner_column], owners)
    month = _month_numbers(table["month"])
    due = _end_of_month(month + lag)
    known = _known_days(table, due)
    values = {column: table[column].to_numpy(dtype=float) for column in columns}
    present, late = owner >= 0, known > due
    rows = _Rows(owner, month, known, values)
    first = int(month.min()) - DEPTH + 1
    return _Monthly(
        rows=rows.where(present),
        late=_in_order(rows.where(present & late)),
        first=first,
        settled=_settled(rows.where(present & ~late), rows, len(owners), first=first),
    )


def _settled(in_time: _Rows, every: _Rows, owners: int, *, first: int) -> dict[str, np.ndarray]:
    """By column with any known value: the rows that came in time as months × owners."""
    months = int(every.month.max()) - first + 1
    cell = (in_time.month - first) * owners + in_time.owner
    if np.bincount(cell, minlength=1).max() > 1:
        in_time = _in_order(in_time)
        cell = (in_time.month - first) * owners + in_time.owner
    settled = {}
    for column, values in every.values.items():
        if not np.isnan(values).all():
            matrix = np.full(months * owners, np.nan)
            matrix[cell] = in_time.values[column]
            settled[column] = _sealed(matrix.reshape(months, owners))
    return settled


def _in_order(rows: _Rows) -> _Rows:
    """The rows by the day on which they became known; within a day the later line is the newer word."""
    known = rows.known
    if not len(known) or (known[1:] >= known[:-1]).all():
        return rows
    days = known - known.min()
    # Whole numbers of two bytes are sorted by counting, ten times as fast.
    order = np.argsort(
        days.astype(np.uint16) if days.max() <= np.iinfo(np.uint16).max else days, kind="stable"
    )
    values = {column: value[order] for column, value in rows.values.items()}
    return _Rows(rows.owner[order], rows.month[order], known[order], values)


def _owner_numbers(names: pd.Series, owners: np.ndarray) -> np.ndarray:
    """Place of each name among the owners, `NEVER` for a name that is not among them."""
    code, distinct = pd.factorize(names, use_na_sentinel=False)
    written = np.asarray(distinct, dtype=object).astype(str)
    place = np.minimum(np.searchsorted(owners, written), len(owners) - 1)
    return np.where(owners[place] == written, place, NEVER)[code]


def _month_numbers(days: pd.Series) -> np.ndarray:
    """`ordinals`, each distinct month asked once."""
    stamps = np.asarray(days, dtype="datetime64[s]")
    code, distinct = pd.factorize(stamps.view(np.int64))
    return ordinals(distinct.view("datetime64[s]"))[code]


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
