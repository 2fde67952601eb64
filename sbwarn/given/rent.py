"""Rent as people know it: one number, month by month, or a lease; with deposit, maintenance and the lease's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.given.amount import read_amount
from sbwarn.given.amounts import read_pairs
from sbwarn.given.asked import Asked, asked_of
from sbwarn.given.context import Context
from sbwarn.given.day import read_day
from sbwarn.given.file import KINDS, kind_of
from sbwarn.given.headings import heading_of, headings_in_a_row, names_of
from sbwarn.given.missing import is_missing, is_untold
from sbwarn.given.month import month_key, month_number, read_month
from sbwarn.given.monthly import read_monthly, table_said
from sbwarn.given.notes import Notes
from sbwarn.given.shop import LEASE_END, named_values
from sbwarn.given.shown import shown
from sbwarn.given.table import Table
from sbwarn.given.tablemonths import rows_of
from sbwarn.given.tablequantities import quantities_of
from sbwarn.given.tablerows import own_rows, public_rows
from sbwarn.messages import say
from sbwarn.tables.panel import DEPTH

STARTS = ("starts_on", "lease_starts_on", "start", "계약시작일", "임대차시작일", "시작일", "계약일")
AMOUNTS = ("monthly_rent", "deposit", "maintenance")
_NUMBERS = (int, float, np.integer, np.floating, Decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rent:
    """What is known of the rent."""

    monthly: dict[str, dict[str, float]]
    """By quantity (`rent`, `deposit`, `maintenance`), month → amount."""
    ends: date | None = None
    """Last day of the lease."""


def read_rent(told: object, context: Context) -> Rent:
    """The rent, month by month as far as it is known, and the end of the lease.

    Args:
        told: One number (the rent of the last closed month), months and amounts in any form, a file, or a lease with
            `monthly_rent` and what is known of `deposit, starts_on, ends_on, maintenance_fee`.
        context: What holds for the whole input; `as_of` is known.

    Raises:
        InputError: as `read_monthly`; or a lease that ends before it begins, or mixes its own names with months.
    """
    if _is_amount(told):
        return Rent(monthly=_now(told, context))
    lease = _lease(told)
    if lease is not None:
        return _of_lease(lease, context)
    table = table_said("rent", told, context)
    if table is not None:
        return Rent(monthly=quantities_of(table, context), ends=_stated_end(table, context))
    return Rent(monthly=read_monthly("rent", told, context))


def _is_amount(told: object) -> bool:
    """True for one number, or a text that is no file's name."""
    if isinstance(told, str):
        return kind_of(Path(told)) not in KINDS or read_amount(told) is not None
    return isinstance(told, _NUMBERS) or is_missing(told)


def _now(amount: object, context: Context) -> dict[str, dict[str, float]]:
    """The amount as the rent of the last closed month."""
    asked, last = asked_of("rent")[0], _last_month(context)
    found = read_pairs([last], [amount], asked, context)
    if found:
        context.notes.tell("rent_now", "rent", month=last)
    return {asked.quantity: found}


def _last_month(context: Context) -> str:
    last = context.last_month("rent")
    if last is None:
        raise InputError(say("given.list_needs_as_of", argument="rent", count=1))
    return month_key(last)


@cache
def _names() -> Mapping[str, str]:
    """Part of a lease by whatever it may be called."""
    called = {column: names_of("rent", column) for column in (*AMOUNTS, LEASE_END)}
    called[STARTS[0]] = tuple(heading_of(name).name for name in STARTS)
    # "amount" and "금액" head a column of rents; in a record they may be anything.
    return {name: part for part, names in called.items() for name in names if name not in ("amount", "금액")}


def _lease(told: object) -> Mapping[str, object] | None:
    """The parts of a lease; None where the names are no lease's.

    Raises:
        InputError: months stand beside a lease's own names, or one part is told twice.
    """
    record = None if isinstance(told, pd.DataFrame) else named_values(told)
    if record is None:
        return None
    parts = {name: _names().get(heading_of(name).name) for name in record if isinstance(name, str)}
    if not any(parts.values()):
        return None
    if any(read_month(name) for name in record):
        raise InputError(say("given.lease_and_months", argument="rent", names=headings_in_a_row(record)))
    lease: dict[str, object] = {}
    for name, part in parts.items():
        key = part or f"?{headings_in_a_row([name])}"
        if key in lease:
            raise InputError(
                say("given.fact_twice", argument="rent", name=key, other=headings_in_a_row([name]))
            )
        lease[key] = record[name]
    return lease


def _of_lease(lease: Mapping[str, object], context: Context) -> Rent:
    for name in lease:
        if name.startswith("?"):
            context.notes.tell("ignored_fact", "rent", name=name[1:])
    starts, ends = (_day(lease.get(name), name, context) for name in (STARTS[0], LEASE_END))
    if starts and ends and ends < starts:
        raise InputError(say("given.lease_backward", argument="rent", starts=starts, ends=ends))
    months = _months(starts, ends, context)
    parts = {asked: lease.get(asked.field.name) for asked in asked_of("rent")}
    monthly = {
        asked.quantity: _over(months, amount, asked, context)
        for asked, amount in parts.items()
        if not is_missing(amount)
    }
    if months and any(monthly.values()):
        context.notes.tell("lease", "rent", first=months[0], last=months[-1], count=len(months))
    return Rent(monthly=monthly, ends=ends)


def _day(value: object, name: str, context: Context) -> date | None:
    if is_untold(value):
        return None
    found = read_day(value)
    if found is None:
        raise InputError(say("given.wrong_day", argument="rent", name=name, got=shown(value), place=""))
    if not found.exact:
        context.notes.tell("day_from_month", "rent", name=name, day=str(found.day))
    return found.day


def _months(starts: date | None, ends: date | None, context: Context) -> list[str]:
    """The months of the lease up to the last closed one; that one alone where nobody says when it began."""
    last = month_number(_last_month(context))
    end = last if ends is None else min(last, month_number(f"{ends:%Y-%m}"))
    first = last if starts is None else max(month_number(f"{starts:%Y-%m}"), last - DEPTH + 1)
    if end < last:
        context.notes.tell("doubt_lease_over", "rent", ends=str(ends))
    elif first > last:
        context.notes.tell("doubt_lease_ahead", "rent", starts=str(starts), month=month_key(last))
    return [month_key(month) for month in range(first, end + 1)]


def _over(months: Sequence[str], amount: object, asked: Asked, context: Context) -> dict[str, float]:
    """The amount in each of the months; it is read once, so that it is noted once."""
    found = read_pairs(["2000-01"] if not months else [months[-1]], [amount], asked, context)
    return {month: value for value in found.values() for month in months}


def _stated_end(table: Table, context: Context) -> date | None:
    """The end of the lease that a table states for the latest month which counts as closed."""
    column = table.column(names_of("rent", LEASE_END))
    if column is None:
        return None
    rows = public_rows(
        table, own_rows(table, rows_of(table, [column], Notes()), _quiet(context)), _quiet(context)
    )
    last = _last_month(context)
    stated = {
        month[0]: column[row.number]
        for row in rows
        if not is_untold(column[row.number]) and (month := read_month(row.month)) and month[0] <= last
    }
    return _day(stated[max(stated)], LEASE_END, context) if stated else None


def _quiet(context: Context) -> Context:
    """The same context with notes that nobody reads: the rows were counted when the amounts were read."""
    return replace(context, notes=Notes())
