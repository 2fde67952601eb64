"""Days as people write them: dates, timestamps, '2026-03-01', '2026.3.1', '20260301', '2026년 3월 1일', '2026-03'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from sbwarn.given.plain import plain

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Beyond lies a slip of the pen ("1026-02-01")."""
EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = (36526, 73050)
"""Excel's numbers of 2000-01-01 and 2099-12-31."""
LONGEST = 40
_SEPARATED = re.compile(
    r"([0-9]{4})\s*(?:[-/.]|년)\s*([0-9]{1,2})\s*(?:[-/.]|월)\s*([0-9]{1,2})\s*[.일]?"
    r"(?:[T\s]\s*(?:오전|오후)?\s*[0-9]{1,2}:[0-9]{2}.*)?"
)
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH_ALONE = re.compile(r"([0-9]{4})\s*(?:[-/.]|년)\s*([0-9]{1,2})\s*월?|([0-9]{4})([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was understood."""

    day: date
    exact: bool = True
    """False where only the month was written; the day is then its first."""


def read_day(value: object) -> Day | None:
    """The day that somebody meant; None if it is none.

    >>> read_day("2026. 3. 1.").day, read_day(20260301).day, read_day("2027-02")
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1), Day(day=datetime.date(2027, 2, 1), exact=False))
    """
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, pd.Period):
        first, last = value.start_time.date(), value.end_time.date()
        # A quarter or a year is no month, and so no day of one.
        return (
            Day(first, exact=first == last) if (first.year, first.month) == (last.year, last.month) else None
        )
    if isinstance(value, date):
        # The day on the clock of the place that wrote it.
        return _within(value.date() if isinstance(value, datetime) else value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float, np.integer, np.floating)):
        return None
    if isinstance(value, (float, np.floating)):
        return _written(str(int(value))) if float(value).is_integer() else None
    text = str(value)
    return _written(text) if len(text) <= LONGEST else None


@lru_cache(maxsize=4096)
def _written(text: str) -> Day | None:
    meant = plain(text)
    whole = _SEPARATED.fullmatch(meant) or _DIGITS.fullmatch(meant)
    if whole:
        return _day(*whole.groups())
    alone = _MONTH_ALONE.fullmatch(meant)
    if alone:
        found = _day(alone[1] or alone[3], alone[2] or alone[4], "1")
        return found and Day(found.day, exact=False)
    if meant.isdecimal() and meant.isascii() and SERIALS[0] <= int(meant) <= SERIALS[1]:
        return Day(EXCEL_EPOCH + timedelta(days=int(meant)))
    return None


def _day(year: str, month: str, day: str) -> Day | None:
    try:
        return _within(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _within(day: date) -> Day | None:
    return Day(day) if FIRST_YEAR <= day.year <= LAST_YEAR else None
