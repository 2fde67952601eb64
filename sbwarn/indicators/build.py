"""From a panel and its peers to the feature table: each indicator is handed its windows, and nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.errors import CatalogueError
from sbwarn.indicators import district, footfall, lifecycle, peers, rent, sales
from sbwarn.indicators.arithmetic import keeping
from sbwarn.indicators.mechanism import Column, Indicator, Window, collect
from sbwarn.indicators.peertable import MONTHS, PeerTable, is_trading, peer_table, with_typical
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FAMILIES = (sales, rent, footfall, peers, district, lifecycle)
BLOCK = 10_000
"""Shops handled at once: enough that a call costs little beside its work. No power of two: the rows of a block would
then compete for the same places of the processor's cache."""

PEER_WINDOWS = {"peer_sales_median": "sales_median", "peer_trading": "trading"}
DISTRICT_WINDOWS = {"district_trading": "trading"}
PEER_COLUMNS = {
    "peer_trend": "trend",
    "peer_yoy": "yoy",
    "peer_exit": "exit",
    "peer_entry": "entry",
    "peer_rent_per_m2": "rent_per_m2",
    "peer_rent_share": "rent_share",
}
DISTRICT_COLUMNS = {
    "district_trend": "trend",
    "district_yoy": "yoy",
    "district_exit": "exit",
    "district_entry": "entry",
}
SHOP_COLUMNS = ("floor_area", "months_open", "lease_left")
GRIDS = ("peer_level_grid",)
WHOLE = (*PEER_COLUMNS, *DISTRICT_COLUMNS, *SHOP_COLUMNS, *GRIDS)
"""Inputs without a time axis: handed over as they are."""
INPUTS = (
    *QUANTITIES,
    *PEER_WINDOWS,
    *DISTRICT_WINDOWS,
    *PEER_COLUMNS,
    *DISTRICT_COLUMNS,
    *SHOP_COLUMNS,
    *GRIDS,
)
"""Every name that an indicator may ask for as a parameter."""


@cache
def catalogue() -> tuple[Indicator, ...]:
    """All indicators, in the order in which they are written.

    Raises:
        CatalogueError: an indicator asks for an input that there is not, or for more months than are kept.

    >>> len(catalogue()) >= 40
    True
    """
    every = collect(FAMILIES)
    for fact in every:
        strange = [name for name in fact.reads if name not in INPUTS]
        if strange:
            raise CatalogueError(f"indicator {fact.name!r} reads {strange}, which is no input")
        kept = (
            MONTHS if any(name in PEER_WINDOWS or name in DISTRICT_WINDOWS for name in fact.reads) else DEPTH
        )
        if fact.months > kept:
            raise CatalogueError(f"indicator {fact.name!r} wants {fact.months} months; {kept} are kept")
    return every


def named(names: Sequence[str]) -> tuple[Indicator, ...]:
    """The indicators of these names, in this order.

    Raises:
        CatalogueError: a name that the catalogue lacks.
    """
    known = {fact.name: fact for fact in catalogue()}
    missing = [name for name in names if name not in known]
    if missing:
        raise CatalogueError(f"the catalogue has no indicator {missing[0]!r}")
    return tuple(known[name] for name in names)


def build(
    panel: Panel, peers: PeerTable, *, wanted: Sequence[Indicator] | None = None, threads: int = 1
) -> np.ndarray:
    """Shops × indicators, float64; finite or NaN (unknown).

    The value of a shop does not depend on which other shops share the call.
    """
    return build_months([panel], [peers], wanted=wanted, threads=threads)[0]


def build_months(
    panels: Sequence[Panel],
    peers: Sequence[PeerTable],
    *,
    wanted: Sequence[Indicator] | None = None,
    threads: int = 1,
) -> list[np.ndarray]:
    """What `build` makes of each panel, in their order.

    Panels of one history share their months; figures that overlap are worked out once.
    """
    facts = tuple(wanted or catalogue())
    names = frozenset(name for fact in facts for name in fact.reads)
    inputs = [_Inputs(panel, group, names) for panel, group in zip(panels, peers, strict=True)]
    tables = [np.empty((len(panel.shops), len(facts))) for panel in panels]

    def fill(start: int) -> None:
        with keeping():
            for table, each in zip(tables, inputs, strict=True):
                stop = min(start + BLOCK, len(table))
                if start < stop:
                    table[start:stop] = _measured(facts, each.block(start, stop))[:, : stop - start].T

    starts = range(0, max((len(table) for table in tables), default=0), BLOCK)
    if threads > 1 and len(starts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, starts))
    else:
        for start in starts:
            fill(start)
    return tables


