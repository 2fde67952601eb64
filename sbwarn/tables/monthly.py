"""A monthly table as it became known: what came in time as one matrix, what came late laid on top day by day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.tables.days import end_of_month, known_days
from sbwarn.tables.month import ordinals
from sbwarn.tables.panel import DEPTH, NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping


MIX = "customer_mix"
"""The one quantity that no table tells: the entropy of ten shares by age and sex."""
CELL_COUNT = 10
CELLS = r"^(?:men|women)_\d0s_share$"
ROUNDED = 0.05
"""Shares that publishers round still add up to one within this."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a monthly table in the order in which they became known."""

    owner: np.ndarray
    month: np.ndarray
    known: np.ndarray
    values: Mapping[str, np.ndarray]

    def where(self, chosen: np.ndarray) -> Rows:
        """These rows alone, in the same order."""
        if chosen.all():
            return self
        values = {column: value[chosen] for column, value in self.values.items()}
        return Rows(self.owner[chosen], self.month[chosen], self.known[chosen], values)

    def lay(self, matrix: np.ndarray, column: str, day: int, *, first: int) -> None:
        """Write what was known by the day into months × owners; the newer word lies on top of the older one."""
        self._lay(matrix, self.values[column], day, first=first)

    def lay_days(self, matrix: np.ndarray, day: int, *, first: int) -> None:
        """Write the day on which each of these values became known."""
        self._lay(matrix, self.known, day, first=first)

    def _lay(self, matrix: np.ndarray, values: np.ndarray, day: int, *, first: int) -> None:
        upto = int(np.searchsorted(self.known, day, side="right"))
        row = self.month[:upto] - first
        inside = (row >= 0) & (row < len(matrix))
        if inside.all():
            matrix[row, self.owner[:upto]] = values[:upto]
        else:
            matrix[row[inside], self.owner[:upto][inside]] = values[:upto][inside]

    def reaches(self, day: int, *, first: int, last: int) -> bool:
        """True if any row of these months was known by the day."""
        month = self.month[: int(np.searchsorted(self.known, day, side="right"))]
        return bool(((month >= first) & (month <= last)).any())


@dataclass(frozen=True)
class Monthly:
    """One monthly table: every row, and apart those that were late."""

    rows: Rows
    """Every row, in the order of the table."""
    late: Rows
    """Those that became public after the day on which their month counts as closed."""
    first: int
    """Month of the first row of `settled`."""
    settled: Mapping[str, np.ndarray]
    """By column with any known value: all other rows as months × owners, after `DEPTH` − 1 empty months.

    Whoever sees a closed month sees the whole of its row here, so it serves every as-of month.
    """

    @cached_property
    def since(self) -> int:
        """Day on which its first row became known."""
        return int(self.rows.known.min(initial=np.iinfo(np.int64).max))

    @cached_property
    def every(self) -> Rows:
        """Every row, in the order in which they became known."""
        return _in_order(self.rows)


def monthly_of(
    table: pd.DataFrame, owners: np.ndarray, owner_column: str, columns: tuple[str, ...], lag: int
) -> Monthly:
    """A checked monthly table, ready to be asked what was known when.

    Args:
        table: Rows of the schema.
        owners: Every shop or district, sorted: the columns of the matrices.
        owner_column: `shop_id` or `district_id`.
        columns: Quantities to keep.
        lag: Months after which a month counts as closed; rows without `known_on` become public then.
    """
    owner = owner_numbers(table[owner_column], owners)
    month = _month_numbers(table["month"])
    due = end_of_month(month + lag)
    known = known_days(table, due)
    values = {column: _column(table, column) for column in columns}
    present, late = owner >= 0, known > due
    rows = Rows(owner, month, known, values)
    first = int(month.min()) - DEPTH + 1
    return Monthly(
        rows=rows.where(present),
        late=_in_order(rows.where(present & late)),
        first=first,
        settled=_settled(rows.where(present & ~late), rows, len(owners), first=first),
    )


def _column(table: pd.DataFrame, column: str) -> np.ndarray:
    return entropy_of_cells(table) if column == MIX else table[column].to_numpy(dtype=float)


def entropy_of_cells(table: pd.DataFrame) -> np.ndarray:
    """How evenly the customers of each row spread over age and sex, in nats; NaN unless all ten shares add up."""
    shares = table.filter(regex=CELLS).to_numpy(dtype=float)
    if shares.shape[1] != CELL_COUNT:
        return np.full(len(table), np.nan)
    total = shares.sum(axis=1, keepdims=True)
    part = shares / np.where(np.abs(total - 1.0) <= ROUNDED, total, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(-np.where(part == 0, 0.0, part * np.log(part)).sum(axis=1))


def _settled(in_time: Rows, every: Rows, owners: int, *, first: int) -> dict[str, np.ndarray]:
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
            settled[column] = sealed(matrix.reshape(months, owners))
    return settled


def _in_order(rows: Rows) -> Rows:
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
    return Rows(rows.owner[order], rows.month[order], known[order], values)


def owner_numbers(names: pd.Series | np.ndarray, owners: np.ndarray) -> np.ndarray:
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


def sealed(values: np.ndarray) -> np.ndarray:
    """The same values, not to be written to: panels of several months share them."""
    view = values.view()
    view.flags.writeable = False
    return view
