"""Data sets of a few shops, written down by the row."""

from __future__ import annotations

import pandas as pd

from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import dataset_of
from sbwarn.tables.history import History
from sbwarn.tables.schema import table_schema

LONG_AGO = "2020-01-01"
Row = dict[str, object]


def shop(number: str, /, *, closed: str | None = None, known: str | None = LONG_AGO, **facts: str) -> Row:
    """A row of the shops table."""
    return {
        "shop_id": number, "industry_code": "cafe", "district_id": "D0", "opened_on": "2019-05-01",
        "closed_on": closed, "name": None, "site_id": None, "known_on": known, **facts,
    }  # fmt: skip


def sold(name: str, month: str, amount: float, known: str | None = None) -> Row:
    """A row of the sales table; known a month after its own month ends unless it says otherwise."""
    return {"shop_id": name, "month": month, "amount": amount, "known_on": known}


def every_month(name: str, first: str, last: str, amount: float = 100.0) -> list[Row]:
    """Sales of each month."""
    return [sold(name, str(month), amount) for month in pd.period_range(first, last, freq="M")]


def past_due(name: str, first: str, *days: float | None) -> list[Row]:
    """Days past due, month by month from the first."""
    months = pd.period_range(first, periods=len(days), freq="M")
    return [
        {"shop_id": name, "month": str(month), "reviews": 1.0, "days_past_due": late, "known_on": None}
        for month, late in zip(months, days, strict=True)
    ]


def history(
    shops: list[Row], sales: list[Row], profile: list[Row] | None = None, support: list[Row] | None = None
) -> History:
    """The data set of these rows; months of sales and of arrears count as closed a month later."""
    rows = {"shops": shops, "sales": sales, "profile": profile, "support": support}
    checked = {
        name: check_table(pd.DataFrame(table), table_schema(name), where=name)
        for name, table in rows.items()
        if table
    }
    return History(dataset_of(checked, name="few", currency="KRW"))
