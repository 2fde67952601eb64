"""A data set: a folder with `dataset.toml` and one Parquet file a table, checked and complete."""

from __future__ import annotations

import tomllib
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.tables.atomic import whole_folder
from sbwarn.tables.check import REJECT_COLUMNS, Checked, reject_unknown_shops
from sbwarn.tables.digest import digest_file
from sbwarn.tables.month import ordinals
from sbwarn.tables.schema import TABLES, table_schema

MARKER = "dataset.toml"
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """Checked tables with their origin."""

    name: str
    currency: str
    synthetic: bool
    """True for a simulated city: every result says so."""
    tables: Mapping[str, pd.DataFrame]
    lags: Mapping[str, int]
    """Months after which a month of a table counts as closed."""
    country: str = "KR"
    """Whose calendar the months follow, as ISO 3166 writes it."""
    accounts: Mapping[str, Mapping[str, Any]]
    """By table: rows in, used, excluded, rejected, repairs."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each table's file; empty for a data set that was never written."""
    sources: tuple[Mapping[str, Any], ...] = ()
    """The files it was made from: name, rows, SHA-256."""

    @property
    def months(self) -> tuple[str, str]:
        """First and last month with sales, "YYYY-MM"; of a part of a data set, with anything; else empty texts."""
        told = [self.tables["sales"]] if "sales" in self.tables else list(self.tables.values())
        months = [rows["month"] for rows in told if "month" in rows and len(rows)]
        if not months:
            return "", ""
        return f"{min(each.min() for each in months):%Y-%m}", f"{max(each.max() for each in months):%Y-%m}"

    @property
    def missing(self) -> tuple[str, ...]:
        """Tables without which nothing can be scored and which it lacks: then it is a part, made to join another."""
        return _missing(self.tables)


class Tables(dict[str, pd.DataFrame]):
    """Tables by name; asking a part of a data set for the shops or sales that it lacks is refused in words."""

    def __missing__(self, name: str) -> pd.DataFrame:
        """Refuse: no such table.

        Raises:
            InputError: it is one of those that a data set needs.
            KeyError: it is not.
        """
        if name in _missing(self):
            raise InputError(say("errors.missing_tables", tables=", ".join(_missing(self))))
        raise KeyError(name)


def _missing(tables: Container[str]) -> tuple[str, ...]:
    return tuple(table for table in TABLES if table_schema(table).required and table not in tables)


def dataset_of(
    checked: Mapping[str, Checked],
    *,
    name: str,
    currency: str,
    synthetic: bool = False,
    lags: Mapping[str, int] | None = None,
    country: str = "KR",
    sources: tuple[Mapping[str, Any], ...] = (),
    complete: bool = True,
) -> DataSet:
    """A data set in memory; rows of unknown shops become rejects.

    Args:
        complete: False for a part, which may lack shops and sales: it joins another data set (`enriched`), and
            whoever asks it for what it lacks is refused.

    Raises:
        InputError: a required table is missing, or none of its rows is good.
    """
    if complete and _missing(checked):
        raise InputError(say("errors.missing_tables", tables=", ".join(_missing(checked))))
    whole = dict(checked)
    if "shops" in checked:
        ids = checked["shops"].rows["shop_id"]
        whole |= {
            table: reject_unknown_shops(each, ids)
            for table, each in checked.items()
            if each.schema.belongs_to_shops
        }
    # Shops first: where they are lost, the rows of every other table are lost with them.
    for each in (whole[table] for table in TABLES if table in whole):
        if each.schema.required and each.rows.empty:
            raise InputError(
                say(
                    "errors.rejected_rows", table=each.schema.name, rows=len(each.rejects), first=_first(each)
                )
            )
    return DataSet(
        name=name,
        currency=currency,
        synthetic=synthetic,
        tables=Tables({table: each.rows for table, each in whole.items()}, rejects=_rejects(whole)),
        lags={table: (lags or {}).get(table, table_schema(table).lag_months) for table in TABLES},
        country=country,
        accounts={table: each.accounts for table, each in whole.items()},
        sources=sources,
    )


