"""A `PeerTable` as one Parquet file of plain columns: a row a group, district, industry, shop on the map, or unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.errors import ReleaseError
from sbwarn.indicators.neighbours import Points
from sbwarn.indicators.peertable import COLUMNS, GRID, GRIDS, MONTHS, SERIES, PeerTable
from sbwarn.messages import say
from sbwarn.tables.atomic import PUBLIC, whole_file
from sbwarn.tables.surroundings import FACTS, INDUSTRY_FACTS, SPAN, WINDOWS, Surroundings, Units

if TYPE_CHECKING:
    from pathlib import Path

Columns = Mapping[str, np.ndarray]
KIND = "kind"
"""Which of the five a row is; the columns of the other kinds are empty in it."""


def write_peers(peers: PeerTable, path: Path) -> None:
    """The table as one Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [_arrow(kind, columns) for kind, columns in _parts(peers).items()]
    whole = pa.concat_tables(parts, promote_options="default")
    with whole_file(path, mode=PUBLIC) as fresh:
        pq.write_table(whole.replace_schema_metadata({"as_of": peers.as_of}), fresh, compression="zstd")


def read_peers(path: Path) -> PeerTable:
    """The table that `write_peers` wrote.

    Raises:
        ReleaseError: the file is missing or is not such a table.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        kinds = table.column(KIND).to_numpy(zero_copy_only=False).astype(str)
        whole: Columns = {
            name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names
        }
        parts = {
            str(kind): {name: column[kinds == kind] for name, column in whole.items()}
            for kind in np.unique(kinds)
        }
        return _peers(table.schema.metadata[b"as_of"].decode(), parts)
    except (pa.ArrowInvalid, OSError, KeyError, TypeError, ValueError) as damage:
        raise ReleaseError(say("errors.no_peers", path=path, why=damage)) from damage


def _parts(peers: PeerTable) -> dict[str, Columns]:
    around, points = peers.surroundings, peers.points
    parts: dict[str, Columns] = {
        "group": {
            "industry": peers.industry,
            "district": peers.district,
            "n": peers.n,
            **_spread("series", peers.series),
            **{f"column.{name}": column for name, column in peers.columns.items()},
            **_spread("grid", peers.grids),
            **{f"typical.{name}": column for name, column in peers.typical.items()},
        },
        "district": {
            "district": around.districts,
            **{f"fact.{name}": column for name, column in around.facts.items()},
            **_spread("window", around.windows),
        },
        "industry": {
            "industry": around.industries,
            **{f"trade.{name}": column for name, column in around.trades.items()},
        },
    }
    if points is not None:
        parts["shop"] = {name: getattr(points, name) for name in Points.__slots__}
    if around.units is not None:
        parts["unit"] = {name: getattr(around.units, name) for name in Units.__slots__}
    return {kind: columns for kind, columns in parts.items() if len(next(iter(columns.values())))}


def _spread(prefix: str, windows: Columns) -> dict[str, np.ndarray]:
    """A column for each row of each window."""
    return {
        f"{prefix}.{name}.{row:02d}": values
        for name, window in windows.items()
        for row, values in enumerate(window)
    }


def _arrow(kind: str, columns: Columns) -> object:
    import pyarrow as pa

    arrays = {
        name: pa.array([str(value) for value in values]) if values.dtype == object else pa.array(values)
        for name, values in columns.items()
    }
    return pa.table({KIND: pa.array([kind] * len(next(iter(arrays.values())))), **arrays})


def _peers(as_of: str, parts: Mapping[str, Columns]) -> PeerTable:
    groups = parts["group"]
    districts, industries = parts.get("district", {}), parts.get("industry", {})
    return PeerTable(
        as_of=as_of,
        industry=groups["industry"].astype(object),
        district=groups["district"].astype(object),
        n=groups["n"].astype(np.int64),
        series={name: _gathered("series", name, groups, MONTHS) for name in SERIES},
        columns={name: groups[f"column.{name}"] for name in COLUMNS},
        grids={name: _gathered("grid", name, groups, GRID) for name in GRIDS},
        typical={
            name.removeprefix("typical."): groups[name] for name in groups if name.startswith("typical.")
        },
        surroundings=Surroundings(
            districts=_names(districts, "district"),
            facts={name: districts[f"fact.{name}"] for name in FACTS if f"fact.{name}" in districts},
            windows={
                name: _gathered("window", name, districts, SPAN)
                for name in WINDOWS
                if f"window.{name}.00" in districts
            },
            industries=_names(industries, "industry"),
            trades={
                name: industries[f"trade.{name}"] for name in INDUSTRY_FACTS if f"trade.{name}" in industries
            },
            units=Units(**_fields(Units, parts["unit"])) if "unit" in parts else None,
        ),
        points=Points(**_fields(Points, parts["shop"])) if "shop" in parts else None,
    )


def _gathered(prefix: str, name: str, columns: Columns, rows: int) -> np.ndarray:
    return np.stack([columns[f"{prefix}.{name}.{row:02d}"] for row in range(rows)]).astype(float)


def _names(columns: Columns, name: str) -> np.ndarray:
    return columns[name].astype(object) if columns else np.empty(0, dtype=object)


def _fields(record: type, columns: Columns) -> dict[str, np.ndarray]:
    kinds = {"lon": float, "lat": float, "industry": object}
    return {name: columns[name].astype(kinds.get(name, bool)) for name in record.__slots__}  # type: ignore[attr-defined]
