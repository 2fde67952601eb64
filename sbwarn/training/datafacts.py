"""What a release learnt from, in numbers that name nobody: rows, months, gaps and revisions of every table.

Only what was public counts, so a later delivery does not change the facts of an older training. What an import left
out or mended is about a delivery, not about a month: it stands in the data set, and `delivery_facts` reads it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.tables.days import day_number, end_of_month, known_days
from sbwarn.tables.month import as_month, from_ordinal, last_day, ordinal, ordinals
from sbwarn.tables.panel import NEVER, QUANTITIES
from sbwarn.tables.schema import TABLES, table_schema
from sbwarn.training.rows import scorable

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.tables.dataset import DataSet
    from sbwarn.tables.history import History
    from sbwarn.tables.panel import Panel

YEAR = 12
DECIMALS = 4
OWNERS = ("shop_id", "site_id", "district_id", "industry_code")
"""What the rows of a table are about, by the first of these keys that it has."""
LONG_AGO = day_number(np.datetime64("1900-01-01"))
BEGINS: Mapping[str, str] = {"events": "starts_on", "support": "began_on"}
"""The day on which a row without a day of publication counts as public."""
PARTS = ("rows_in", "used", "excluded", "rejected")


def data_facts(history: History, as_of: str | pd.Period) -> dict[str, Any]:
    """What was public by the last day of a month, as plain JSON, the same bytes for the same data.

    Returns:
        - `dataset`, `country`, `currency`, `synthetic`, `as_of`
        - `trading`: shops that could be scored
        - `tables`: by table `rows`; `owners`, how many shops, premises, districts or industries (`of`) they are about;
          `first` and `last` month, None where rows have none; `revised`, keys of which a later word became public
        - `unknown`: by quantity, the share of the last twelve closed months of those shops of which nothing is known;
          months before a shop opened do not count. Quantities of which nothing is known at all are left out.

    Args:
        history: The data set.
        as_of: The month at whose end the training stands.

    Raises:
        InputError: nothing was known then.
    """
    month = as_month(as_of, argument="as_of")
    dataset = history.dataset
    panel = history.as_known(month)
    alive = scorable(panel)
    return {
        "dataset": dataset.name,
        "country": dataset.country,
        "currency": dataset.currency,
        "synthetic": dataset.synthetic,
        "as_of": str(month),
        "trading": int(alive.sum()),
        "tables": _tables(dataset, day_number(last_day(month))),
        "unknown": _unknown(panel, alive),
    }


def delivery_facts(dataset: DataSet) -> dict[str, dict[str, int]]:
    """By table, what its import kept and did not keep: `rows_in, used, excluded, rejected, repaired`.

    >>> from sbwarn.tables.check import check_table
    >>> from sbwarn.tables.dataset import dataset_of
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"event_id": ["a", "b"], "kind": "works", "starts_on": ["2026-01-05", "?"]})
    >>> checked = {"events": check_table(rows, table_schema("events"), where="events.csv")}
    >>> delivery_facts(dataset_of(checked, name="x", currency="KRW", complete=False))
    {'events': {'rows_in': 2, 'used': 1, 'excluded': 0, 'rejected': 1, 'repaired': 0}}
    """
    return {
        table: {
            **{part: int(dataset.accounts[table][part]) for part in PARTS},
            "repaired": int(sum(dataset.accounts[table]["repairs"].values())),
        }
        for table in TABLES
        if table in dataset.accounts
    }


def _tables(dataset: DataSet, day: int) -> dict[str, dict[str, Any]]:
    found = {}
    for table in TABLES:
        if table not in dataset.tables:
            continue
        rows = dataset.tables[table]
        public = rows.loc[_public_from(table, rows, dataset.lags[table]) <= day]
        if len(public):
            found[table] = _table(table, public)
    return found


def _table(table: str, rows: pd.DataFrame) -> dict[str, Any]:
    owner = next(name for name in OWNERS if name in table_schema(table).names)
    key = [name for name in table_schema(table).key if name != "known_on"]
    months = ordinals(rows["month"]) if "month" in rows.columns else np.zeros(0, dtype=np.int64)
    return {
        "rows": len(rows),
        "of": owner.removesuffix("_id").removesuffix("_code"),
        "owners": int(rows[owner].nunique()),
        "first": str(from_ordinal(int(months.min()))) if len(months) else None,
        "last": str(from_ordinal(int(months.max()))) if len(months) else None,
        "revised": int(rows.loc[rows.duplicated(key), key].drop_duplicates().shape[0]),
    }


def _public_from(table: str, rows: pd.DataFrame, lag: int) -> np.ndarray:
    """The day on which each row became public, as the panel counts it."""
    always = np.full(len(rows), LONG_AGO)
    if "known_on" not in rows.columns:
        return always
    if "month" in rows.columns:
        return known_days(rows, end_of_month(ordinals(rows["month"]) + lag))
    if table in BEGINS:
        return known_days(rows, rows[BEGINS[table]].to_numpy(dtype="datetime64[D]").astype(np.int64))
    if table == "shops":
        opened = ordinals(rows["opened_on"])
        return known_days(rows, np.where(opened != NEVER, end_of_month(np.maximum(opened, 0)), LONG_AGO))
    return known_days(rows, always)


def _unknown(panel: Panel, alive: np.ndarray) -> dict[str, float]:
    opened = panel.shops.opened[alive]
    found = {}
    for quantity in QUANTITIES:
        year = panel.quantities[quantity][-YEAR:, alive]
        last = ordinal(panel.as_of) - panel.lags[quantity]
        was_open = np.arange(last - len(year) + 1, last + 1)[:, None] >= opened
        if np.isnan(year).all():
            continue
        found[quantity] = round(float(np.isnan(year[was_open]).mean()), DECIMALS)
    return found
