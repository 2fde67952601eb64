"""The feature table of one month or of many, for anybody who wants the indicators themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.engines.local import CORES
from sbwarn.errors import SettingError
from sbwarn.indicators.build import build_months, catalogue, named
from sbwarn.indicators.coverage import Coverage, coverage
from sbwarn.indicators.peertable import is_trading, peer_table
from sbwarn.messages import say
from sbwarn.tables.dataset import DataSet, read_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month

if TYPE_CHECKING:
    from sbwarn.indicators.mechanism import Indicator

KEYS = ("shop_id", "as_of", "trading")
"""Columns of a feature table before the indicators."""


def build_features(
    data: DataSet | History | str | Path,
    as_of: str | pd.Period | Sequence[str | pd.Period],
    *,
    indicators: Sequence[str] | None = None,
    private: bool = False,
    threads: int = CORES,
) -> pd.DataFrame:
    """A row for each shop known as of each month, a column an indicator, from what was public by its last day.

    Args:
        data: A data set, its folder, or a history that was made of it.
        as_of: The month at whose end you stand, or several.
        indicators: Names from the catalogue; None for all that are not private.
        private: True adds the facts of the business itself: only where you have the right to hold them.
        threads: Threads; the values do not depend on it.

    Returns:
        `shop_id` (str), `as_of` (period[M]), `trading` (bool: a sale is known within the last three closed months),
        then each indicator (float64; NaN where it is unknown, never infinite). `attrs["coverage"]` tells for the last
        month how far each indicator is known, and which input nobody delivered.

    Raises:
        InputError: nothing was known as of a month.
        CatalogueError: a name that the catalogue lacks.

    >>> from sbwarn.simulate.city import simulate_city
    >>> from sbwarn.tables.check import check_table
    >>> from sbwarn.tables.dataset import dataset_of
    >>> from sbwarn.tables.schema import table_schema
    >>> city = simulate_city(shops=60, months=24, seed=7)
    >>> checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in city.tables.items()}
    >>> features = build_features(dataset_of(checked, name="city", currency="KRW"), "2026-09", indicators=["sales_mom"])
    >>> [str(kind) for kind in features.dtypes]
    ['str', 'period[M]', 'bool', 'float64']
    """
    history = data if isinstance(data, History) else History(_dataset(data))
    months = _months(as_of)
    facts = named(indicators) if indicators is not None else every(private=private)
    panels = [history.as_known(month) for month in months]
    peers = [peer_table(panel) for panel in panels]
    tables = build_months(panels, peers, wanted=facts, threads=threads)
    features = pd.DataFrame(np.concatenate(tables), columns=[fact.name for fact in facts])
    trading = np.concatenate([is_trading(panel.quantities["sales"]) for panel in panels])
    count = [len(panel.shops) for panel in panels]
    features.insert(
        0, "shop_id", pd.Series(np.concatenate([panel.shops.ids for panel in panels]), dtype="str")
    )
    features.insert(
        1,
        "as_of",
        pd.Series(
            pd.arrays.PeriodArray(
                np.repeat([month.ordinal for month in months], count), dtype=pd.PeriodDtype("M")
            )
        ),
    )
    features.insert(2, "trading", trading)
    features.attrs["coverage"] = coverage(panels[-1], peers[-1], facts, tables[-1])
    return features


def every(*, private: bool = False) -> tuple[Indicator, ...]:
    """The whole catalogue, without the private facts of a business unless they are asked for."""
    return tuple(fact for fact in catalogue() if private or not fact.private)


def lacking(found: Sequence[Coverage]) -> dict[str, tuple[str, ...]]:
    """By input that nobody delivered, the indicators that are unknown without it.

    >>> lacking([Coverage(name="energy_change_12m", known=0, shops=9, lacks=("costs.energy_kwh",))])
    {'costs.energy_kwh': ('energy_change_12m',)}
    """
    names = sorted({name for each in found if not each.known for name in each.lacks})
    return {
        name: tuple(each.name for each in found if not each.known and name in each.lacks) for name in names
    }


def _dataset(data: DataSet | str | Path) -> DataSet:
    return data if isinstance(data, DataSet) else read_dataset(data)


def _months(as_of: str | pd.Period | Sequence[str | pd.Period]) -> list[pd.Period]:
    given = [as_of] if isinstance(as_of, (str, pd.Period)) else list(as_of)
    if not given:
        raise SettingError(say("errors.no_such_month", argument="as_of", got="[]"))
    return [as_month(each, argument="as_of") for each in given]
