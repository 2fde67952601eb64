"""The quantities that a table tells: which column is which, in which unit, and month → amount of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.given.amounts import Amounts
from sbwarn.given.asked import TABLES_ALONE, Asked, asked_of, cells_of, table_of
from sbwarn.given.context import Context
from sbwarn.given.headings import MONTHS, heading_of, headings_in_a_row, names_of, place_of
from sbwarn.given.table import Table
from sbwarn.given.tablemonths import Row, rows_of
from sbwarn.given.tablerows import own_rows, public_rows
from sbwarn.given.unit import Unit, unit_of
from sbwarn.messages import say
from sbwarn.tables.monthly import MIX, entropy_of_cells


def quantities_of(table: Table, context: Context) -> dict[str, dict[str, float]]:
    """Month → amount of every quantity of the panel that the table tells.

    Args:
        table: Months in a column or as the index, amounts under headings of the schema, Korean or one's own.
        context: What holds for the whole input.

    Raises:
        InputError: the months or the main column are missing, a unit contradicts another, or as `Amounts.add`.
    """
    places = _places(table)
    rows = _rows(table, places, context)
    found = {}
    for asked, place in places.items():
        amounts = Amounts(asked, context, unit=_unit(table, asked, place, context))
        column = table.columns[place]
        for row in rows:
            amounts.add(row.month, column[row.number], table.places[row.number])
        found[asked.quantity] = amounts.ordered()
        _note(table, asked, place, len(amounts.values), context)
    return _mixed(found, cells_of(table.argument))


def fits(argument: str) -> Callable[[Sequence[str]], bool]:
    """Whether a row of headings names months and what the argument is about."""

    def judge(headings: Sequence[str]) -> bool:
        if place_of(headings, MONTHS, argument=argument) is None:
            return False
        return any(
            place_of(headings, names_of(each.table, each.field.name), argument=argument) is not None
            for each in _needed(argument)
        )

    return judge


def wanted(argument: str) -> tuple[str, ...]:
    """Headings that a message proposes."""
    if argument in TABLES_ALONE:
        return tuple(each.field.name for each in _needed(argument))
    return names_of(table_of(argument), asked_of(argument)[0].field.name)


def _needed(argument: str) -> tuple[Asked, ...]:
    """The quantities of which one must be there."""
    alone = argument in TABLES_ALONE
    return (*asked_of(argument), *cells_of(argument)) if alone else asked_of(argument)[:1]


def _places(table: Table) -> dict[Asked, int]:
    """The column of each quantity that the table has."""
    if not table.tells_months:
        raise table.lacks(wanted(table.argument))
    places = {
        asked: place
        for asked in (*asked_of(table.argument), *cells_of(table.argument))
        if (place := table.place(names_of(asked.table, asked.field.name))) is not None
    }
    if not any(asked in places for asked in _needed(table.argument)):
        raise table.lacks(wanted(table.argument))
    return places


def _rows(table: Table, places: Mapping[Asked, int], context: Context) -> list[Row]:
    rows = rows_of(table, [table.columns[place] for place in places.values()], context.notes)
    return public_rows(table, own_rows(table, rows, context), context)


def _unit(table: Table, asked: Asked, place: int, context: Context) -> Unit | None:
    """The unit of a column: as its heading says, as stands above the headings, as was declared; all that speak agree."""
    declared = context.declared(asked)
    written = heading_of(table.headings[place]).unit
    told = unit_of(written) if written else None
    if told is not None and not told.fits(asked.field.unit, context.currency):
        raise InputError(
            say("given.unit_misfit", argument=table.argument, column=table.headings[place], unit=told.word,
                currency=context.currency)
        )  # fmt: skip
    if told is None and table.unit is not None and asked.field.unit == "money":
        told = unit_of(table.unit)
        if told is not None and not told.fits("money", context.currency):
            raise InputError(
                say("given.unit_misfit", argument=table.argument, column=table.source, unit=told.word,
                    currency=context.currency)
            )  # fmt: skip
    if told is not None and declared is not None and told.scale != declared.scale:
        raise InputError(
            say("given.units_contradict", argument=table.argument, declared=declared.word, told=told.word)
        )
    return told or declared


def _note(table: Table, asked: Asked, place: int, count: int, context: Context) -> None:
    """Which column was read as what."""
    months = table.place(MONTHS)
    unit = _unit(table, asked, place, context)
    context.notes.tell(
        "column",
        table.argument,
        source=table.source,
        months="index" if months is None else headings_in_a_row([table.headings[months]]),
        column=headings_in_a_row([table.headings[place]]),
        field=asked.field.name,
        count=count,
        unit="" if unit is None else f" ({unit.word})",
    )


def _mixed(found: dict[str, dict[str, float]], cells: Sequence[Asked]) -> dict[str, dict[str, float]]:
    """The shares by age and sex as the one quantity that the panel makes of them."""
    shares = {each.quantity: found.pop(each.quantity) for each in cells if each.quantity in found}
    if shares:
        months = sorted({month for by_month in shares.values() for month in by_month})
        table = pd.DataFrame(
            {name: [by_month.get(month, np.nan) for month in months] for name, by_month in shares.items()}
        )
        mix = entropy_of_cells(table).tolist()
        found[MIX] = {month: value for month, value in zip(months, mix, strict=True) if value == value}  # noqa: PLR0124
    return found
