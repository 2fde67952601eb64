"""Which rows of a table count: those of this shop, as they were public on the day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sbwarn.errors import InputError
from sbwarn.given.asked import table_of
from sbwarn.given.context import Context
from sbwarn.given.day import read_day
from sbwarn.given.headings import names_of
from sbwarn.given.missing import is_missing, is_untold
from sbwarn.given.month import read_month
from sbwarn.given.shown import shown
from sbwarn.given.table import Table
from sbwarn.given.tablemonths import Row
from sbwarn.messages import say
from sbwarn.tables.month import from_ordinal, last_day
from sbwarn.tables.panel import DISTRICT_TABLES


def own_rows(table: Table, rows: Sequence[Row], context: Context) -> list[Row]:
    """The rows of this shop, or of its district, where the table names several; the others are counted.

    Raises:
        InputError: the table names other shops alone, or several while nobody says which is meant.
    """
    owner = "district_id" if table_of(table.argument) in DISTRICT_TABLES else "shop_id"
    column = table.column(names_of("shops", owner))
    if column is None:
        return list(rows)
    ids = {row.number: id_of(column[row.number]) for row in rows}
    wanted = context.owners.get(owner)
    present = set(ids.values())
    if wanted is None and len(present) <= 1:
        return list(rows)
    if wanted is None:
        raise InputError(
            say("given.several_owners", argument=table.argument, owner=owner, count=len(present))
        )
    found = [row for row in rows if ids[row.number] == wanted]
    if not found and rows:
        raise InputError(
            say("given.no_owner", argument=table.argument, owner=owner, got=shown(wanted), count=len(present))
        )
    for _ in range(len(rows) - len(found)):
        context.notes.count("other_owners", table.argument, owner=owner)
    return found


def id_of(value: object) -> str | None:
    """An id as text; a whole number keeps no ".0".

    >>> id_of(17.0), id_of(" A17 "), id_of(None)
    ('17', 'A17', None)
    """
    if is_missing(value):
        return None
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def public_rows(table: Table, rows: Sequence[Row], context: Context) -> list[Row]:
    """The rows that were public on the last day of the month one stands on, of each month the newest word.

    Raises:
        InputError: a day in `known_on` is none.
    """
    column = table.column(("known_on", "공개일"))
    if column is None or all(is_untold(column[row.number]) for row in rows):
        return list(rows)
    known = {row.number: _known(table, row, column[row.number]) for row in rows}
    today = "9999" if context.as_of is None else str(last_day(from_ordinal(context.as_of)))
    public = [row for row in rows if known[row.number] <= today]
    for _ in range(len(rows) - len(public)):
        context.notes.count("not_yet_public", table.argument, day=today)
    newest: dict[str, str] = {}
    keys = {row.number: (read_month(row.month) or ("", ""))[0] for row in public}
    for row in public:
        newest[keys[row.number]] = max(newest.get(keys[row.number], ""), known[row.number])
    latest = [row for row in public if known[row.number] == newest[keys[row.number]]]
    for _ in range(len(public) - len(latest)):
        context.notes.count("superseded_rows", table.argument)
    return latest


def _known(table: Table, row: Row, value: object) -> str:
    """The day as "2026-03-31"; "" where none is told, which is before every day."""
    if is_untold(value):
        return ""
    found = read_day(value)
    if found is None or not found.exact:
        raise InputError(
            say("given.wrong_day", argument=table.argument, name="known_on", got=shown(value),
                place=table.places[row.number].after(""))
        )  # fmt: skip
    return found.day.isoformat()
