"""When an indicator can be known: how long it has to wait for the slowest of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbwarn.indicators import inputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sbwarn.indicators.mechanism import Indicator

LONGEST_MONTH = 31


def tables_of(fact: Indicator) -> tuple[str, ...]:
    """The tables that an indicator reads, in the order of its inputs.

    >>> from sbwarn.indicators.build import named
    >>> tables_of(named(["sales_against_footfall"])[0])
    ('sales', 'footfall')
    """
    return tuple(dict.fromkeys(table for name in fact.reads for table in inputs.tables_of(name)))


def available_after_days(facts: Sequence[Indicator], lags: Mapping[str, int]) -> dict[str, int]:
    """By indicator, the days from the end of the last month that it reads until a score may use it, at most.

    The calendar is known beforehand and has no lag. A row that is published later than its table's lag says is used
    when it comes: its month is unknown until then.

    >>> from sbwarn.indicators.build import named
    >>> available_after_days(named(["sales_mom", "lease_months_left"]), {"sales": 1, "rent": 0, "shops": 0})
    {'sales_mom': 31, 'lease_months_left': 0}
    """
    return {
        fact.name: LONGEST_MONTH * max((lags.get(table, 0) for table in tables_of(fact)), default=0)
        for fact in facts
    }
