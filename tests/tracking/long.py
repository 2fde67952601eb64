"""The small city as one long table: a row a shop and month, with what every table knows of both."""

from __future__ import annotations

from functools import cache

import pandas as pd

from sbwarn.tracking.served import CALLED, LEFT_OUT
from tests import small_city

NAMES = ("shops", "sales", "rent", "footfall")


def plain_tables() -> dict[str, pd.DataFrame]:
    """The last word of each table on each of its rows, as text and numbers, without the day of publication."""
    given = small_city.dataset().tables
    return {name: _last_word(name, given[name]) for name in NAMES}


@cache
def long_table() -> pd.DataFrame:
    """One table of all; the rows of a shop repeat its facts."""
    tables = {
        name: rows.rename(columns={column: word for (table, column), word in CALLED.items() if table == name})
        for name, rows in plain_tables().items()
    }
    rows = tables["sales"].merge(tables["rent"], on=["shop_id", "month"], how="outer", validate="1:1")
    # A shop of which no month is known has a row all the same.
    rows = tables["shops"].merge(rows, on="shop_id", how="left", validate="1:m")
    return rows.merge(tables["footfall"], on=["district_id", "month"], how="left", validate="m:1")


def _last_word(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    key = {"shops": ["shop_id"], "footfall": ["district_id", "month"]}.get(name, ["shop_id", "month"])
    last = rows.sort_values(LEFT_OUT, kind="stable").drop_duplicates(key, keep="last").drop(columns=LEFT_OUT)
    days = last.select_dtypes("datetime")
    return last.assign(
        **{column: days[column].dt.strftime("%Y-%m" if column == "month" else "%Y-%m-%d") for column in days}
    ).reset_index(drop=True)
