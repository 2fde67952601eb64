"""The peers of one month: what a group of shops did, so that one shop can be compared without the others at hand.

Indicators read a `PeerTable`, never the shops that happen to share the call; so a shop scored alone gets the figure
that it gets among all. The shop itself stays in its group. Groups of fewer than ten trading shops speak through
their parent: industry × district → industry → all for peers, district → all for districts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.errors import ReleaseError
from sbwarn.indicators.arithmetic import mean_known, ratio
from sbwarn.messages import say
from sbwarn.tables.atomic import PUBLIC, whole_file

if TYPE_CHECKING:
    from collections.abc import Mapping
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
        everyone = np.full(len(industry), EVERYONE, dtype=object)
        return self._first((industry, district), (industry, everyone), (everyone, everyone))

    def district_of(self, district: np.ndarray) -> np.ndarray:
        """Group number of each shop's district, else of everyone."""
        everyone = np.full(len(district), EVERYONE, dtype=object)
        return self._first((everyone, district), (everyone, everyone))

    def _first(self, *choices: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        place = {
            key: number
            for number, key in enumerate(zip(self.industry, self.district, strict=True))
            if self.n[number] >= SMALLEST or key == (EVERYONE, EVERYONE)
        }
        found = np.full(len(choices[0][0]), -1)
        for industry, district in choices:
            keys = zip(industry, district, strict=True)
            found = np.where(found >= 0, found, np.array([place.get(key, -1) for key in keys], dtype=int))
        return found


def is_trading(sales: Window) -> np.ndarray:
    """True for shops with a known positive sale within the last three closed months."""
    return np.asarray((sales[-SILENT:] > 0).any(axis=0))


def peer_table(panel: Panel) -> PeerTable:
    """The groups of a panel, without typical indicator values (see `with_typical`)."""
    members = _groups(panel)
    sales = panel.quantities["sales"][-MONTHS:]
    bases = _shop_bases(panel)
    trading_now = is_trading(sales)
    industry, district = zip(*members, strict=True)
    positive = np.where(sales > 0, sales, np.nan)
    stack = [_group_figures(rows, positive, bases, trading_now) for rows in members.values()]
    return PeerTable(
        as_of=str(panel.as_of),
        industry=np.array(industry, dtype=object),
        district=np.array(district, dtype=object),
        n=np.array([trading_now[rows].sum() for rows in members.values()], dtype=np.int64),
        series={name: np.stack([each[name] for each in stack], axis=1) for name in SERIES},
        columns={name: np.array([each[name] for each in stack], dtype=float) for name in COLUMNS},
        grid=np.stack([each["grid"] for each in stack], axis=1),
        typical={},
    )


def with_typical(peers: PeerTable, panel: Panel, values: Mapping[str, Column]) -> PeerTable:
    """The same groups, with the median of each indicator over their trading shops."""
    trading = is_trading(panel.quantities["sales"])
    members = [rows[trading[rows]] for rows in _groups(panel).values()]
    return replace(
        peers,
        typical={name: np.array([_median(column[rows]) for rows in members]) for name, column in values.items()},
    )


def _groups(panel: Panel) -> dict[tuple[str, str], np.ndarray]:
    """Shop numbers of each group, in the order of their names."""
    industry, district = panel.shops.industry, panel.shops.district
    members: dict[tuple[str, str], list[int]] = {}
    for shop, (trade, place) in enumerate(zip(industry, district, strict=True)):
        for key in ((trade, place), (trade, EVERYONE), (EVERYONE, place), (EVERYONE, EVERYONE)):
            members.setdefault(key, []).append(shop)
    return {key: np.array(members[key]) for key in sorted(members)}


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


def _group_figures(
    rows: np.ndarray, positive: Window, bases: Mapping[str, Column], trading_now: np.ndarray
) -> dict[str, np.ndarray | float]:
    mine = {name: column[rows] for name, column in bases.items()}
    window = positive[:, rows]
    alive = trading_now[rows]
    then = np.nansum(mine["matched_then"])
    was = mine["was_trading"].sum()
    levels = mine["now"][alive & ~np.isnan(mine["now"])]
    return {
        "sales_median": np.array([_median(month) for month in window]),
        "trading": (~np.isnan(window)).sum(axis=1).astype(float),
        "trend": _median(mine["trend"]),
        "yoy": np.nansum(mine["matched_now"]) / then - 1.0 if then > 0 else np.nan,
        "exit": mine["left"].sum() / was if was else np.nan,
        "entry": float(np.mean(mine["young"][alive])) if alive.any() else np.nan,
        "rent_per_m2": _median(mine["rent_per_m2"]),
        "rent_share": _median(mine["rent_share"]),
        "grid": np.quantile(levels, np.linspace(0, 1, GRID)) if len(levels) else np.full(GRID, np.nan),
    }


def _median(values: Column) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")


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
        pq.write_table(pa.table(arrays).replace_schema_metadata({"as_of": peers.as_of}), fresh, compression="zstd")


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
                name: np.stack([columns[f"series.{name}.{row:02d}"] for row in range(MONTHS)]) for name in SERIES
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


