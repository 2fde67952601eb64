"""Months: a `pandas.Period` where people meet them, a whole number (months since 1970-01) inside arrays."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from sbwarn.errors import InputError, SettingError
from sbwarn.messages import say

YEAR = 12
QUARTER = 3

_WRITTEN = re.compile(r"\s*(\d{4})\s*[-/.]?\s*(\d{1,2})\s*\Z")


def as_month(value: str | pd.Period | date | np.datetime64 | int, *, argument: str = "month") -> pd.Period:
    """The month that somebody meant: "2016-09", "201609", "2016/9", a date or a Period.

    Raises:
        SettingError: text that is no month of the calendar; `argument` names it in the message.

    >>> as_month("2016-09")
    Period('2016-09', 'M')
    """
    if isinstance(value, pd.Period):
        return value.asfreq("M")
    if isinstance(value, (date, np.datetime64)):
        return pd.Timestamp(value).to_period("M")
    month = _read(str(value))
    if month is None:
        raise SettingError(say("errors.no_such_month", argument=argument, got=repr(str(value))))
    return month


@lru_cache(maxsize=4096)
def _read(text: str) -> pd.Period | None:
    """The month that a text means, None if it means none; a script asks of the same months again and again."""
    written = _WRITTEN.match(text)
    if not written or not 1 <= int(written[2]) <= YEAR:
        return None
    return pd.Period(year=int(written[1]), month=int(written[2]), freq="M")


def ordinal(month: pd.Period) -> int:
    """Months since 1970-01, the form that arrays hold.

    >>> ordinal(as_month("1971-02"))
    13
    """
    return int(month.ordinal)


def from_ordinal(months: int) -> pd.Period:
    """The month that lies so many months after 1970-01.

    >>> str(from_ordinal(13))
    '1971-02'
    """
    return pd.Period(ordinal=int(months), freq="M")


def ordinals(days: pd.Series | np.ndarray, *, unknown: int = -1) -> np.ndarray:
    """The month of each day, as whole numbers; `unknown` where the day is missing.

    >>> ordinals(np.array(["1970-03-31", "NaT"], dtype="datetime64[D]"))
    array([ 2, -1])
    """
    stamps = np.asarray(days, dtype="datetime64[s]")
    months = stamps.astype("datetime64[M]").astype(np.int64)
    return np.where(np.isnat(stamps), unknown, months)


def last_day(month: pd.Period) -> np.datetime64:
    """The last day of the month: what is public by then may be used as of this month.

    >>> last_day(as_month("2016-02"))
    np.datetime64('2016-02-29')
    """
    return np.datetime64(str(month + 1), "D") - np.timedelta64(1, "D")


def month_range(first: str | pd.Period, last: str | pd.Period) -> list[pd.Period]:
    """Every month from the first to the last, both included.

    Raises:
        InputError: the last lies before the first.

    >>> [str(month) for month in month_range("2016-11", "2017-01")]
    ['2016-11', '2016-12', '2017-01']
    """
    start, end = as_month(first, argument="from"), as_month(last, argument="to")
    if end < start:
        raise InputError(say("errors.months_backward", first=start, last=end))
    return [from_ordinal(months) for months in range(ordinal(start), ordinal(end) + 1)]
