"""What was handed over for one shop, laid into a panel of one column: the same that a data set would make of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.given.month import month_number
from sbwarn.tables.history import SINCE, chain_or_nan
from sbwarn.tables.month import YEAR, ordinal
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel, Shops

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.given.record import Given

EPOCH = 1970
NUMBERS = ("lon", "lat", "transit_m")


def panel_of(given: Given, *, country: str) -> Panel:
    """The panel of one shop; months that lie beyond it, before or behind, are left out.

    Args:
        given: As `given_of` understood it.
        country: Whose calendar the months follow, as ISO 3166 writes it.
    """
    lags = {quantity: given.lags[table] for quantity, (table, _) in QUANTITIES.items()}
    every = np.full((len(lags), DEPTH, 1), np.nan)
    for (quantity, lag), rows in zip(lags.items(), every, strict=True):
        first = ordinal(given.as_of) - lag - DEPTH + 1
        for month, amount in given.monthly.get(quantity, {}).items():
            row = month_number(month) - first
            if 0 <= row < DEPTH:
                rows[row, 0] = amount
    return Panel(
        as_of=given.as_of,
        shops=_shop(given),
        quantities=dict(zip(lags, every, strict=True)),
        lags=lags,
        country=country,
    )


def _shop(given: Given) -> Shops:
    facts = given.facts
    closed = _month(facts, "closed_on")
    brand = facts.get("brand")
    return Shops(
        ids=np.array([str(facts.get("shop_id", "shop"))]),
        industry=_text(facts, "industry_code"),
        district=_text(facts, "district_id"),
        name=_text(facts, "name"),
        site=_text(facts, "site_id"),
        opened=np.array([_month(facts, "opened_on")]),
        closed=np.array([closed if closed <= ordinal(given.as_of) else NEVER]),
        floor_area=_number(facts, "floor_area_m2"),
        lease_ends=_month_or_nan(facts, "lease_ends_on"),
        is_chain=np.array([np.nan]) if brand is None else chain_or_nan(pd.Series([brand], dtype=object)),
        **{name: _number(facts, name) for name in NUMBERS},
        **{name: _month_or_nan(facts, column) for name, column in SINCE.items()},
    )


def _text(facts: Mapping[str, object], name: str) -> np.ndarray:
    value = facts.get(name)
    return np.array([None if value is None else str(value)], dtype=object)


def _number(facts: Mapping[str, object], name: str) -> np.ndarray:
    value = facts.get(name)
    return np.array([np.nan if value is None else float(value)])  # type: ignore[arg-type]


def _month(facts: Mapping[str, object], name: str) -> int:
    day = facts.get(name)
    return (day.year - EPOCH) * YEAR + day.month - 1 if isinstance(day, date) else NEVER


def _month_or_nan(facts: Mapping[str, object], name: str) -> np.ndarray:
    month = _month(facts, name)
    return np.array([np.nan if month == NEVER else float(month)])
