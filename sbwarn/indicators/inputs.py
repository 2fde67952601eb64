"""What an indicator may ask for by the name of a parameter, and where it comes from: nothing else can reach it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.neighbours import NEIGHBOURS, neighbour_columns
from sbwarn.tables.calendar import calendar
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel
from sbwarn.tables.surroundings import (
    DISTRICT_FACTS,
    FACTS,
    INDUSTRY_FACTS,
    MARKET_FACTS,
    MARKET_WINDOWS,
    SPAN,
    WINDOWS,
)  # fmt: skip

if TYPE_CHECKING:
    from sbwarn.indicators.mechanism import Column
    from sbwarn.indicators.peertable import PeerTable

CALENDAR = ("working_days", "run_up", "feast")
PEER_WINDOWS = {"peer_sales_median": "sales_median", "peer_trading": "trading"}
DISTRICT_WINDOWS = {"district_trading": "trading"}
PEER_COLUMNS = {
    "peer_trend": "trend",
    "peer_yoy": "yoy",
    "peer_exit": "exit",
    "peer_exit_before": "exit_before",
    "peer_entry": "entry",
    "peer_rent_per_m2": "rent_per_m2",
    "peer_rent_share": "rent_share",
    "peer_receipts": "receipts",
    "peer_total_now": "total_now",
    "peer_total_year_ago": "total_year_ago",
    "peer_chain_share": "chain_share",
    "peer_age": "age",
}
INDUSTRY_COLUMNS = {"industry_exit": "exit", "industry_yoy": "yoy"}
DISTRICT_COLUMNS = {
    "district_trend": "trend",
    "district_yoy": "yoy",
    "district_exit": "exit",
    "district_exit_before": "exit_before",
    "district_entry": "entry",
}
CITY_FACTS = {"city_months_open": "months_open_mean", "city_months_at_closure": "months_at_closure"}
SHOP_COLUMNS = (
    "floor_area", "months_open", "lease_left", "transit_m", "is_chain", "months_voucher", "months_moved",
    "months_operator",
)  # fmt: skip
PEER_GRIDS = {"peer_level_grid": "level", "peer_level_grid_before": "level_before"}
INDUSTRY_GRIDS = {"industry_grid": "year"}
DISTRICT_GRIDS = {"district_grid": "year"}

GROUP_WINDOWS = (*PEER_WINDOWS, *DISTRICT_WINDOWS, *WINDOWS)
"""Windows that are as long as a `PeerTable` remembers."""
MONTHLY = (*QUANTITIES, *CALENDAR, *GROUP_WINDOWS)
"""Inputs with a time axis: an indicator is handed the last months of them."""
WHOLE = (
    *PEER_COLUMNS, *INDUSTRY_COLUMNS, *DISTRICT_COLUMNS, *CITY_FACTS, *FACTS, *INDUSTRY_FACTS, *SHOP_COLUMNS,
    *NEIGHBOURS, *PEER_GRIDS, *INDUSTRY_GRIDS, *DISTRICT_GRIDS,
)  # fmt: skip
"""Inputs without a time axis: handed over as they are."""
INPUTS = (*MONTHLY, *WHOLE)
"""Every name that an indicator may ask for."""


def months_kept(name: str) -> int:
    """How many months of an input there are.

    >>> months_kept("sales"), months_kept("peer_trading")
    (37, 25)
    """
    return SPAN if name in GROUP_WINDOWS else DEPTH


def table_of(name: str) -> str:
    """The table whose publication an input waits for.

    >>> table_of("footfall_lunch"), table_of("vacancy_sampled"), table_of("peer_trend")
    ('footfall', 'market', 'sales')
    """
    if name in QUANTITIES:
        return QUANTITIES[name][0]
    return _TABLES.get(name, "sales")


def tables_of(name: str) -> tuple[str, ...]:
    """Every table that an input waits for: who trades decides which group speaks, so group figures wait for sales.

    >>> tables_of("rent"), tables_of("peer_rent_per_m2"), tables_of("near_stopped")
    (('rent',), ('rent', 'sales'), ('shops', 'sales'))
    """
    return tuple(dict.fromkeys((table_of(name), "sales") if name in OF_GROUPS else (table_of(name),)))


OF_GROUPS = (
    *PEER_WINDOWS, *DISTRICT_WINDOWS, *PEER_COLUMNS, *INDUSTRY_COLUMNS, *DISTRICT_COLUMNS, *PEER_GRIDS,
    *INDUSTRY_GRIDS, *DISTRICT_GRIDS, "near_trading", "near_same_trade", "near_stopped", "near_mix",
)  # fmt: skip
"""Inputs that come from other shops."""


_TABLES: Mapping[str, str] = {
    **dict.fromkeys(("vacancy_sampled", "rent_index", "market_rent"), "market"),
    **dict.fromkeys(("survival_3y", "months_open_mean", "months_at_closure", *CITY_FACTS), "market"),
    **dict.fromkeys(
        ("residents", "workers", "income", "single_share", "over_60_share", "shop_area"), "districts"
    ),
    **dict.fromkeys(("vacancy_units", "vacancy_units_before", "near_units", "near_empty"), "premises"),
    **dict.fromkeys(("anchor_m", "anchor_gone"), "premises"),
    **dict.fromkeys(INDUSTRY_FACTS, "industries"),
    **dict.fromkeys((*SHOP_COLUMNS, "peer_age", "peer_chain_share"), "shops"),
    **dict.fromkeys(("near_trading", "near_same_trade", "near_stopped", "near_mix"), "shops"),
    **dict.fromkeys(("peer_rent_per_m2", "peer_rent_share", "lease_left"), "rent"),
    **dict.fromkeys(CALENDAR, "calendar"),
    "months_designated": "districts",
    "events": "events",
}


def origin_of(name: str) -> str:
    """The table, and the column where one alone is read, behind an input.

    >>> origin_of("energy"), origin_of("shop_area"), origin_of("peer_trend")
    ('costs.energy_kwh', 'districts.shop_area_m2', 'sales')
    """
    if name in QUANTITIES:
        return ".".join(QUANTITIES[name])
    column = _COLUMNS.get(name)
    return f"{table_of(name)}.{column}" if column else table_of(name)


_COLUMNS: Mapping[str, str] = {
    **DISTRICT_FACTS, **MARKET_WINDOWS, **MARKET_FACTS, **dict(zip(INDUSTRY_FACTS, INDUSTRY_FACTS, strict=True)),
    "months_designated": "designated_on", "vacancy_units": "vacant", "vacancy_units_before": "vacant",
    "floor_area": "floor_area_m2", "months_open": "opened_on", "lease_left": "lease_ends_on", "transit_m": "transit_m",
    "is_chain": "brand", "months_voucher": "voucher_since", "months_moved": "moved_on",
    "months_operator": "operator_since", "peer_age": "opened_on", "peer_chain_share": "brand",
    "near_trading": "lon", "near_same_trade": "lon", "near_stopped": "lon", "near_mix": "lon",
    "near_units": "lon", "near_empty": "vacant", "anchor_m": "is_anchor", "anchor_gone": "is_anchor",
    "peer_receipts": "transactions",
}  # fmt: skip


class Inputs:
    """The inputs that are asked for, a block of shops at a time."""

    def __init__(self, panel: Panel, peers: PeerTable, names: frozenset[str]) -> None:
        shops = panel.shops
        now = ordinal(panel.as_of)
        self._own = _only(names, {**panel.quantities, **_shop_columns(panel, now)})
        self._own |= neighbour_columns(shops, peers.points, peers.surroundings.units, names)
        self._own = {name: np.ascontiguousarray(values) for name, values in self._own.items()}
        self.unknown = frozenset(name for name, values in self._own.items() if np.isnan(values).all())
        """Inputs of the shops themselves of which nothing is known."""
        self._shared = _only(names, _calendar(panel, now, names))
        around = peers.surroundings
        find = (
            partial(peers.peers_of, shops.industry, shops.district),
            partial(peers.industry_of, shops.industry),
            partial(peers.district_of, shops.district),
            partial(_places, around.districts, shops.district),
            partial(_places, around.industries, shops.industry),
        )
        sides = zip(find, peers.once(("sides", names), lambda: _sides(peers, names)), strict=True)
        self._sides = [(place(), figures) for place, figures in sides if figures]

    def block(self, start: int, stop: int) -> dict[str, np.ndarray]:
        """Inputs of the shops from `start` to `stop`.

        A block is never one shop wide, and its rows lie one behind the other (`take`, never `[:, shops]`): NumPy
        adds a single column pairwise and several row by row, and the last bits would differ between one shop and
        many.
        """
        part = np.arange(start, stop)
        if len(part) == 1:
            part = part.repeat(2)
            own = {name: values.take(part, axis=-1) for name, values in self._own.items()}
        else:
            own = {name: values[..., start:stop] for name, values in self._own.items()}
        for index, figures in self._sides:
            own |= {name: _sealed(values.take(index[part], axis=-1)) for name, values in figures.items()}
        return {**own, **self._shared}


def _sides(peers: PeerTable, names: frozenset[str]) -> tuple[dict[str, np.ndarray], ...]:
    """What is asked for of the peers, the industry, the district's shops, the district itself and the trade."""
    around = peers.surroundings
    every = (
        _of_peers(peers),
        _of_industries(peers),
        _of_districts(peers),
        _of_places(peers),
        _or_nothing(around.trades, INDUSTRY_FACTS, len(around.industries)),
    )
    return tuple(_only(names, figures) for figures in every)


