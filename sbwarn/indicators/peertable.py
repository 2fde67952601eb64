"""The peers of one month: what a group of shops did, so that one shop can be compared without the others at hand.

Indicators read a `PeerTable`, never the shops that happen to share the call; so a shop scored alone gets the figure
that it gets among all. The shop itself stays in its group. Groups of fewer than ten trading shops speak through
their parent: industry × district → industry → all for peers, district → all for districts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.errors import ReleaseError
from sbwarn.indicators.arithmetic import mean_known, ratio
from sbwarn.messages import say
from sbwarn.tables.atomic import PUBLIC, whole_file

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from sbwarn.indicators.mechanism import Column, Window
    from sbwarn.tables.panel import Panel

SMALLEST = 10
EVERYONE = "*"
MONTHS = 25
"""Months of the series that a table keeps."""
GRID = 21
"""Points of a quantile grid: every five per cent."""
SILENT = 3
"""Months without a known sale after which a shop no longer counts as trading."""

SERIES = ("sales_median", "trading")
COLUMNS = ("trend", "yoy", "exit", "entry", "rent_per_m2", "rent_share")
MEDIANS = ("trend", "rent_per_m2", "rent_share")
"""The columns that are medians of the shops' own figures."""


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
    """By name, one number a group: trend, year-on-year, exit and entry share, rent a square metre, rent share."""
    grid: np.ndarray
    """`GRID` × groups: quantiles of the mean sales of three months."""
    typical: Mapping[str, np.ndarray]
    """By indicator, its median over the trading shops of each group."""

    def peers_of(self, industry: np.ndarray, district: np.ndarray) -> np.ndarray:
        """Group number of each shop's peers: industry × district, else industry, else everyone."""
        cells, trades, places = self._cells()
        trade, place = _codes(industry, trades), _codes(district, places)
        everyone = cells[trades[EVERYONE], places[EVERYONE]]
        own, parent = cells[trade, place], cells[trade, places[EVERYONE]]
        found: np.ndarray = np.where(own >= 0, own, np.where(parent >= 0, parent, everyone))
        return found

    def district_of(self, district: np.ndarray) -> np.ndarray:
        """Group number of each shop's district, else of everyone."""
        cells, trades, places = self._cells()
        home = cells[trades[EVERYONE], _codes(district, places)]
        found: np.ndarray = np.where(home >= 0, home, cells[trades[EVERYONE], places[EVERYONE]])
        return found

    @property
    def everyone(self) -> int:
        """Number of the group of all shops."""
        return int(np.flatnonzero((self.industry == EVERYONE) & (self.district == EVERYONE))[0])

    def _cells(self) -> tuple[np.ndarray, dict[str, int], dict[str, int]]:
        """Group number by industry and district, −1 for none that is large enough; the last row and column too."""
        trades = {name: row for row, name in enumerate(dict.fromkeys((*self.industry, EVERYONE)))}
        places = {name: column for column, name in enumerate(dict.fromkeys((*self.district, EVERYONE)))}
        cells = np.full((len(trades) + 1, len(places) + 1), -1)
        for number, key in enumerate(zip(self.industry, self.district, strict=True)):
            if self.n[number] >= SMALLEST or key == (EVERYONE, EVERYONE):
                cells[trades[key[0]], places[key[1]]] = number
        return cells, trades, places


def _codes(names: np.ndarray, known: Mapping[str, int]) -> np.ndarray:
    """The number of each name, −1 for a name that is not known."""
    code, distinct = pd.factorize(names, use_na_sentinel=False)
    return np.array([known.get(name, -1) for name in distinct], dtype=np.int64)[code]


def is_trading(sales: Window) -> np.ndarray:
    """True for shops with a known positive sale within the last three closed months."""
    return np.asarray((sales[-SILENT:] > 0).any(axis=0))