def _first(checked: Checked) -> str:
    worst = checked.rejects.iloc[0]
    return f"{worst['column']} = {worst['value']!r} (row {worst['row']}), expected {worst['expected']}"


def _rejects(whole: Mapping[str, Checked]) -> pd.DataFrame:
    found = [each.rejects for each in whole.values() if len(each.rejects)]
    if not found:
        return pd.DataFrame({column: pd.Series(dtype=str) for column in REJECT_COLUMNS})
    return pd.concat(found, ignore_index=True)


def write_dataset(dataset: DataSet, out: Path) -> DataSet:
    """The same data set, now also a folder: written whole or not at all, byte-identical for identical input.

    Raises:
        StoreError: `out` is not a data set, is being written by another process, or the disk refuses.
    """
    import tomli_w

    with whole_folder(Path(out), marker=MARKER) as folder:
        digests = {}
        for table, rows in dataset.tables.items():
            path = folder / f"{table}.parquet"
            _write_parquet(rows, path)
            digests[table] = digest_file(path)
        first, last = dataset.months
        page = {
            "format": FORMAT,
            "name": dataset.name,
            "currency": dataset.currency,
            "synthetic": dataset.synthetic,
            "country": dataset.country,
            "months": {"first": first, "last": last},
            "lags": dict(dataset.lags),
            "tables": {
                table: {"rows": len(rows), "sha256": digests[table], **dataset.accounts.get(table, {})}
                for table, rows in dataset.tables.items()
            },
            "sources": [dict(source) for source in dataset.sources],
        }
        (folder / MARKER).write_text(tomli_w.dumps(page), "utf-8")
    return read_dataset(Path(out))


def read_dataset(path: str | Path) -> DataSet:
    """The data set in a folder.

    Raises:
        InputError: no such folder, another format, or a table whose bytes are not the ones that were written.
    """
    folder = Path(path)
    if not (folder / MARKER).is_file():
        raise InputError(say("errors.no_dataset", path=folder, marker=MARKER))
    try:
        page = tomllib.loads((folder / MARKER).read_text("utf-8"))
        tables = Tables(
            {table: _read(folder, table, entry["sha256"]) for table, entry in page["tables"].items()}
        )
        return DataSet(
            name=page["name"],
            currency=page["currency"],
            synthetic=page["synthetic"],
            country=page["country"],
            tables=tables,
            lags=page["lags"],
            accounts={table: entry for table, entry in page["tables"].items() if "rows_in" in entry},
            digests={table: entry["sha256"] for table, entry in page["tables"].items()},
            sources=tuple(page["sources"]),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as damage:
        raise InputError(say("errors.damaged_file", path=folder / MARKER, why=damage)) from damage


def _read(folder: Path, table: str, digest: str) -> pd.DataFrame:
    path = folder / f"{table}.parquet"
    if not path.is_file():
        raise InputError(say("errors.no_file", path=path))
    if digest_file(path) != digest:
        raise InputError(say("errors.digest", path=path))
    rows = pd.read_parquet(path)
    for name in rows.columns:
        if rows[name].dtype.kind == "M":
            rows[name] = rows[name].astype("datetime64[s]")
        elif rows[name].dtype.kind not in "fi":
            rows[name] = rows[name].astype(object).where(rows[name].notna(), None)
    return rows


def _write_parquet(rows: pd.DataFrame, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"f": pa.float64(), "M": pa.timestamp("s"), "i": pa.int64()}
    columns = [
        pa.array(rows[name].to_numpy(), type=kinds.get(rows[name].dtype.kind, pa.string()), from_pandas=True)
        if rows[name].dtype.kind in kinds
        else pa.array([None if pd.isna(value) else str(value) for value in rows[name]], type=pa.string())
        for name in rows.columns
    ]
    pq.write_table(pa.table(columns, names=list(rows.columns)), path, compression="zstd")


def covers(dataset: DataSet) -> tuple[int, int]:
    """First and last month (ordinals) of which anything is known in the sales table."""
    month = ordinals(dataset.tables["sales"]["month"])
    return int(month.min()), int(month.max())
