"""Tables of many shops as people have them, checked into a data set that lives as long as the call."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from sbwarn.errors import InputError
from sbwarn.given.headings import MONTHS, heading_of, names_of, place_of
from sbwarn.given.unit import UnitSaid, money_unit, unit_of
from sbwarn.messages import say
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.month import as_month
from sbwarn.tables.read import read_table
from sbwarn.tables.schema import Field, table_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

TableSaid: TypeAlias = "pd.DataFrame | str | Path | None"


def dataset_of_call(
    told: Mapping[str, TableSaid],
    *,
    unit: UnitSaid,
    currency: str,
    lags: Mapping[str, int],
    country: str,
) -> DataSet:
    """The data set of a call: every table under the names and in the unit of its schema.

    Args:
        told: By table, rows or the file that holds them; None for a table that was not given.
        unit: As for `given_of`; a unit in a heading ("매출액(만원)") counts for its column.
        currency: The release's currency.
        lags: By table, months after which a month counts as closed, as the release learnt.
        country: Whose calendar the months follow.

    Raises:
        InputError: a file cannot be read, a column is missing or stands twice, rows contradict each other or break a rule.
        SettingError: `unit` is wrong.
    """
    checked = {}
    for table, given in told.items():
        if given is None:
            continue
        rows = given if isinstance(given, pd.DataFrame) else read_table(Path(given))[0]
        meant = _as_schema(rows.reset_index(drop=True), table, unit, currency)
        checked[table] = check_table(meant, table_schema(table), where=table)
        rejects = checked[table].rejects
        if len(rejects):
            first = _first(rejects)
            raise InputError(say("errors.rejected_rows", table=table, rows=len(rejects), first=first))
    return dataset_of(checked, name="call", currency=currency, lags=lags, country=country)


def stands_on(as_of: object, dataset: DataSet, lags: Mapping[str, int]) -> pd.Period:
    """The month as told, else the first as of which the last sales of any shop count as closed.

    Raises:
        InputError: no month of sales is known.
        SettingError: `as_of` is no month.
    """
    if as_of is not None:
        return as_month(as_of, argument="as_of")  # type: ignore[arg-type]
    known = dataset.tables["sales"]["month"].dropna()
    if not len(known):
        raise InputError(say("given.no_sales"))
    return as_month(known.max()) + lags["sales"]


def _as_schema(rows: pd.DataFrame, table: str, unit: UnitSaid, currency: str) -> pd.DataFrame:
    schema = table_schema(table)
    headings = [str(column) for column in rows.columns]
    declared = money_unit(unit, table, currency=currency)
    columns: dict[str, pd.Series] = {}
    taken = set()
    for field in schema.fields:
        place = headings.index(field.name) if field.name in headings else _place(headings, field, table)
        if place is None or place in taken:
            continue
        taken.add(place)
        own = unit_of(heading_of(headings[place]).unit or "")
        used = (
            own
            if own is not None and own.fits(field.unit, currency)
            else declared
            if field.unit == "money"
            else None
        )
        columns[field.name] = _scaled(rows.iloc[:, place], used.scale if used else Decimal(1))
    rest = {headings[place]: rows.iloc[:, place] for place in range(len(headings)) if place not in taken}
    return pd.DataFrame({**columns, **rest})


def _place(headings: list[str], field: Field, table: str) -> int | None:
    names = MONTHS if field.name == "month" else names_of(table, field.name)
    return place_of(headings, names, argument=table)


def _scaled(column: pd.Series, scale: Decimal) -> pd.Series:
    """Amounts in the currency itself; what is no number stays as it came, for the check to refuse."""
    if scale == 1:
        return column
    numbers = pd.to_numeric(column.astype(str).str.replace(",", ""), errors="coerce")
    exact = numbers.map(lambda amount: float(Decimal(repr(amount)) * scale), na_action="ignore")
    return exact.astype(object).where(numbers.notna(), column)


def _first(rejects: pd.DataFrame) -> str:
    worst = rejects.iloc[0]
    return f"{worst['column']} = {worst['value']!r} (row {worst['row']}), expected {worst['expected']}"