def peer_table(panel: Panel) -> PeerTable:
    """The groups of a panel, without typical indicator values (see `with_typical`)."""
    members = _groups(panel)
    sales = panel.quantities["sales"][-MONTHS:]
    trading_now = is_trading(sales)
    bases = _shop_bases(panel)
    ranked = np.stack([*np.where(sales > 0, sales, np.nan), *(bases[name] for name in MEDIANS)])
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
        grid=_grid(np.where(trading_now, bases["now"], np.nan), members.values()),
        typical={},
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
    now, before, year_ago = mean_known(sales[-3:]), mean_known(sales[-6:-3]), mean_known(sales[-15:-12])
    earlier = (sales[-9:-SILENT] > 0).any(axis=0)
    seen = sales > 0
    young = seen[-13:].any(axis=0) & ~seen[:-13].any(axis=0)
    return {
        "now": now,
        "trend": ratio(now, before) - 1.0,
        "matched_now": np.where(np.isnan(year_ago), np.nan, now),
        "matched_then": np.where(np.isnan(now), np.nan, year_ago),
        "was_trading": earlier.astype(float),
        "left": (earlier & ~is_trading(sales)).astype(float),
        "young": np.where(np.isnan(sales[:-13]).all(), np.nan, young.astype(float)),
        "rent_per_m2": ratio(rent[-1], panel.shops.floor_area),
        "rent_share": ratio(mean_known(rent[-3:]), now),
    }


def _group_shares(
    members: Collection[np.ndarray], bases: Mapping[str, Column], trading_now: np.ndarray
) -> dict[str, Column]:
    """Sales against a year earlier, and the shares that left and came, of each group."""
    summed = np.stack([bases[name] for name in ("matched_now", "matched_then", "was_trading", "left")])
    summed = np.where(np.isnan(summed), 0.0, summed)
    # `take` lays each group's shops side by side: the order of adding, and so the last bit, hangs on it.
    now, then, was, left = np.stack([summed.take(rows, axis=1).sum(axis=1) for rows in members], axis=1)
    young = [bases["young"][rows[trading_now[rows]]] for rows in members]
    return {
        "yoy": ratio(now, then) - 1.0,
        "exit": ratio(left, was),
        "entry": np.array([each.mean() if len(each) else np.nan for each in young]),
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


def write_peers(peers: PeerTable, path: Path) -> None:
    """The table as one Parquet file, a row a group, plain columns only."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, np.ndarray] = {"industry": peers.industry, "district": peers.district, "n": peers.n}
    for name, months in peers.series.items():
        columns |= {f"series.{name}.{row:02d}": months[row] for row in range(MONTHS)}
    columns |= {f"column.{name}": column for name, column in peers.columns.items()}
    columns |= {f"grid.{row:02d}": peers.grid[row] for row in range(GRID)}
    columns |= {f"typical.{name}": column for name, column in peers.typical.items()}
    arrays = {
        name: pa.array([str(value) for value in values]) if values.dtype == object else pa.array(values)
        for name, values in columns.items()
    }
    with whole_file(path, mode=PUBLIC) as fresh:
        pq.write_table(
            pa.table(arrays).replace_schema_metadata({"as_of": peers.as_of}), fresh, compression="zstd"
        )


def read_peers(path: Path) -> PeerTable:
    """The table that `write_peers` wrote.

    Raises:
        ReleaseError: the file is missing or is not such a table.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        columns: dict[str, np.ndarray] = {
            name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names
        }
        return PeerTable(
            as_of=table.schema.metadata[b"as_of"].decode(),
            industry=columns["industry"].astype(object),
            district=columns["district"].astype(object),
            n=columns["n"],
            series={
                name: np.stack([columns[f"series.{name}.{row:02d}"] for row in range(MONTHS)])
                for name in SERIES
            },
            columns={name: columns[f"column.{name}"] for name in COLUMNS},
            grid=np.stack([columns[f"grid.{row:02d}"] for row in range(GRID)]),
            typical={
                name.removeprefix("typical."): column
                for name, column in columns.items()
                if name.startswith("typical.")
            },
        )
    except (pa.ArrowInvalid, OSError, KeyError, TypeError) as damage:
        raise ReleaseError(say("errors.no_peers", path=path, why=damage)) from damage
