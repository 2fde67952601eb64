"""When a row of the simulated city becomes public, and what has been delivered by the last day."""

from __future__ import annotations

import numpy as np
import pandas as pd

NEXT_MONTH, MONTH_AFTER = 0.90, 0.08


def first_days(month: np.ndarray) -> np.ndarray:
    """The first day of each month, given as months since 1970-01.

    >>> first_days(np.array([1]))
    array(['1970-02-01'], dtype='datetime64[D]')
    """
    return month.astype("datetime64[M]").astype("datetime64[D]")


def days_in(month: np.ndarray) -> np.ndarray:
    """How many days each month has, given as months since 1970-01.

    >>> days_in(np.array([1]))
    array([28])
    """
    days: np.ndarray = (first_days(month + 1) - first_days(month)).astype(np.int64)
    return days


def delivered(table: pd.DataFrame, last_day: np.datetime64) -> pd.DataFrame:
    """The rows that were public on the last day."""
    return table.loc[(table["known_on"] <= pd.Timestamp(last_day)).to_numpy()].reset_index(drop=True)


def reporting_days(month: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """When each monthly report becomes public: nine of ten in the next month, the others up to half a year later."""
    drawn = rng.random(month.size)
    even_later = rng.integers(3, 6, month.size)
    lag = np.select([drawn < NEXT_MONTH, drawn < NEXT_MONTH + MONTH_AFTER], [1, 2], even_later)
    days: np.ndarray = first_days(month + lag) + rng.integers(4, 20, month.size)
    return days
