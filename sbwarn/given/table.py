"""Somebody's table: columns under headings, and where each row is found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sbwarn.errors import InputError
from sbwarn.given.amounts import Place
from sbwarn.given.headings import MONTHS, YEARS, headings_in_a_row, place_of
from sbwarn.given.shown import shown
from sbwarn.messages import say

MOST_NAMED = 12
"""Columns that a message lists."""
MOST_WANTED = 5
"""Names that it proposes; more are understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns as they came; nothing is understood yet."""

    argument: str
    source: str
    """Where it came from, for notes: "DataFrame", "sales.csv", "sales.xlsx [2026]"."""
    headings: tuple[str, ...]
    columns: tuple[Sequence[object], ...]
    places: Sequence[Place]
    """Of each row."""
    unit: str | None = None
    """What is written above the headings, as in "(단위: 천원)"."""
    index: Sequence[object] | None = None
    """Labels of the rows, where they may be months."""

    def column(self, names: Sequence[str]) -> Sequence[object] | None:
        """The column that bears the surest of the names; None if none does.

        Raises:
            InputError: two columns bear that name.
        """
        place = self.place(names)
        return None if place is None else self.columns[place]

    def place(self, names: Sequence[str]) -> int | None:
        """The number of that column.

        Raises:
            InputError: two columns bear that name.
        """
        return place_of(self.headings, names, argument=self.argument)

    @property
    def tells_months(self) -> bool:
        """True if a column, or the labels of the rows, may be months."""
        return self.index is not None or self.place(MONTHS) is not None

    def lacks(self, wanted: Sequence[str]) -> InputError:
        """The refusal where a column is missing."""
        return lacking(self.argument, self.headings, wanted, source=self.source)


def table_of_frame(frame: pd.DataFrame, argument: str, *, source: str = "DataFrame") -> Table:
    """The table in a DataFrame; an index that is no plain count may hold the months.

    >>> table_of_frame(pd.DataFrame({"월": ["2026-03"], "매출": [5]}), "sales").headings
    ('월', '매출')
    """
    counted = isinstance(frame.index, (pd.RangeIndex, pd.MultiIndex))
    return Table(
        argument=argument,
        source=source,
        headings=tuple(str(name) for name in frame.columns),
        columns=tuple(frame.iloc[:, place].tolist() for place in range(frame.shape[1])),
        places=[Place("index", shown(label)) for label in frame.index],
        index=None if counted else frame.index.tolist(),
    )


def lacking(argument: str, headings: Sequence[str], wanted: Sequence[str], *, source: str) -> InputError:
    """The refusal of a table without the wanted columns."""
    have = headings_in_a_row(headings[:MOST_NAMED]) + (" …" if len(headings) > MOST_NAMED else "")
    return InputError(
        say("given.no_column", argument=argument, source=source, have=have or "–", wanted=", ".join(wanted[:MOST_WANTED]),
            months=", ".join((*MONTHS[:3], f"{YEARS[1]} + {MONTHS[2]}")))
    )  # fmt: skip
