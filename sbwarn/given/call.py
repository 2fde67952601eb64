"""`given_of`: everything that was handed over for one shop, understood and noted, ready for a score."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from sbwarn.errors import InputError, SettingError
from sbwarn.given.asked import asked_of, table_of
from sbwarn.given.context import Context, usual_lags
from sbwarn.given.month import month_key, month_number, read_month
from sbwarn.given.monthly import read_monthly
from sbwarn.given.notes import Notes
from sbwarn.given.plausible import doubt
from sbwarn.given.record import Given
from sbwarn.given.rent import read_rent
from sbwarn.given.shop import LEASE_END, facts_of, named_values
from sbwarn.given.shown import shown
from sbwarn.given.tablerows import id_of
from sbwarn.given.unit import WON, UnitSaid
from sbwarn.messages import say
from sbwarn.tables.month import from_ordinal, ordinal
from sbwarn.tables.panel import DEPTH, QUANTITIES

if TYPE_CHECKING:
    from sbwarn.given.dataset import DataSaid
    from sbwarn.tables.history import History

MonthSaid: TypeAlias = "str | int | date | pd.Period | np.datetime64 | None"
OTHERS = ("transactions", "footfall", "customers", "costs", "profile")
"""Arguments whose lists need the month one stands on, beside the rent."""


def given_of(
    shop: object,
    sales: object = None,
    rent: object = None,
    footfall: object = None,
    *,
    transactions: object = None,
    customers: object = None,
    costs: object = None,
    profile: object = None,
    as_of: MonthSaid = None,
    unit: UnitSaid = None,
    data: DataSaid = None,
    currency: str = WON,
    lags: Mapping[str, int] | None = None,
) -> Given:
    """What was handed over for one shop as facts, months and notes: all that a score needs beside a release and peers.

    Args:
        shop: A dict, Series, one-row DataFrame, dataclass or named tuple with `industry_code` and `district_id`; or an
            id in `data`.
        sales: Month → amount (dict, Series), a DataFrame, a CSV, xlsx or Parquet file, or a list of the last n closed
            months, which needs `as_of`. None, NaN and "" are unknown, not zero.
        rent: One number (the rent of the last closed month), any form that `sales` may have, or a lease (a record with
            `monthly_rent` and what is known of `deposit, starts_on, ends_on, maintenance_fee`).
        footfall: Persons a weekday in the shop's district, in any form that `sales` may have.
        transactions: Receipts, in any form that `sales` may have.
        customers: A DataFrame or a file with columns of the customers schema; so for `costs` and `profile`.
        costs: See `customers`.
        profile: See `customers`.
        as_of: The month at whose end one stands. None: the first month as of which the last known sales count as closed.
        unit: Unit of the amounts of money: 원, 천원, 만원, 백만원, 억원 or the currency's code; or one an argument.
        data: The data set that an id refers to: a `History`, a `DataSet` or its folder. What is handed over beside it
            counts instead of its table.
        currency: The release's currency.
        lags: By table, the months after which a month counts as closed, as the release learnt; a data set has its own.

    Raises:
        InputError: something cannot be used; the text names the argument, what came, what was wanted.
        SettingError: `as_of`, `unit` or `data` is wrong.

    >>> months = {"2026년 6월": "1,230만원", "2026.7": "₩11,900,000", 202608: 9_900_000}
    >>> found = given_of({"업종 코드": "coffee", "상권 코드": "naseong"}, months, rent=1_500_000)
    >>> found.monthly["sales"]
    {'2026-06': 12300000.0, '2026-07': 11900000.0, '2026-08': 9900000.0}
    >>> found.monthly["rent"], str(found.as_of)
    ({'2026-09': 1500000.0}, '2026-09')
    """
    told = {
        "sales": sales, "transactions": transactions, "footfall": footfall, "customers": customers, "costs": costs,
        "profile": profile,
    }  # fmt: skip
    notes = Notes()
    shop_id = _id(shop, data)
    history = None if shop_id is None else _history_of(data, shop_id, currency=currency)
    facts: dict[str, object] = {"shop_id": shop_id} if history else facts_of(shop, notes)
    context = Context(
        notes=notes, lags=history.dataset.lags if history else {**usual_lags(), **(lags or {})},
        currency=currency, unit=unit, as_of=_month(as_of), owners=_owners(facts),
    )  # fmt: skip
    monthly: dict[str, dict[str, float]] = {}
    _read_into(monthly, "sales", sales, context)
    context = replace(context, as_of=_stands(monthly, context, history if sales is None else None))
    if history:
        facts, monthly = _recorded(facts, monthly, history, context)
        context = replace(context, owners=_owners(facts))
    for argument in OTHERS:
        _read_into(monthly, argument, told[argument], context)
    if rent is not None:
        _read_rent_into(monthly, facts, rent, context, told_before=history is None)
    _note_gaps(monthly, context)
    doubt(monthly, notes, currency=currency)
    return Given(
        facts=facts, monthly=monthly, as_of=_period(context.as_of or 0), lags=context.lags, notes=notes.taken()
    )  # fmt: skip


def _history_of(data: DataSaid, shop_id: str, *, currency: str) -> History:
    # Loaded for an id alone: most calls bring their own data, and a first score should not wait for it.
    from sbwarn.given.dataset import history_of

    return history_of(data, shop_id, currency=currency)


def _month(as_of: MonthSaid) -> int | None:
    """Months since 1970-01 of the month one stands on."""
    if as_of is None:
        return None
    found = read_month(as_of)
    if found is None:
        raise SettingError(say("given.wrong_as_of", got=shown(as_of)))
    return month_number(found[0])


def _id(shop: object, data: DataSaid) -> str | None:
    """The id of a shop that is named by it; None where the shop is a record."""
    if isinstance(shop, (str, int, np.integer)) and not isinstance(shop, bool):
        return id_of(shop) or ""
    if data is not None and named_values(shop) is not None:
        raise SettingError(say("given.data_needs_id", got=type(shop).__name__))
    return None


def _owners(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: str(facts[name]) for name in ("shop_id", "district_id") if name in facts}


def _stands(monthly: Mapping[str, Mapping[str, float]], context: Context, history: History | None) -> int:
    """The month one stands on; `history` where it is the data set that tells the sales."""
    if context.as_of is not None:
        return context.as_of
    if history is not None:
        from sbwarn.given.dataset import last_sales

        return last_sales(history) + context.lags["sales"]
    if not monthly.get("sales"):
        raise InputError(say("given.no_sales"))
    return month_number(max(monthly["sales"])) + context.lags["sales"]


def _recorded(
    named: Mapping[str, object],
    monthly: Mapping[str, dict[str, float]],
    history: History,
    context: Context,
) -> tuple[dict[str, object], dict[str, dict[str, float]]]:
    """The facts and months of a data set, with the sales that were handed over in place of its own."""
    from sbwarn.given.dataset import recorded

    month = _period(context.as_of or 0)
    known = recorded(str(named["shop_id"]), history, as_of=ordinal(month))
    context.notes.tell("dataset", "shop", name=history.dataset.name, as_of=str(month))
    everything = dict(known.monthly)
    if monthly:
        _replace(everything, monthly, _quantities("sales"), "sales", context)
    return dict(known.facts), everything


@lru_cache(maxsize=512)
def _period(number: int) -> pd.Period:
    """Kept, for making a Period takes as long as reading a year of amounts."""
    return from_ordinal(number)


def _read_into(monthly: dict[str, dict[str, float]], argument: str, told: object, context: Context) -> None:
    """The quantities of one argument, in place of those that a data set told."""
    if told is None:
        return
    _replace(monthly, read_monthly(argument, told, context), _quantities(argument), argument, context)


@cache
def _quantities(argument: str) -> tuple[str, ...]:
    """Every quantity that an argument replaces."""
    if argument != table_of(argument):
        return tuple(each.quantity for each in asked_of(argument))
    return tuple(quantity for quantity, (table, _) in QUANTITIES.items() if table == argument)


def _replace(
    monthly: dict[str, dict[str, float]],
    found: Mapping[str, dict[str, float]],
    replaced: Sequence[str],
    argument: str,
    context: Context,
) -> None:
    if any([monthly.pop(quantity, None) for quantity in replaced]):  # noqa: C419 - each of them has to go
        context.notes.tell("instead", argument)
    monthly.update({quantity: months for quantity, months in found.items() if months})
    if not any(found.values()):
        context.notes.tell("nothing_known", argument)


def _read_rent_into(
    monthly: dict[str, dict[str, float]],
    facts: dict[str, object],
    rent: object,
    context: Context,
    *,
    told_before: bool,
) -> None:
    found = read_rent(rent, context)
    _replace(monthly, found.monthly, _quantities("rent"), "rent", context)
    if found.ends is None:
        return
    had = facts.get(LEASE_END)
    if had not in (None, found.ends) and told_before:
        raise InputError(say("given.lease_ends_twice", argument="rent", first=had, second=found.ends))
    facts[LEASE_END] = found.ends


def _note_gaps(monthly: Mapping[str, Mapping[str, float]], context: Context) -> None:
    """Note months of sales that do not count, and those between that nobody told."""
    months = list(monthly.get("sales", ()))
    last = context.last_month("sales")
    if not months or last is None:
        return
    oldest, newest = month_key(last - DEPTH + 1), month_key(last)
    before, upto = bisect_left(months, oldest), bisect_right(months, newest)
    if upto < len(months):
        context.notes.tell("months_after", "sales", count=len(months) - upto, last=newest)
    if before:
        context.notes.tell("months_before", "sales", count=before, first=oldest)
    inside = months[before:upto]
    span = month_number(inside[-1]) - month_number(inside[0]) + 1 if inside else 0
    if span > len(inside):
        context.notes.tell("gaps", "sales", count=span - len(inside), first=inside[0], last=inside[-1])
