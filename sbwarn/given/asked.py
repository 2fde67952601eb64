"""What each argument may tell: the quantities of the panel, with the column, unit and limits of their schema."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sbwarn.tables.monthly import CELLS, MIX
from sbwarn.tables.panel import QUANTITIES
from sbwarn.tables.schema import Field, table_schema

RECEIPTS = "transactions"
"""The one argument that is no table: a column of the sales."""
_MAIN = {"sales": "amount", "rent": "monthly_rent", "footfall": "weekday", RECEIPTS: RECEIPTS}
TABLES_ALONE = ("customers", "costs", "profile")
"""Arguments that are tables: of their columns none is the main one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One quantity that an argument may tell."""

    argument: str
    table: str
    quantity: str
    """Its name in the panel; the column's name where it is only a part of one."""
    field: Field
    label: str
    """Its name in messages: the argument, with the column where it is not the main one."""


@cache
def asked_of(argument: str) -> tuple[Asked, ...]:
    """The quantities of an argument, the main one first.

    >>> [each.quantity for each in asked_of("sales")], [each.quantity for each in asked_of("transactions")]
    (['sales', 'transactions', 'cancelled', 'delivery'], ['transactions'])
    """
    table = table_of(argument)
    schema = table_schema(table)
    return tuple(
        Asked(
            argument=argument,
            table=table,
            quantity=quantity,
            field=schema.field(column),
            label=_label(argument, column),
        )
        for quantity, (home, column) in QUANTITIES.items()
        if home == table and quantity != MIX and (argument != RECEIPTS or column == RECEIPTS)
    )


@cache
def cells_of(argument: str) -> tuple[Asked, ...]:
    """The shares of customers by age and sex, from which their mix is made; nothing for other arguments."""
    if argument != "customers":
        return ()
    import re

    schema = table_schema(argument)
    return tuple(
        Asked(
            argument=argument,
            table=argument,
            quantity=each.name,
            field=each,
            label=_label(argument, each.name),
        )
        for each in schema.fields
        if re.fullmatch(CELLS, each.name)
    )


def _label(argument: str, column: str) -> str:
    main = argument == column or (argument not in TABLES_ALONE and _MAIN[argument] == column)
    return argument if main else f"{argument}.{column}"


def table_of(argument: str) -> str:
    """The table whose months and lag an argument follows."""
    return "sales" if argument == RECEIPTS else argument