def _only(names: frozenset[str], figures: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: values for name, values in figures.items() if name in names}


def _sealed(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values


def _shop_columns(panel: Panel, now: int) -> dict[str, Column]:
    shops = panel.shops
    opened = np.where(shops.opened == NEVER, np.nan, shops.opened.astype(float))
    return {
        "floor_area": shops.floor_area,
        "months_open": np.maximum(now - opened, 0.0),
        "lease_left": shops.lease_ends - now,
        "transit_m": shops.transit_m,
        "is_chain": shops.is_chain,
        "months_voucher": _since(shops.voucher_since, now),
        "months_moved": _since(shops.moved, now),
        "months_operator": _since(shops.operator_since, now),
    }


def _since(month: Column, now: int) -> Column:
    """Months since then; unknown for what is yet to come."""
    return np.where(month <= now, now - month, np.nan)


def _calendar(panel: Panel, now: int, names: frozenset[str]) -> dict[str, np.ndarray]:
    """Windows of one column that fits every shop; the last row is the last closed month of sales."""
    if not names & set(CALENDAR):
        return {}
    days = calendar(panel.country, now - panel.lags["sales"], DEPTH)
    return {name: _sealed(getattr(days, name).copy())[:, None] for name in CALENDAR}


def _of_peers(peers: PeerTable) -> dict[str, np.ndarray]:
    return {
        **{name: peers.series[origin] for name, origin in PEER_WINDOWS.items()},
        **{name: peers.columns[origin] for name, origin in PEER_COLUMNS.items()},
        **{name: peers.grids[origin] for name, origin in PEER_GRIDS.items()},
    }


def _of_industries(peers: PeerTable) -> dict[str, np.ndarray]:
    return {
        **{name: peers.columns[origin] for name, origin in INDUSTRY_COLUMNS.items()},
        **{name: peers.grids[origin] for name, origin in INDUSTRY_GRIDS.items()},
    }


def _of_districts(peers: PeerTable) -> dict[str, np.ndarray]:
    return {
        **{name: peers.series[origin] for name, origin in DISTRICT_WINDOWS.items()},
        **{name: peers.columns[origin] for name, origin in DISTRICT_COLUMNS.items()},
        **{name: peers.grids[origin] for name, origin in DISTRICT_GRIDS.items()},
    }


def _of_places(peers: PeerTable) -> dict[str, np.ndarray]:
    """What is told of a district itself, however few shops it has; the last column stands for an unknown one."""
    around = peers.surroundings
    facts, windows = _or_nothing(around.facts, FACTS, len(around.districts)), {}
    for name in WINDOWS:
        known = around.windows.get(name, np.full((SPAN, len(around.districts)), np.nan))
        windows[name] = np.column_stack([known, np.full(SPAN, np.nan)])
    city = {}
    for name, origin in CITY_FACTS.items():
        known = facts[origin][~np.isnan(facts[origin])]
        city[name] = np.full(len(around.districts) + 1, np.median(known) if len(known) else np.nan)
    return {**facts, **windows, **city}


def _or_nothing(told: Mapping[str, np.ndarray], names: tuple[str, ...], size: int) -> dict[str, np.ndarray]:
    """Each fact with an unknown one behind it, where the index −1 leads."""
    return {name: np.append(told.get(name, np.full(size, np.nan)), np.nan) for name in names}


def _places(known: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Place of each name among the known ones, −1 if it is not among them."""
    if not len(known):
        return np.full(len(asked), -1)
    names = known.astype(str)
    written = np.asarray(asked, dtype=object).astype(str)
    place = np.minimum(np.searchsorted(names, written), len(names) - 1)
    return np.where(names[place] == written, place, -1)
