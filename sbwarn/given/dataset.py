"""A shop named by its id in a data set: its facts and months as they were known on the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import isnan
from pathlib import Path
from threading import Lock
from typing import TypeAlias

import numpy as np

from sbwarn.errors import InputError
from sbwarn.given.shop import LEASE_END
from sbwarn.given.shown import shown
from sbwarn.messages import say
from sbwarn.tables.dataset import MARKER, DataSet, read_dataset
from sbwarn.tables.digest import digest_file
from sbwarn.tables.history import INDEPENDENT, SINCE, History
from sbwarn.tables.month import as_month, from_ordinal, ordinal
from sbwarn.tables.panel import NEVER, Panel

DataSaid: TypeAlias = "History | DataSet | str | Path | None"
"""A data set, its history, or its folder."""
CHAIN = "chain"
"""Stands for the brand of a shop of which a panel only knows that it has one."""
_asking = Lock()
"""A history keeps the shops of the month that was asked for last; two threads would hand each other theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a data set knows of one shop."""

    facts: Mapping[str, object]
    """By column of the shops schema; days are the first of their month, for a panel knows no more."""
    monthly: Mapping[str, dict[str, float]]
    """By quantity, month → amount."""


def history_of(data: DataSaid, shop_id: str, *, currency: str) -> History:
    """The history of the data set in which a shop is looked up.

    Raises:
        InputError: no data set was given, the folder is none, or its amounts are in another currency.
    """
    if data is None:
        raise InputError(say("given.id_needs_data", got=shown(shop_id)))
    history = _history(data)
    dataset = history.dataset
    if dataset.currency != currency:
        raise InputError(
            say("given.dataset_currency", name=dataset.name, got=dataset.currency, currency=currency)
        )
    return history


def recorded(shop_id: str, history: History, *, as_of: int) -> Recorded:
    """What was known of a shop at the end of a month, months since 1970-01, as `History` tells it.

    Raises:
        InputError: the shop, or anything at all, was not known then.
    """
    with _asking:
        panel = history.as_known(from_ordinal(as_of))
    place = place_of(panel, shop_id, history.dataset)
    return Recorded(facts=_facts(panel, place), monthly=_months(panel, place))


def last_sales(history: History) -> int:
    """The last month of which the data set holds sales, months since 1970-01."""
    return ordinal(as_month(history.dataset.tables["sales"]["month"].dropna().max()))


def _history(data: History | DataSet | str | Path) -> History:
    if isinstance(data, History):
        return data
    if isinstance(data, DataSet):
        return History(data)
    folder = Path(data)
    marker = folder / MARKER
    if not marker.is_file():
        raise InputError(say("errors.no_dataset", path=folder, marker=MARKER))
    return _read(folder.resolve(), digest_file(marker))


@lru_cache(maxsize=2)
def _read(folder: Path, _marker: str) -> History:
    """Read once for each content: the marker holds the digests of the tables."""
    return History(read_dataset(folder))


def place_of(panel: Panel, shop_id: str, dataset: DataSet) -> int:
    """The place of a shop in the panel of a data set.

    Raises:
        InputError: the shop was not known then.
    """
    ids = panel.shops.ids
    place = int(np.searchsorted(ids, shop_id))
    if place == len(ids) or ids[place] != shop_id:
        raise InputError(
            say("given.unknown_shop", got=shown(shop_id), name=dataset.name, as_of=panel.as_of, count=len(ids))
        )  # fmt: skip
    return place


def _facts(panel: Panel, place: int) -> dict[str, object]:
    shops = panel.shops
    facts: dict[str, object] = {
        "shop_id": str(shops.ids[place]),
        "industry_code": shops.industry[place],
        "district_id": shops.district[place],
        "name": shops.name[place],
        "site_id": shops.site[place],
        "opened_on": _day(shops.opened[place]),
        "closed_on": _day(shops.closed[place]),
        LEASE_END: _day(shops.lease_ends[place]),
        "brand": {1.0: CHAIN, 0.0: INDEPENDENT[0]}.get(float(shops.is_chain[place])),
        **{column: _day(getattr(shops, name)[place]) for name, column in SINCE.items()},
    }
    numbers = {
        "floor_area_m2": shops.floor_area,
        "lon": shops.lon,
        "lat": shops.lat,
        "transit_m": shops.transit_m,
    }
    facts |= {name: None if isnan(told[place]) else float(told[place]) for name, told in numbers.items()}
    return {name: value for name, value in facts.items() if value is not None}


def _day(month: float) -> date | None:
    """The first day of a month; a panel knows no day."""
    if isnan(month) or month == NEVER:
        return None
    first: date = from_ordinal(int(month)).start_time.date()
    return first


def _months(panel: Panel, place: int) -> dict[str, dict[str, float]]:
    found = {}
    for quantity, rows in panel.quantities.items():
        column = rows[:, place]
        known = np.flatnonzero(~np.isnan(column)).tolist()
        months = {str(panel.month_of_row(quantity, row)): float(column[row]) for row in known}
        if months:
            found[quantity] = months
    return found
