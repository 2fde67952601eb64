"""Promises about time: what came later, what was corrected, what is not closed yet, another year.

Each promise takes a way from tables to figures and names what breaks it; nothing named, promise kept. They know the
catalogue by its metadata alone, so an indicator that is written tomorrow is asked the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from sbwarn.indicators.inputs import CALENDAR, INPUTS, origin_of
from sbwarn.tables.schema import TABLES, table_schema
from tests.promises import changes, data
from tests.promises.changes import FUTURE, LATER_WORDS, Change, changed
from tests.promises.way import Way, different, plain, view

NOW = "2025-08"
NOTHING: frozenset[str] = frozenset()
DAYS_OF_A_MONTH = 31


def moved_by(way: Way, each: Mapping[str, Change], months: tuple[str, ...]) -> frozenset[str]:
    """What differs after any of the changes; the first change that shows anything is enough."""
    for as_of in months:
        for change in each.values():
            found = different(plain(way, as_of), view(way, changed(change, as_of), as_of))
            if found:
                return found
    return NOTHING


@cache
def later_months_change_no_bit(way: Way) -> frozenset[str]:
    """T1: whatever is said of months and days after the as-of month, it shows in no figure."""
    return moved_by(way, FUTURE, data.AS_OF)


@cache
def the_tables_of_the_day_are_enough(way: Way) -> frozenset[str]:
    """T2: the figures of all tables are those of the tables as they were on the day."""
    return moved_by(way, {"truncated": changes.nothing_later}, data.AS_OF)


@cache
def later_words_change_no_bit(way: Way) -> frozenset[str]:
    """T3: whatever became public after the day shows in no figure."""
    return moved_by(way, LATER_WORDS, data.AS_OF)


@cache
def superseded_words_change_no_bit(way: Way) -> frozenset[str]:
    """Of several words on one matter, the newest that was public counts, and no other."""
    return moved_by(way, {"latest": changes.latest_words}, data.AS_OF)


@cache
def open_months_change_no_bit(way: Way) -> frozenset[str]:
    """A month that is not closed yet waits, however early it is reported."""
    return moved_by(way, {"open": changes.open_months}, data.AS_OF)


@cache
def another_year_changes_nothing(way: Way) -> frozenset[str]:
    """T9: twelve months later the same tables give the same figures, but for what reads the calendar."""
    later = changed(changes.a_year_later, NOW)
    then = view(way, later, str(pd.Period(NOW, "M") + 12))
    seasonal = {*CALENDAR, *(fact.name for fact in way.facts if set(fact.reads) & set(CALENDAR))}
    return different(plain(way, NOW), then, close=True) - seasonal


@cache
def waits_for_its_tables(way: Way) -> frozenset[str]:
    """What is said of how long an indicator waits fits the slowest table that it hangs on."""
    lags = data.dataset().lags
    waits = way.waits(way.facts, lags)
    names = {fact.name for fact in way.facts}
    found = names - set(waits)
    for table in TABLES:
        hangs_on = (
            different(plain(way, NOW), view(way, changed(changes.table_differs(table), NOW), NOW)) & names
        )
        found |= {name for name in hangs_on if waits.get(name, 0) < DAYS_OF_A_MONTH * lags[table]}
    return frozenset(found)


@cache
def public_words_are_heard(way: Way) -> frozenset[str]:
    """Other words that were public by the day, or none, make another figure: else later ones would prove nothing."""
    heard = NOTHING.union(
        *(
            different(plain(way, as_of), view(way, changed(change, as_of), as_of))
            for as_of in (NOW, data.AS_OF[-1])
            for change in (changes.public_words_rewritten, changes.some_words_lost)
        )
    )
    told = {*INPUTS, *(fact.name for fact in way.facts if not set(fact.reads) <= set(CALENDAR))}
    return frozenset(told - set(CALENDAR) - heard)


@cache
def each_input_hangs_on_its_column(way: Way) -> frozenset[str]:
    """Other words in the column that an input is said to come from make another figure."""
    columns: dict[str, list[str]] = {}
    for table, column in {tuple(origin_of(name).split(".")) for name in INPUTS if "." in origin_of(name)}:
        columns.setdefault(table, []).append(column)
    heard = set()
    for step in range(max(map(len, columns.values()))):
        few = frozenset((table, sorted(told)[step]) for table, told in columns.items() if step < len(told))
        moved = different(plain(way, NOW), view(way, changed(changes.columns_differ(few), NOW), NOW))
        heard |= {name for name in moved & set(INPUTS) if tuple(origin_of(name).split(".")) in few}
    of_the_schema = {name for name in INPUTS if _is_column(origin_of(name))}
    return frozenset(of_the_schema - heard)


def _is_column(origin: str) -> bool:
    table, _, column = origin.partition(".")
    return table in TABLES and column in table_schema(table).names
