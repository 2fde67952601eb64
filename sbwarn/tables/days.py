"""Days as whole numbers since 1970-01-01: when a row became known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd


def day_number(value: np.datetime64 | date) -> int:
    """The day as a number of days since 1970-01-01."""
    return int(np.array(value, dtype="datetime64[D]").astype(np.int64))


def month_of_day(days: np.ndarray) -> np.ndarray:
    """The month (ordinal) of each day."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def known_days(table: pd.DataFrame, fallback: np.ndarray) -> np.ndarray:
    """The day on which each row became public, as whole days; `fallback` where the table does not say."""
    said = table["known_on"].to_numpy(dtype="datetime64[s]")
    if np.isnat(said).all():
        return fallback
    days = said.astype("datetime64[D]").astype(np.int64)
    return np.where(np.isnat(said), fallback, days)


def end_of_month(months: np.ndarray) -> np.ndarray:
    """The last day of each month, looked up: the calendar is slow."""
    if not len(months):
        return np.zeros(0, dtype=np.int64)
    low = int(months.min())
    starts = np.arange(low + 1, int(months.max()) + 2).astype("datetime64[M]").astype("datetime64[D]")
    ends: np.ndarray = starts.astype(np.int64) - 1
    return np.asarray(ends[months - low])
