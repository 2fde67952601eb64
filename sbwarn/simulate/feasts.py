"""The Korean calendar of the simulated city: working days, days off, and the two feasts that wander between months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.tables.calendar import FEASTS, RUN_UP_DAYS, public_holidays, share_by_month

SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What the calendar brings to each month; every array has the shape (months,)."""

    working_days: np.ndarray
    days_off: np.ndarray
    """Weekend days and public holidays."""
    run_up: np.ndarray
    """Share of a feast's two weeks of shopping that lies in the month."""
    feast: np.ndarray
    """Share of a feast's three days that lies in the month."""


def korean_calendar(first: pd.Period, months: int) -> Calendar:
    """Working days, days off and feasts for a run of months.

    >>> korean_calendar(pd.Period("2024-09", "M"), 2).run_up.round(2).tolist()
    [1.0, 0.0]
    >>> korean_calendar(pd.Period("2025-09", "M"), 2).run_up.round(2).tolist()
    [0.64, 0.36]
    """
    last = first + (months - 1)
    named = public_holidays("KR", first.year, last.year + 1)
    days = pd.date_range(first.start_time, last.end_time.normalize(), freq="D")
    holiday = days.isin(pd.DatetimeIndex(list(named)))
    month = (days.year - first.year) * 12 + days.month - first.month
    is_off = (days.day_of_week >= SATURDAY) | holiday
    feasts = [day for day, name in named.items() if set(FEASTS["KR"]) & set(name.split("; "))]
    feast_days = np.array(feasts, dtype="datetime64[D]")
    return Calendar(
        working_days=_count(month[~is_off], months),
        days_off=_count(month[is_off], months),
        run_up=share_by_month(feast_days, range(-RUN_UP_DAYS, 0), first.ordinal, months),
        feast=share_by_month(feast_days, range(-1, 2), first.ordinal, months),
    )


def _count(month: pd.Index[int], months: int) -> np.ndarray:
    return np.bincount(month.to_numpy(), minlength=months).astype(np.float64)