def month_features(panel: Panel, *, threads: int = 1) -> tuple[np.ndarray, PeerTable]:
    """The feature table of a whole month, and its peers with what is typical of each group."""
    peers = peer_table(panel)
    values = build(panel, peers, threads=threads)
    typical = {fact.name: values[:, column] for column, fact in enumerate(catalogue())}
    return values, with_typical(peers, panel, typical)


def measure(fact: Indicator, inputs: Mapping[str, Window | Column]) -> Column:
    """One indicator on the windows that it asks for: the last `months` rows, views that end at the last closed month."""
    return np.asarray(_measured((fact,), inputs)[0])


def _measured(facts: Sequence[Indicator], inputs: Mapping[str, Window | Column]) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        rows = np.stack([fact.function(*_handed(fact, inputs)) for fact in facts], dtype=np.float64)
    infinite = np.isinf(rows)
    if infinite.any():
        rows[infinite] = np.nan
    return rows


def _handed(fact: Indicator, inputs: Mapping[str, Window | Column]) -> list[np.ndarray]:
    return [inputs[name] if name in WHOLE else inputs[name][-fact.months :] for name in fact.reads]


def typical_values(peers: PeerTable, panel: Panel, names: Sequence[str]) -> np.ndarray:
    """Shops × indicators: the median of each indicator among the shop's peers, or among all shops."""
    own = peers.peers_of(panel.shops.industry, panel.shops.district)
    everyone = np.full(len(panel.shops), peers.everyone)
    unknown = np.full(len(peers.n), np.nan)
    return np.stack(
        [
            peers.typical.get(fact.name, unknown)[own if fact.beside == "peers" else everyone]
            for fact in named(names)
        ],
        axis=1,
    )


class _Inputs:
    """The inputs that are asked for, a block of shops at a time."""

    def __init__(self, panel: Panel, peers: PeerTable, names: frozenset[str]) -> None:
        shops = panel.shops
        now = ordinal(panel.as_of)
        self._own = {
            **panel.quantities,
            "floor_area": shops.floor_area,
            "months_open": np.where(shops.opened == NEVER, np.nan, np.maximum(now - shops.opened, 0.0)),
            "lease_left": shops.lease_ends - now,
        }
        self._own = {
            name: np.ascontiguousarray(values) for name, values in self._own.items() if name in names
        }
        of_peers, of_districts = _group_figures(peers, names)
        self._peers, self._districts = of_peers, of_districts
        self._peer = peers.peers_of(shops.industry, shops.district) if of_peers else None
        self._district = peers.district_of(shops.district) if of_districts else None

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
        for figures, group in ((self._peers, self._peer), (self._districts, self._district)):
            if group is not None:
                own |= {name: _sealed(values.take(group[part], axis=-1)) for name, values in figures.items()}
        return own


def _sealed(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values


def _group_figures(
    peers: PeerTable, names: frozenset[str]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What is asked for of each group, by input: of the peers, and of the districts."""
    of_peers = {
        **{name: peers.series[origin] for name, origin in PEER_WINDOWS.items()},
        **{name: peers.columns[origin] for name, origin in PEER_COLUMNS.items()},
        "peer_level_grid": peers.grid,
    }
    of_districts = {
        **{name: peers.series[origin] for name, origin in DISTRICT_WINDOWS.items()},
        **{name: peers.columns[origin] for name, origin in DISTRICT_COLUMNS.items()},
    }
    return (
        {name: values for name, values in of_peers.items() if name in names},
        {name: values for name, values in of_districts.items() if name in names},
    )


def trading(panel: Panel) -> np.ndarray:
    """True for shops with a known positive sale within the last three closed months: the ones that are scored."""
    return is_trading(panel.quantities["sales"])
