"""Months as people write them: '2026-03', '202603', '2026.3', '2026년 3월', days, timestamps, periods."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from sbwarn.given.day import LONGEST, read_day
from sbwarn.given.plain import plain
from sbwarn.tables.check import CALENDAR
from sbwarn.tables.month import YEAR

How = Literal["plain", "serial", "short_year"]
"""What had to be assumed: nothing, that a number is Excel's number of a day, that '26년' is 2026."""
FIRST, LAST = CALENDAR[0][:7], CALENDAR[1][:7]
CENTURY, EPOCH = 2000, 1970
_SEPARATED = re.compile(r"([0-9]{4})\s*(?:[-/.]|년)\s*([0-9]{1,2})\s*(?:\.|월(?:분|\s*매출)?)?")
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})")
_SHORT_YEAR = re.compile(r"'?([0-4][0-9])년\s*([0-9]{1,2})월")
_SERIAL = re.compile(r"[0-9]{5}")


def read_month(value: object) -> tuple[str, How] | None:
    """The month that somebody meant as "YYYY-MM", and what had to be assumed; None if it is no month.

    A number with a fraction is none: 2026.1 may have been October.

    >>> read_month("2026년 3월"), read_month(202603), read_month(pd.Timestamp("2026-03-31"))
    (('2026-03', 'plain'), ('2026-03', 'plain'), ('2026-03', 'plain'))
    >>> read_month("26년 3월"), read_month(46082), read_month(2026.1), read_month("2026-13")
    (('2026-03', 'short_year'), ('2026-03', 'serial'), None, None)
    """
    if isinstance(value, str):
        return _written(str(value)) if len(value) <= LONGEST else None
    if isinstance(value, (date, np.datetime64, pd.Period)):
        return _of_calendar(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return None
    return _written(str(int(value))) if float(value).is_integer() else None


def _of_calendar(value: date | np.datetime64 | pd.Period) -> tuple[str, How] | None:
    if isinstance(value, pd.Period) and value.freqstr == "M":
        return _within(value.year, value.month, "plain")
    found = read_day(value)
    return None if found is None else _within(found.day.year, found.day.month, "plain")


def month_number(key: str) -> int:
    """Months since 1970-01 of "YYYY-MM", the form that panels count in.

    >>> month_number("1971-02")
    13
    """
    return (int(key[:4]) - EPOCH) * YEAR + int(key[5:]) - 1


def month_key(number: int) -> str:
    """The same way back.

    >>> month_key(13), month_key(-1)
    ('1971-02', '1969-12')
    """
    return f"{EPOCH + number // YEAR:04d}-{number % YEAR + 1:02d}"


@lru_cache(maxsize=4096)
def _written(text: str) -> tuple[str, How] | None:
    """The month that a text means; a script asks of the same months again and again."""
    meant = plain(text)
    found = _SEPARATED.fullmatch(meant) or _DIGITS.fullmatch(meant)
    if found:
        return _within(int(found[1]), int(found[2]), "plain")
    short = _SHORT_YEAR.fullmatch(meant)
    if short:
        return _within(CENTURY + int(short[1]), int(short[2]), "short_year")
    day = read_day(meant)
    if day is None:
        return None
    return _within(day.day.year, day.day.month, "serial" if _SERIAL.fullmatch(meant) else "plain")


def _within(year: int, month: int, how: How) -> tuple[str, How] | None:
    key = f"{year:04d}-{month:02d}"
    return (key, how) if 1 <= month <= YEAR and FIRST <= key <= LAST else None
