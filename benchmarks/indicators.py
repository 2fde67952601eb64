"""Panel and indicators against Polars, DuckDB and pandas: the same 26 rolling indicators in one run.

    python benchmarks/indicators.py --shops 20000 --months 36 --repeat 5

Each engine starts from the same long table in memory, in its own format. Two tasks: all as-of months from the
thirteenth, and the last month alone, for which every engine is given the last 24 months (13 would do but for four
of the indicators). Ours goes the way of the library: data set, history, panel of each as-of month, `build_months`;
"panel in memory" is `build_months` alone. Nothing is timed before all agree on every value and on every unknown. The engines
take turns, so that a busy machine slows all of them; medians are compared. pandas runs once unless told otherwise.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from rivals import NAMES, duckdb_windows, pandas_rolling, polars_lists, polars_long, polars_padded

from sbwarn.indicators.build import build_months, named
from sbwarn.indicators.peertable import PeerTable, peer_table
from sbwarn.tables.dataset import DataSet
from sbwarn.tables.history import History
from sbwarn.tables.month import from_ordinal
from sbwarn.tables.schema import TABLES, table_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sbwarn.tables.panel import Panel

FIRST = 12
"""The first as-of month is the thirteenth: a year of history lies behind it."""
ENOUGH = 24
"""Months of history without which some indicator of the last month cannot be told."""
START = 12 * (2023 - 1970) + 9
"""October 2023, in months since 1970-01."""
FAR, NEAR = 1e-6, 1e-9
"""Two engines agree within these, relative and absolute: running sums are added in another order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One way to the indicators."""

    run: Callable[[], object]
    repeat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Rows of months that are numbered from 0, and the months to be told about."""

    name: str
    long: pd.DataFrame
    start: int
    """The month of number 0, in months since 1970-01."""
    first: int
    """Number of the first as-of month."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shops × as-of months × indicators."""
        return self.long["shop_id"].nunique(), int(self.long["month"].max()) + 1 - self.first, len(NAMES)


def main() -> None:
    """Check that all agree, take turns, print the medians, for each task."""
    wish = _arguments()
    long = long_table(shops=wish.shops, months=wish.months, rng=np.random.default_rng(wish.seed))
    since = wish.months - ENOUGH
    late = long.loc[long["month"] >= since].reset_index(drop=True)
    late = late.assign(month=late["month"] - since)
    for task in (
        Task(name="every as-of month", long=long, start=START, first=FIRST),
        Task(name="the last as-of month", long=late, start=START + since, first=ENOUGH - 1),
    ):
        compare(task, wish)


def compare(task: Task, wish: argparse.Namespace) -> None:
    """One table of engines."""
    engines = _engines(task, register(task.long), wish)
    reference = _as_array(engines["sbwarn"].run(), task)
    agreement = {
        name: _agreement(_as_array(engine.run(), task), reference) for name, engine in engines.items()
    }
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(wish.repeat):
        for name, engine in engines.items():
            if turn < engine.repeat:
                seconds[name].append(_timed(engine.run))
    shops, months, indicators = task.shape
    print(f"{task.name}: {shops} shops, {months} as-of months, {indicators} indicators")
    print(
        f"{'engine':34s} {'median s':>9s} {'fastest':>9s} {'to sbwarn':>10s} {'to panel in memory':>19s}  agreement"
    )
    ours, ready = (float(np.median(seconds[name])) for name in ("sbwarn", "sbwarn, panel in memory"))
    for name, took in seconds.items():
        middle = float(np.median(took))
        print(
            f"{name:34s} {middle:9.4f} {min(took):9.4f} {middle / ours:9.1f}× {middle / ready:18.1f}×  {agreement[name]}"
        )


def _arguments() -> argparse.Namespace:
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--shops", type=int, default=20_000)
    wish.add_argument("--months", type=int, default=36)
    wish.add_argument("--repeat", type=int, default=5)
    wish.add_argument("--pandas-repeat", type=int, default=1)
    wish.add_argument("--seed", type=int, default=1)
    return wish.parse_args()


