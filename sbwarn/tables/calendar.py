"""The calendar of a country: working days, and the two feasts that wander between months. Known years ahead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FEASTS: Mapping[str, tuple[str, ...]] = {"KR": ("설날", "추석")}
"""By country, the feasts that follow the moon, as the holiday library names them in the country's language."""
LANGUAGE = {"KR": "ko", "US": "en_US", "GB": "en_GB"}
RUN_UP_DAYS = 14
SUNDAY = 6
YEARS_AT_ONCE = 8
"""Holidays are looked up for so many years at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What the calendar brings to each month; arrays of one length."""

    working_days: np.ndarray
    """Days that are neither a Sunday nor a public holiday: most shops open on Saturdays."""
    run_up: np.ndarray
    """Share of the fortnight before a feast that lies in the month, summed over the feasts."""
    feast: np.ndarray
    """Share of a feast's three days that lies in the month, summed over the feasts."""


def calendar(country: str, last: int, months: int) -> Calendar:
    """The run of so many months that ends with `last` (ordinal).

    >>> calendar("KR", 12 * (2026 - 1970) + 1, 2).feast.round(2).tolist()
    [0.0, 1.0]
    >>> calendar("KR", 12 * (2025 - 1970) + 1, 2).feast.round(2).tolist()
    [1.0, 0.0]
    """
    first = last - months + 1
    parts = [_years(country, start) for start in range(_start(first), _start(last) + 1, YEARS_AT_ONCE)]
    skip = first - 12 * (_start(first) - 1970)
    whole = (np.concatenate([getattr(part, name) for part in parts]) for name in Calendar.__slots__)
    working, run_up, feast = (values[skip : skip + months] for values in whole)
    return Calendar(working_days=working, run_up=run_up, feast=feast)


def _start(month: int) -> int:
    year = 1970 + month // 12
    return year - year % YEARS_AT_ONCE


@cache
def _years(country: str, start: int) -> Calendar:
    """`YEARS_AT_ONCE` years from January of `start`."""
    first = 12 * (start - 1970)
    months = 12 * YEARS_AT_ONCE
    # A feast in the January after the last year has its fortnight in December.
    named = public_holidays(country, start, start + YEARS_AT_ONCE)
    day = np.arange(
        np.datetime64(first, "M").astype("datetime64[D]"),
        np.datetime64(first + months, "M").astype("datetime64[D]"),
    )
    off = (pd.DatetimeIndex(day).day_of_week == SUNDAY) | np.isin(
        day, np.array(list(named), dtype="datetime64[D]")
    )
    month = day.astype("datetime64[M]").astype(np.int64) - first
    feasts = [on for on, name in named.items() if set(FEASTS.get(country, ())) & set(name.split("; "))]
    feast_days = np.array(feasts, dtype="datetime64[D]")
    return Calendar(
        working_days=np.bincount(month[~off], minlength=months).astype(float),
        run_up=share_by_month(feast_days, range(-RUN_UP_DAYS, 0), first, months),
        feast=share_by_month(feast_days, range(-1, 2), first, months),
    )


def public_holidays(
    country: str, first_year: int, last_year: int, *, subdivision: str | None = None
) -> Mapping[date, str]:
    """The public holidays of these years, both included, by the names of the country's own language."""
    import holidays

    years = range(first_year, last_year + 1)
    # Without a language the names would follow the machine's.
    named: Mapping[date, str] = holidays.country_holidays(
        country, subdiv=subdivision, years=years, language=LANGUAGE.get(country)
    )
    return named


def share_by_month(feast_days: np.ndarray, offsets: range, first: int, months: int) -> np.ndarray:
    """For each of a run of months, the share of the days at these offsets from a feast that lies in it, all feasts added.

    >>> share_by_month(np.array(["2026-02-17"], dtype="datetime64[D]"), range(-1, 2), 12 * 56, 2)
    array([0., 1.])
    """
    days = np.add.outer(feast_days, np.array(offsets, dtype="timedelta64[D]"))
    month = days.astype("datetime64[M]").astype(np.int64).ravel() - first
    inside = month[(month >= 0) & (month < months)]
    return np.bincount(inside, minlength=months) / len(offsets)
