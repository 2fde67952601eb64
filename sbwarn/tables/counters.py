"""Hours of pedestrian counters, made into a mean day of each month; what a counter did not see stays unknown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.tables.calendar import public_holidays
from sbwarn.tables.check import Checked, SameDay, check_table
from sbwarn.tables.read import read_table
from sbwarn.tables.schema import Field, TableSchema, table_schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOURS = 24
SATURDAY = 5
LUNCH = range(11, 14)
DINNER = range(17, 21)
BY_DAY = range(9, 19)
"""Hours in which a street of shops is never empty: a zero then is the counter's, not the street's."""
LINE = TableSchema(
    name="footfall",
    title="Persons that a counter saw in an hour",
    title_ko="계수기 시간별 통행량",
    required=False,
    lag_months=0,
    key=("counter", "day", "hour"),
    fields=(
        Field(name="counter", type="string", title="Counter", title_ko="계수기", required=True),
        Field(name="day", type="date", title="Day", title_ko="날짜", required=True),
        Field(name="hour", type="number", title="Hour", title_ko="시", required=True, minimum=0, maximum=HOURS - 1),
        Field(name="persons", type="number", title="Persons", title_ko="통행량", required=True, minimum=0),
    ),
)  # fmt: skip
"""What a line of such a file is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """The columns of an hourly file, and when a month of it is known."""

    counter: str
    year: str
    month: str
    day: str
    hour: str
    persons: str
    least_share: float
    """Share of a month's days that must be whole; below it the month is unknown, not small."""
    country: str
    subdivision: str | None = None
    """Whose public holidays count as weekend."""
    spelling: Mapping[str, str] = field(default_factory=dict)
    """`column` and `pattern`: how the file usually writes its date; other spellings are counted."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Every column that is needed."""
        spelt = [self.spelling["column"]] if self.spelling else []
        return (self.counter, self.year, self.month, self.day, self.hour, self.persons, *spelt)


def read_counters(path: Path, how: Counters, *, same_day: SameDay) -> Checked:
    """Footfall by counter and month; its accounts count the lines of the file.

    A day counts if all its hours are there and it is not zero throughout; a month, if enough of its days count.

    Raises:
        InputError: the file is damaged or lacks a column, or no month of it is known.
    """
    raw, repairs = read_table(path)
    missing = [name for name in how.reads if name not in raw]
    if missing:
        have = ", ".join(raw.columns)
        raise InputError(say("errors.missing_columns", where=path, columns=", ".join(missing), have=have))
    lines = check_table(_lines(raw, how), LINE, where=path.name, same_day=same_day, repairs=repairs)
    hours, excluded = _counted(lines.rows, how)
    if hours.empty:
        raise InputError(say("errors.empty_table", where=path))
    months = check_table(_months(hours, how), table_schema("footfall"), where=path.name)
    return replace(
        months,
        numbers=None,
        rejects=lines.rejects.assign(row=[f"{path.name}:{row}" for row in lines.rejects["row"]]),
        rows_in=len(raw),
        lines_used=len(hours),
        excluded={**lines.excluded, **excluded},
        repairs=lines.repairs,
        notes={**_spelt_otherwise(raw, how), **_zero_by_day(hours)},
    )


def _lines(raw: pd.DataFrame, how: Counters) -> pd.DataFrame:
    day = raw[how.year] + "-" + raw[how.month] + "-" + raw[how.day]
    return pd.DataFrame(
        {"counter": raw[how.counter], "day": day, "hour": raw[how.hour], "persons": raw[how.persons]}
    )


def _counted(hours: pd.DataFrame, how: Counters) -> tuple[pd.DataFrame, dict[str, int]]:
    """The hours of whole days in months that are known; the others by reason."""
    month = hours["day"].to_numpy(dtype="datetime64[M]")
    hours = hours.assign(month=month.astype("datetime64[s]"))
    days = hours.groupby(["counter", "day"], sort=False)["persons"]
    part_of_a_day = days.transform("size") < HOURS
    silent = ~part_of_a_day & (days.transform("sum") == 0)
    whole = ~part_of_a_day & ~silent
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
    seen = whole.groupby([hours["counter"], hours["month"]], sort=False).transform("sum").to_numpy() / HOURS
    thin = whole & (seen < how.least_share * length)
    excluded = {"part_of_a_day": part_of_a_day, "silent_day": silent, "thin_month": thin}
    counts = {reason: int(rows.sum()) for reason, rows in excluded.items()}
    return hours.loc[whole & ~thin], {reason: count for reason, count in counts.items() if count}


def _months(hours: pd.DataFrame, how: Counters) -> pd.DataFrame:
    """Mean day of each counter and month: weekdays, and weekends with public holidays; shares of the weekday."""
    off = _is_off(hours["day"], how)
    key = [hours["counter"].rename("district_id"), hours["month"]]
    at_work, hour = hours["persons"].where(~off), hours["hour"]
    total = at_work.groupby(key).sum(min_count=1)
    weekdays = (~off).groupby(key).sum() / HOURS
    weekends = off.groupby(key).sum() / HOURS
    free = hours["persons"].where(off).groupby(key).sum(min_count=1)
    figures = {
        "weekday": total / weekdays,
        "weekend": free / weekends,
        "lunch_share": at_work.where(hour.isin(LUNCH)).groupby(key).sum(min_count=1) / total,
        "dinner_share": at_work.where(hour.isin(DINNER)).groupby(key).sum(min_count=1) / total,
    }
    return pd.DataFrame(figures).reset_index()


def _is_off(day: pd.Series, how: Counters) -> pd.Series:
    stamps = pd.DatetimeIndex(day)
    named = public_holidays(how.country, stamps.min().year, stamps.max().year, subdivision=how.subdivision)
    free = np.isin(stamps.to_numpy("datetime64[D]"), np.array(list(named), dtype="datetime64[D]"))
    return pd.Series((stamps.day_of_week >= SATURDAY) | free, index=day.index)


def _spelt_otherwise(raw: pd.DataFrame, how: Counters) -> dict[str, int]:
    if not how.spelling:
        return {}
    spelt = raw[how.spelling["column"]].value_counts()
    other = int(spelt[~spelt.index.str.fullmatch(how.spelling["pattern"])].sum())
    return {"date_written_otherwise": other} if other else {}


def _zero_by_day(hours: pd.DataFrame) -> dict[str, int]:
    zero = int((hours["persons"].eq(0) & hours["hour"].isin(BY_DAY)).sum())
    return {"zero_by_day": zero} if zero else {}
