"""The history of a data set: ask what was known as of any month, and get the panel of that day.

The cut is on `known_on`: a correction counts only once it is public, and what became public after the day is not in
the panel at all, so nothing that reads a panel can look ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.tables.days import day_number, end_of_month, known_days, month_of_day
from sbwarn.tables.month import as_month, from_ordinal, last_day, ordinal, ordinals
from sbwarn.tables.monthly import Monthly, monthly_of, owner_numbers, sealed
from sbwarn.tables.panel import DEPTH, DISTRICT_TABLES, MONTHLY_TABLES, NEVER, QUANTITIES, Panel, Shops
from sbwarn.tables.surroundings import Around

if TYPE_CHECKING:
    from sbwarn.tables.dataset import DataSet


SINCE = {"voucher_since": "voucher_since", "moved": "moved_on", "operator_since": "operator_since"}
"""Facts of a shop that are days in the table and months here."""
INDEPENDENT = ("none", "없음")
"""What a register writes where a shop belongs to no brand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Every month of one quantity as known on a day; months × shops of the panel of that day."""

    first: int
    """Month of the first row (ordinal)."""
    values: np.ndarray
    """NaN unknown."""
    known: np.ndarray
    """Month at whose end the value could first be seen in a panel; `NEVER` where nothing was told."""


class History:
    """A data set that can be asked what was known as of any month."""

    def __init__(self, dataset: DataSet) -> None:
        shops = dataset.tables["shops"]
        self.dataset = dataset
        self._ids = np.unique(shops["shop_id"].to_numpy(dtype=object).astype(str))
        self._versions = _versions(shops, self._ids)
        self._districts = np.unique(shops["district_id"].to_numpy(dtype=object).astype(str))
        self._monthly = {
            table: monthly_of(
                dataset.tables[table], self._owners(table), "district_id" if table in DISTRICT_TABLES else "shop_id",
                tuple(column for home, column in QUANTITIES.values() if home == table), dataset.lags[table],
            )
            for table in MONTHLY_TABLES
            if table in dataset.tables and len(dataset.tables[table])
        }  # fmt: skip
        self._leases = (
            _leases(dataset.tables["rent"], self._ids, dataset.lags["rent"])
            if "rent" in dataset.tables
            else None
        )
        self._around = Around(dataset)
        self._nothing = sealed(np.full(DEPTH * max(len(self._ids), 1), np.nan))
        self._seen: tuple[tuple[int, int], np.ndarray, np.ndarray, Shops] | None = None

    def _owners(self, table: str) -> np.ndarray:
        return self._districts if table in DISTRICT_TABLES else self._ids

    def as_known(self, as_of: str | pd.Period) -> Panel:
        """The panel of what was public on the last day of `as_of`.

        Raises:
            InputError: nothing was known then.
        """
        month = as_month(as_of, argument="as_of")
        day = day_number(last_day(month))
        known, homes, shops = self._shops(day)
        if not len(shops) or self._monthly["sales"].since > day:
            start, end = self.dataset.months
            raise InputError(say("errors.nothing_known", as_of=month, first=start, last=end))
        quantities = {}
        for quantity, (table, column) in QUANTITIES.items():
            last = ordinal(month) - self.dataset.lags[table]
            columns = homes if table in DISTRICT_TABLES else known
            quantities[quantity] = self._window(table, column, day, last=last, columns=columns)
        return Panel(
            as_of=month,
            shops=shops,
            quantities=quantities,
            lags={quantity: self.dataset.lags[table] for quantity, (table, _) in QUANTITIES.items()},
            country=self.dataset.country,
            surroundings=self._around.as_known(month, shops.district),
        )

    def sales_span(self, as_of: str | pd.Period) -> tuple[np.ndarray, np.ndarray]:
        """First and last month with a positive sale known by the end of `as_of`, for each shop of its panel.

        `NEVER` where no sale is known. Unlike a panel it looks back over the whole data set, and up to months that
        were reported before they closed.
        """
        month = as_month(as_of, argument="as_of")
        day = day_number(last_day(month))
        known, _, _ = self._shops(day)
        last = ordinal(month)
        depth = max(last - int(self._monthly["sales"].rows.month.min()) + 1, 1)
        sold = self._rows("sales", "amount", day, last=last, depth=depth)[:, known] > 0
        first_row, last_row = np.argmax(sold, axis=0), depth - 1 - np.argmax(sold[::-1], axis=0)
        ever, start = sold.any(axis=0), last - depth + 1
        return np.where(ever, first_row + start, NEVER), np.where(ever, last_row + start, NEVER)

    def whole(self, quantity: str, as_of: str | pd.Period) -> Whole:
        """All months of a quantity up to the last closed one, as known by the end of `as_of`.

        Unlike a panel it looks back over the whole data set. No month at all where the data set lacks the table.

        Args:
            quantity: One of `QUANTITIES`.
            as_of: The month at whose end one stands.
        """
        table, column = QUANTITIES[quantity]
        month = as_month(as_of, argument="as_of")
        day = day_number(last_day(month))
        lag = self.dataset.lags[table]
        known, homes, _ = self._shops(day)
        columns = homes if table in DISTRICT_TABLES else known
        monthly = self._monthly.get(table)
        after = ordinal(month) - lag + 1
        first = min(int(monthly.rows.month.min()), after) if monthly is not None else after
        values, told = np.full((2, after - first, len(self._owners(table))), np.nan)
        if monthly is not None:
            monthly.every.lay(values, column, day, first=first)
            monthly.every.lay_days(told, day, first=first)
        closed = np.arange(first, after)[:, None] + lag
        public = np.where(np.isnan(told), NEVER, month_of_day(np.nan_to_num(told).astype(np.int64)))
        return Whole(
            first=first,
            values=values[:, columns],
            known=np.where(public == NEVER, NEVER, np.maximum(public, closed))[:, columns],
        )

    def _window(self, table: str, column: str, day: int, *, last: int, columns: np.ndarray) -> np.ndarray:
        """`DEPTH` months × the chosen owners, not to be written to: a view where nothing has to be moved."""
        monthly = self._monthly.get(table)
        if monthly is None or column not in monthly.settled:
            return self._nothing[: DEPTH * len(columns)].reshape(DEPTH, len(columns))
        rows = self._closed(monthly, table, column, day, last=last)
        everybody = len(columns) == rows.shape[1] and table not in DISTRICT_TABLES
        return sealed(rows if everybody else rows.take(columns, axis=1))

    def _closed(self, monthly: Monthly, table: str, column: str, day: int, *, last: int) -> np.ndarray:
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

    def _shops(self, day: int) -> tuple[np.ndarray, np.ndarray, Shops]:
        """Index of each shop known by the day, that of its district, and its latest known state."""
        upto = int(np.searchsorted(self._versions["known"], day, side="right"))
        leases = int(np.searchsorted(self._leases[1], day, side="right")) if self._leases else 0
        if self._seen is None or self._seen[0] != (upto, leases):
            known, shops = self._states_after(upto, leases)
            self._seen = ((upto, leases), known, np.searchsorted(self._districts, shops.district), shops)
        return self._seen[1:]

    def _states_after(self, upto: int, leases: int) -> tuple[np.ndarray, Shops]:
        """The same after so many versions and leases."""
        latest = np.full(len(self._ids), NEVER)
        latest[self._versions["owner"][:upto]] = np.arange(upto)
        known = np.flatnonzero(latest >= 0)
        state = {name: sealed(column[latest[known]]) for name, column in self._versions.items()}
        return known, Shops(
            ids=sealed(self._ids[known]),
            industry=state["industry_code"],
            district=state["district_id"],
            name=state["name"],
            site=state["site_id"],
            opened=state["opened"],
            closed=state["closed"],
            floor_area=state["floor_area_m2"],
            lease_ends=sealed(self._lease_ends(leases)[known]),
            **{name: state[name] for name in ("lon", "lat", "is_chain", "transit_m", *SINCE)},
        )

    def _lease_ends(self, upto: int) -> np.ndarray:
        ends = np.full(len(self._ids), np.nan)
        if self._leases is not None:
            owner, _, about, month = (column[:upto] for column in self._leases)
            # What is said of the latest month counts, however late an older month was corrected.
            order = np.argsort(about, kind="stable")
            ends[owner[order]] = month[order]
        return ends

    @property
    def first_month(self) -> pd.Period:
        """First month as of which at least one month of sales was known."""
        return from_ordinal(int(month_of_day(np.array([self._monthly["sales"].since]))[0]))


def _versions(shops: pd.DataFrame, ids: np.ndarray) -> dict[str, np.ndarray]:
    """The states of all shops in the order in which they became known."""
    opened, closed = ordinals(shops["opened_on"]), ordinals(shops["closed_on"])
    long_ago = day_number(np.datetime64("1900-01-01"))
    fallback = np.where(opened != NEVER, end_of_month(np.maximum(opened, 0)), long_ago)
    # A table that keeps no history says when a shop closed, not when that was known: the closing day stands in,
    # and before it the shop is open.
    undated = shops["known_on"].isna().to_numpy() & (closed != NEVER)
    known = known_days(shops, fallback)
    rows = _states(shops, opened, closed, known)
    if undated.any():
        ended = {name: column[undated] for name, column in rows.items()}
        ended["known"] = np.maximum(end_of_month(closed[undated]), ended["known"])
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
    numbers = {
        name: shops[name].to_numpy(dtype=float) for name in ("floor_area_m2", "lon", "lat", "transit_m")
    }
    since = {name: month_or_nan(shops[column]) for name, column in SINCE.items()}
    return {
        **text, **loose, **numbers, **since, "is_chain": chain_or_nan(shops["brand"]),
        "opened": opened, "closed": closed, "known": known,
    }  # fmt: skip


def month_or_nan(days: pd.Series) -> np.ndarray:
    """The month of each day as a float, NaN where there is none."""
    months = ordinals(days).astype(float)
    return np.where(months == NEVER, np.nan, months)


def chain_or_nan(brand: pd.Series) -> np.ndarray:
    """1.0 where a brand is named, 0.0 where it says that there is none, NaN where it says nothing.

    >>> chain_or_nan(pd.Series(["Paik", "none", None], dtype=object))
    array([ 1.,  0., nan])
    """
    unknown = brand.isna().to_numpy()
    independent = brand.isin(INDEPENDENT).to_numpy()
    return np.where(unknown, np.nan, np.where(independent, 0.0, 1.0))


def _leases(rent: pd.DataFrame, ids: np.ndarray, lag: int) -> tuple[np.ndarray, ...]:
    """Shop, day of publication, month that it is about, and month of the end, of each stated end; by the day."""
    stated = rent.loc[rent["lease_ends_on"].notna()]
    owner = owner_numbers(stated["shop_id"], ids)
    stated, owner = stated.loc[owner != NEVER], owner[owner != NEVER]
    about = ordinals(stated["month"])
    known = known_days(stated, end_of_month(about + lag))
    order = np.argsort(known, kind="stable")
    return owner[order], known[order], about[order], ordinals(stated["lease_ends_on"])[order].astype(float)
