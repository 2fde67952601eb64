"""The months of a table's rows, and the rows that are about no month: totals, remarks, blank lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sbwarn.given.headings import MONTHS, YEARS, heading_of
from sbwarn.given.missing import is_untold
from sbwarn.given.month import read_month
from sbwarn.given.notes import Notes
from sbwarn.given.plain import plain
from sbwarn.given.table import Table

TOTALS = (
    "합계",
    "소계",
    "총계",
    "총합계",
    "누계",
    "계",
    "평균",
    "total",
    "subtotal",
    "sum",
    "average",
    "mean",
)
_ALONE = re.compile(r"([0-9]{1,2})\s*월?분?")
_YEAR = re.compile(r"([0-9]{4})\s*년?도?")
_PADDED, _UNPADDED = re.compile(r"[0-9]{4}\.0[1-9]"), re.compile(r"[0-9]{4}\.1")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is about a month."""

    number: int
    """Its place in the table, from 0."""
    month: object
    """As it came, or put together from a year and a month."""


def rows_of(table: Table, quantities: Sequence[Sequence[object]], notes: Notes) -> list[Row]:
    """The rows that are about a month; totals and remarks are left out and counted, blank lines left out.

    Args:
        table: The table; it tells months.
        quantities: The columns that are wanted: a row that says nothing in any of them may be a remark.
        notes: Where what is left out is counted.
    """
    labels = _labels(table, notes)
    stripped = _losing_zeros(labels)
    found = []
    for number, month in enumerate(labels):
        silent = all(is_untold(column[number]) for column in quantities)
        if is_untold(month) and silent:
            continue
        if _is_total(month):
            notes.count("total_rows", table.argument, row=str(table.places[number].number))
        elif silent and read_month(month) is None:
            notes.count("remark_rows", table.argument, row=str(table.places[number].number))
        else:
            ambiguous = stripped and isinstance(month, str) and _UNPADDED.fullmatch(plain(month))
            # A number in place of the text is refused as a month: it may have been October.
            found.append(Row(number, float(plain(str(month))) if ambiguous else month))
    return found


def _labels(table: Table, notes: Notes) -> Sequence[object]:
    """What stands for the month in each row."""
    months, years = table.column(MONTHS), table.column(YEARS)
    if months is None:
        return table.index or ()
    if years is None:
        return months
    labels: list[object] = []
    year: object = None
    for told, month in zip(years, months, strict=True):
        if _is_total(told):
            labels.append(told)
            continue
        if not is_untold(told):
            year = told
        elif year is not None and not is_untold(month):
            notes.count("years_carried", table.argument, year=str(_figures(_YEAR, year)))
        labels.append(_joined(year, month))
    return labels


def _is_total(label: object) -> bool:
    return isinstance(label, str) and heading_of(label).name in TOTALS


def _joined(year: object, month: object) -> object:
    """ "2026" and "3월" as "2026-03"; the month as it came where that cannot be."""
    of_year, of_month = _figures(_YEAR, year), _figures(_ALONE, month)
    return f"{of_year}-{int(of_month):02d}" if of_year and of_month else month


def _figures(pattern: re.Pattern[str], value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    found = pattern.fullmatch(plain(str(value)))
    return found[1] if found else None


def _losing_zeros(labels: Sequence[object]) -> bool:
    """True where "2026.1" stands beside "2026.09": a spreadsheet has cut October's zero, or January is written short."""
    texts = [plain(label) for label in labels if isinstance(label, str)]
    return any(map(_PADDED.fullmatch, texts)) and any(map(_UNPADDED.fullmatch, texts))