def long_table(*, shops: int, months: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row for each shop and month, sorted; NaN where a value is unknown.

    A third of the shops begins to report within the months, one report in a hundred is missing, one in a hundred
    is zero, and a quarter of the shops has no known rent.
    """
    size = shops * months
    month = np.tile(np.arange(months), shops)
    level = np.repeat(rng.normal(15.5, 0.8, shops), months)
    sales = np.round(np.exp(level + rng.normal(0, 0.25, size)))
    sales[rng.random(size) < 0.01] = 0.0
    begins = np.repeat(rng.integers(-2 * months, months, shops), months)
    silent = (month < begins) | (rng.random(size) < 0.01)
    rent = np.repeat(
        np.where(rng.random(shops) < 0.25, np.nan, np.round(rng.lognormal(14, 0.5, shops), -4)), months
    )
    rent = np.round(rent * 1.05 ** (month // 12))
    return pd.DataFrame(
        {
            "shop_id": np.repeat([f"S{number:06d}" for number in range(shops)], months),
            "month": month,
            "sales": np.where(silent, np.nan, sales),
            "receipts": np.where(silent, np.nan, np.ceil(sales / rng.integers(8_000, 40_000, size))),
            "rent": rent,
            "fee": np.where(rng.random(size) < 0.3, np.nan, np.round(rent * 0.1)),
        }
    )


def register(long: pd.DataFrame) -> pd.DataFrame:
    """A register in which every shop opened before the first month, in 20 industries and 25 districts."""
    shop = long["shop_id"].unique()
    number = np.arange(len(shop))
    return pd.DataFrame(
        {
            "shop_id": shop,
            "industry_code": [f"I{each:02d}" for each in number % 20],
            "district_id": [f"D{each:02d}" for each in number % 25],
            "opened_on": np.datetime64("2015-01-01", "s"),
            "floor_area_m2": 50.0,
        }
    ).pipe(_unsaid, "shops")


def _unsaid(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """The rows with every other column of the schema, unknown."""
    never = np.datetime64("NaT", "s")
    unsaid = {"string": None, "number": np.nan, "date": never, "yearmonth": never}
    fields = table_schema(table).fields
    return rows.assign(
        **{field.name: unsaid[field.type] for field in fields if field.name not in rows.columns}
    )


def ours(task: Task, shops: pd.DataFrame, peers: PeerTable, *, threads: int) -> list[np.ndarray]:
    """One table a month, shops × indicators, through the public way of the library."""
    return measured(panels_of(task, shops), peers, threads=threads)


def panels_of(task: Task, shops: pd.DataFrame) -> list[Panel]:
    """The panel of each as-of month."""
    history = History(_dataset(task, shops))
    _, months, _ = task.shape
    first = task.start + task.first
    return [history.as_known(from_ordinal(month)) for month in range(first, first + months)]


def measured(panels: list[Panel], peers: PeerTable, *, threads: int) -> list[np.ndarray]:
    """None of the 26 reads the peers; they are handed over because `build_months` asks for them."""
    return build_months(panels, [peers] * len(panels), wanted=named(NAMES), threads=threads)


def _dataset(task: Task, shops: pd.DataFrame) -> DataSet:
    long = task.long
    months = (long["month"].to_numpy() + task.start).astype("datetime64[M]").astype("datetime64[s]")
    key = {"shop_id": long["shop_id"], "month": months}
    sales = {"amount": long["sales"], "transactions": long["receipts"]}
    rent = {"monthly_rent": long["rent"], "maintenance": long["fee"]}
    return DataSet(
        name="benchmark",
        currency="KRW",
        synthetic=True,
        tables={
            "shops": shops,
            "sales": _unsaid(pd.DataFrame({**key, **sales}), "sales"),
            "rent": _unsaid(pd.DataFrame({**key, **rent}), "rent"),
        },
        lags=dict.fromkeys(TABLES, 0),
        accounts={},
    )


def _engines(task: Task, shops: pd.DataFrame, wish: argparse.Namespace) -> Mapping[str, Engine]:
    table = pl.from_pandas(task.long)
    connection = duckdb.connect()
    connection.register("arrow", table.to_arrow())
    connection.execute("create table long as select * from arrow")
    panels = panels_of(task, shops)
    peers = peer_table(panels[-1])
    runs: dict[str, Callable[[], object]] = {
        "sbwarn": lambda: ours(task, shops, peers, threads=1),
        "sbwarn, 2 threads": lambda: ours(task, shops, peers, threads=2),
        "sbwarn, panel in memory": lambda: measured(panels, peers, threads=1),
        "sbwarn, panel in memory, 2 threads": lambda: measured(panels, peers, threads=2),
        "Polars, over(shop)": lambda: polars_long(table, task.first),
        "Polars, group_by(shop)": lambda: polars_lists(table, task.first),
        "Polars, empty rows between shops": lambda: polars_padded(table, task.first),
        "DuckDB, window functions": lambda: duckdb_windows(connection, task.first),
        "pandas, groupby().rolling()": lambda: pandas_rolling(task.long, task.first),
    }
    often = {"pandas, groupby().rolling()": wish.pandas_repeat}
    return {name: Engine(run=run, repeat=often.get(name, wish.repeat)) for name, run in runs.items()}


def _as_array(found: object, task: Task) -> np.ndarray:
    """Shops × as-of months × indicators, NaN unknown."""
    if isinstance(found, list):
        return np.stack(found, axis=1)
    if isinstance(found, dict):
        flat = np.stack([np.ma.filled(found[name], np.nan) for name in NAMES], axis=1)
    else:
        flat = found.to_numpy()  # type: ignore[attr-defined]
    return flat.reshape(task.shape)


def _agreement(found: np.ndarray, reference: np.ndarray) -> str:
    different = [
        name
        for column, name in enumerate(NAMES)
        if not np.allclose(found[..., column], reference[..., column], rtol=FAR, atol=NEAR, equal_nan=True)
    ]
    if different:
        raise SystemExit(f"the engines disagree on {', '.join(different)}")
    return "all values agree"


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
