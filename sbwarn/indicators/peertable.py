"""The peers of one month: what a group of shops did, so that one shop can be compared without the others at hand.

Indicators read a `PeerTable`, never the shops that happen to share the call; so a shop scored alone gets the figure
that it gets among all. The shop itself stays in its group. Groups of fewer than ten trading shops speak through
their parent: industry × district → industry → all for peers, industry → all, district → all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sbwarn.indicators.arithmetic import mean_known, ratio
from sbwarn.indicators.neighbours import Points, points_of
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER
from sbwarn.tables.surroundings import NOTHING_AROUND, SPAN, Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping

    from sbwarn.indicators.mechanism import Column, Window
    from sbwarn.tables.panel import Panel

SMALLEST = 10
FEW = 16
"""Shops up to which looking each up is faster than telling them apart first."""
EVERYONE = "*"
MONTHS = SPAN
"""Months of the series that a table keeps."""
GRID = 21
"""Points of a quantile grid: every five per cent."""
SILENT = 3
"""Months without a known sale after which a shop no longer counts as trading."""
HALF_YEAR = 6

SERIES = ("sales_median", "trading")
MEDIANS = ("trend", "rent_per_m2", "rent_share", "receipts", "age")
"""The columns that are medians of the shops' own figures."""
SHARES = ("yoy", "exit", "exit_before", "entry", "chain_share", "total_now", "total_year_ago")
COLUMNS = (*MEDIANS, *SHARES)
GRIDS = ("level", "level_before", "year")
"""Quantiles of the mean sales of three months, of the same half a year earlier, and of twelve months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Where each group stands."""

    group: np.ndarray
    """Group number by industry and district, −1 for none that is large enough; the last row and column too."""
    trades: Mapping[str, int]
    """Row of each industry."""
    places: Mapping[str, int]
    """Column of each district."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerTable:
    """Groups of shops and their figures as known as of one month."""

    as_of: str
    industry: np.ndarray
    """Industry of each group, "*" for every industry."""
    district: np.ndarray
    """District of each group, "*" for every district."""
    n: np.ndarray
    """Trading shops in each group."""
    series: Mapping[str, np.ndarray]
    """By name, `MONTHS` × groups: the median of the trading shops' sales, and how many traded."""
    columns: Mapping[str, np.ndarray]
    """By name of `COLUMNS`, one number a group."""
    grids: Mapping[str, np.ndarray]
    """By name of `GRIDS`, `GRID` × groups."""
    typical: Mapping[str, np.ndarray]
    """By indicator, its median over the trading shops of each group."""
    surroundings: Surroundings = NOTHING_AROUND
    """Districts, trades and premises as known on the day."""
    points: Points | None = None
    """Where shops stand, for neighbours; never part of a release."""
    _cells: Cells = field(init=False, repr=False, compare=False)
    _made: dict[Hashable, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_cells", _cells(self.industry, self.district, self.n))

    def peers_of(self, industry: np.ndarray, district: np.ndarray) -> np.ndarray:
        """Group number of each shop's peers: industry × district, else industry, else everyone."""
        cells, trades, places = self._cells.group, self._cells.trades, self._cells.places
        trade, place = _codes(industry, trades), _codes(district, places)
        everyone = cells[trades[EVERYONE], places[EVERYONE]]
        own, parent = cells[trade, place], cells[trade, places[EVERYONE]]
        found: np.ndarray = np.where(own >= 0, own, np.where(parent >= 0, parent, everyone))
        return found

    def industry_of(self, industry: np.ndarray) -> np.ndarray:
        """Group number of each shop's whole industry, else of everyone."""
        cells, trades, places = self._cells.group, self._cells.trades, self._cells.places
        whole = cells[_codes(industry, trades), places[EVERYONE]]
        found: np.ndarray = np.where(whole >= 0, whole, cells[trades[EVERYONE], places[EVERYONE]])
        return found

    def district_of(self, district: np.ndarray) -> np.ndarray:
        """Group number of each shop's district, else of everyone."""
        cells, trades, places = self._cells.group, self._cells.trades, self._cells.places
        home = cells[trades[EVERYONE], _codes(district, places)]
        found: np.ndarray = np.where(home >= 0, home, cells[trades[EVERYONE], places[EVERYONE]])
        return found

    def once(self, what: Hashable, work: Callable[[], Any]) -> Any:
        """What is made of the table, worked out when it is first asked for: one shop after another asks for the same."""
        if what not in self._made:
            self._made[what] = work()
        return self._made[what]

    def without_positions(self) -> PeerTable:
        """The same without shops and units on the map: what a release may carry."""
        return replace(self, points=None, surroundings=replace(self.surroundings, units=None))

    @property
    def everyone(self) -> int:
        """Number of the group of all shops."""
        return int(np.flatnonzero((self.industry == EVERYONE) & (self.district == EVERYONE))[0])


def _cells(industry: np.ndarray, district: np.ndarray, n: np.ndarray) -> Cells:
    trades = {name: row for row, name in enumerate(dict.fromkeys((*industry, EVERYONE)))}
    places = {name: column for column, name in enumerate(dict.fromkeys((*district, EVERYONE)))}
    group = np.full((len(trades) + 1, len(places) + 1), -1)
    for number, key in enumerate(zip(industry, district, strict=True)):
        if n[number] >= SMALLEST or key == (EVERYONE, EVERYONE):
            group[trades[key[0]], places[key[1]]] = number
    return Cells(group=group, trades=trades, places=places)


def _codes(names: np.ndarray, known: Mapping[str, int]) -> np.ndarray:
    """The number of each name, −1 for a name that is not known."""
    if len(names) <= FEW:
        return np.array([known.get(name, -1) for name in names], dtype=np.int64)
    code, distinct = pd.factorize(names, use_na_sentinel=False)
    return np.array([known.get(name, -1) for name in distinct], dtype=np.int64)[code]


def is_trading(sales: Window) -> np.ndarray:
    """True for shops with a known positive sale within the last three closed months."""
    return np.asarray((sales[-SILENT:] > 0).any(axis=0))


def peer_table(panel: Panel) -> PeerTable:
    """The groups of a panel, without typical indicator values (see `with_typical`)."""
    members = _groups(panel)
    sales = panel.quantities["sales"]
    series = sales[-MONTHS:]
    trading_now = is_trading(sales)
    bases = _shop_bases(panel)
    ranked = np.stack([*np.where(series > 0, series, np.nan), *(bases[name] for name in MEDIANS)])
    industry, district = zip(*members, strict=True)
    n = np.array([trading_now[rows].sum() for rows in members.values()], dtype=np.int64)
    medians, known = _medians(ranked, members.values())
    return PeerTable(
        as_of=str(panel.as_of),
        industry=np.array(industry, dtype=object),
        district=np.array(district, dtype=object),
        n=n,
        series={"sales_median": medians[:MONTHS], "trading": known[:MONTHS].astype(float)},
        columns={
            **_group_shares(members.values(), bases, trading_now),
            **dict(zip(MEDIANS, medians[MONTHS:], strict=True)),
        },
        grids={name: _grid(levels, members.values()) for name, levels in _levels(sales, trading_now).items()},
        typical={},
        surroundings=panel.surroundings,
        points=points_of(panel.shops, trading=trading_now, stopped=bases["left"] > 0),
    )


def with_typical(peers: PeerTable, panel: Panel, values: Mapping[str, Column]) -> PeerTable:
    """The same groups, with the median of each indicator over their trading shops."""
    trading = is_trading(panel.quantities["sales"])
    members = [rows[trading[rows]] for rows in _groups(panel).values()]
    if not values:
        return replace(peers, typical={})
    medians, _ = _medians(np.stack(list(values.values())), members)
    return replace(peers, typical=dict(zip(values, medians, strict=True)))


def _groups(panel: Panel) -> dict[tuple[str, str], np.ndarray]:
    """Shop numbers of each group, in the order of their names."""
    trade, trades = pd.factorize(panel.shops.industry)
    place, places = pd.factorize(panel.shops.district)
    shops = np.arange(len(trade))
    members: dict[tuple[str, str], np.ndarray] = {(EVERYONE, EVERYONE): shops}
    members |= {(name, EVERYONE): rows for name, rows in _parts(trade, shops, trades)}
    members |= {(EVERYONE, name): rows for name, rows in _parts(place, shops, places)}
    for name, rows in _parts(trade, shops, trades):
        members |= {(name, home): few for home, few in _parts(place[rows], rows, places)}
    return {key: members[key] for key in sorted(members)}


def _parts(code: np.ndarray, shops: np.ndarray, names: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The shops of each name that occurs, in their own order."""
    order = np.argsort(code, kind="stable")
    present, starts = np.unique(code[order], return_index=True)
    parts = np.split(shops[order], starts[1:])
    return [(str(names[number]), part) for number, part in zip(present, parts, strict=True)]


def _shop_bases(panel: Panel) -> dict[str, Column]:
    """What each shop brings to its groups."""
    sales, rent = panel.quantities["sales"], panel.quantities["rent"]
    shops = panel.shops
    now, before, year_ago = mean_known(sales[-3:]), mean_known(sales[-6:-3]), mean_known(sales[-15:-12])
    earlier, left = _left(sales)
    was_earlier, had_left = _left(sales[:-HALF_YEAR])
    seen = sales > 0
    young = seen[-13:].any(axis=0) & ~seen[:-13].any(axis=0)
    trading = is_trading(sales)
    age = np.where((shops.opened == NEVER) | ~trading, np.nan, ordinal(panel.as_of) - shops.opened)
    return {
        "trend": ratio(now, before) - 1.0,
        "matched_now": np.where(np.isnan(year_ago), np.nan, now),
        "matched_then": np.where(np.isnan(now), np.nan, year_ago),
        "total_now": now,
        "total_year_ago": year_ago,
        "was_trading": earlier.astype(float),
        "left": left.astype(float),
        "was_trading_before": was_earlier.astype(float),
        "left_before": had_left.astype(float),
        "young": np.where(np.isnan(sales[:-13]).all(), np.nan, young.astype(float)),
        "chain": shops.is_chain,
        "rent_per_m2": np.where(trading, ratio(rent[-1], shops.floor_area), np.nan),
        "rent_share": ratio(mean_known(rent[-3:]), now),
        "receipts": mean_known(panel.quantities["transactions"][-3:]),
        "age": np.maximum(age, 0.0),
    }


def _left(sales: Window) -> tuple[np.ndarray, np.ndarray]:
    """Who traded half a year before the last month, and who of them has no known sale since three months."""
    earlier = np.asarray((sales[-9:-SILENT] > 0).any(axis=0))
    return earlier, earlier & ~is_trading(sales)


def _group_shares(
    members: Collection[np.ndarray], bases: Mapping[str, Column], trading_now: np.ndarray
) -> dict[str, Column]:
    """Sums of the groups, and the shares that left, came, or belong to a brand."""
    names = ("matched_now", "matched_then", "was_trading", "left", "was_trading_before", "left_before",
             "total_now", "total_year_ago")  # fmt: skip
    summed = np.stack([bases[name] for name in names])
    summed = np.where(np.isnan(summed), 0.0, summed)
    # `take` lays each group's shops side by side: the order of adding, and so the last bit, hangs on it.
    totals = np.stack([summed.take(rows, axis=1).sum(axis=1) for rows in members], axis=1)
    total = dict(zip(names, totals, strict=True))
    present = [rows[trading_now[rows]] for rows in members]
    return {
        "yoy": ratio(total["matched_now"], total["matched_then"]) - 1.0,
        "exit": ratio(total["left"], total["was_trading"]),
        "exit_before": ratio(total["left_before"], total["was_trading_before"]),
        "entry": np.array([_mean(bases["young"][rows]) for rows in present]),
        "chain_share": np.array([_mean(bases["chain"][rows]) for rows in present]),
        "total_now": np.where(total["total_now"] > 0, total["total_now"], np.nan),
        "total_year_ago": np.where(total["total_year_ago"] > 0, total["total_year_ago"], np.nan),
    }


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _levels(sales: Window, trading_now: np.ndarray) -> dict[str, Column]:
    """By grid, what is ranked; NaN for shops that did not trade then."""
    before = sales[:-HALF_YEAR]
    return {
        "level": np.where(trading_now, mean_known(sales[-3:]), np.nan),
        "level_before": np.where(is_trading(before), mean_known(before[-3:]), np.nan),
        "year": np.where(trading_now, mean_known(sales[-12:]), np.nan),
    }


def _medians(matrix: np.ndarray, members: Collection[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Median of the known values of each row in each group, and how many are known; rows × groups both."""
    shape = (len(matrix), len(members))
    medians, known = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
    row = np.arange(len(matrix))
    for group, shops in enumerate(members):
        if not len(shops):
            continue
        # Sorting puts NaN last, so that the middle of the known values is a place.
        ranked = np.sort(matrix.take(shops, axis=1), axis=1)
        count = len(shops) - np.isnan(ranked).sum(axis=1)
        lower, upper = (
            ranked[row, np.maximum(count - 1, 0) // 2],
            ranked[row, np.minimum(count // 2, len(shops) - 1)],
        )
        medians[:, group] = np.where(count % 2 == 1, lower, (lower + upper) / 2.0)
        known[:, group] = count
    return medians, known


def _grid(levels: Column, members: Collection[np.ndarray]) -> np.ndarray:
    """`GRID` × groups: quantiles of the known levels of each group; NaN where none is known."""
    grid = np.full((GRID, len(members)), np.nan)
    steps = np.linspace(0, 1, GRID)
    for group, shops in enumerate(members):
        known = levels[shops]
        known = known[~np.isnan(known)]
        if len(known):
            grid[:, group] = np.quantile(known, steps)
    return grid
