"""The Korean calendar of the simulated city: working days, days off, and the two feasts that wander between months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.errors import SettingError
from sbwarn.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FEASTS = ("설날", "추석")
RUN_UP_DAYS = 14
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

    Raises:
        SettingError: the package `holidays` is not installed.

    >>> korean_calendar(pd.Period("2024-09", "M"), 2).run_up.round(2).tolist()
    [1.0, 0.0]
    >>> korean_calendar(pd.Period("2025-09", "M"), 2).run_up.round(2).tolist()
    [0.64, 0.36]
    """
    last = first + (months - 1)
    named = _public_holidays(first.year, last.year + 1)
    days = pd.date_range(first.start_time, last.end_time.normalize(), freq="D")
    holiday = days.isin(pd.DatetimeIndex(list(named)))
    month = (days.year - first.year) * 12 + days.month - first.month
    is_off = (days.day_of_week >= SATURDAY) | holiday
    feast_days = pd.DatetimeIndex([day for day, name in named.items() if set(FEASTS) & set(name.split("; "))])
    return Calendar(
        working_days=_count(month[~is_off], months),
        days_off=_count(month[is_off], months),
        run_up=_share(feast_days, range(-RUN_UP_DAYS, 0), first, months),
        feast=_share(feast_days, range(-1, 2), first, months),
    )


def _public_holidays(first_year: int, last_year: int) -> Mapping[date, str]:
    try:
        import holidays
    except ImportError as missing:
        raise SettingError(say("simulate.needs_holidays")) from missing
    years = range(first_year, last_year + 1)
    named: Mapping[date, str] = holidays.country_holidays("KR", years=years, language="ko")
    return named


def _count(month: pd.Index[int], months: int) -> np.ndarray:
    return np.bincount(month.to_numpy(), minlength=months).astype(np.float64)


def _share(feast_days: pd.DatetimeIndex, offsets: range, first: pd.Period, months: int) -> np.ndarray:
    days = np.add.outer(
        feast_days.to_numpy().astype("datetime64[D]"), np.array(offsets, dtype="timedelta64[D]")
    )
    month = days.astype("datetime64[M]").astype(np.int64).ravel() - first.ordinal
    inside = month[(month >= 0) & (month < months)]
    return np.bincount(inside, minlength=months) / len(offsets)
