"""Panel and indicators against Polars, DuckDB and pandas: the same 26 rolling indicators, every as-of month, one run.

    python benchmarks/indicators.py --shops 20000 --months 36 --repeat 5

Each engine starts from the same long table in memory, in its own format, and ends with all indicators of the as-of
months 13 to the last. Ours goes the way of the library: data set, history, panel of each as-of month, `build_months`. Nothing is
timed before all four agree on every value and on every unknown. The engines take turns, so that a busy machine
slows all of them; medians are compared. pandas runs once unless told otherwise.
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
from sbwarn.tables.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FIRST = 12
"""The first as-of month is the thirteenth: a year of history lies behind it."""
START = 12 * (2023 - 1970) + 9
"""October 2023, in months since 1970-01."""
FAR, NEAR = 1e-6, 1e-9
"""Two engines agree within these, relative and absolute: running sums are added in another order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One way to the indicators."""

    run: Callable[[], object]
    repeat: int


def main() -> None:
    """Check that all agree, take turns, print the medians."""
    wish = _arguments()
    long = long_table(shops=wish.shops, months=wish.months, rng=np.random.default_rng(wish.seed))
    engines = _engines(long, register(long), wish)
    reference = _as_array(engines["sbwarn"].run(), wish)
    agreement = {
        name: _agreement(_as_array(engine.run(), wish), reference) for name, engine in engines.items()
    }
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(wish.repeat):
        for name, engine in engines.items():
            if turn < engine.repeat:
                seconds[name].append(_timed(engine.run))
    print(
        f"{wish.shops} shops × {wish.months} months, {wish.months - FIRST} as-of months, {len(NAMES)} indicators"
    )
    print(f"{'engine':34s} {'median s':>9s} {'fastest':>9s} {'against sbwarn':>15s}  agreement")
    ours = float(np.median(seconds["sbwarn"]))
    for name, took in seconds.items():
        middle = float(np.median(took))
        print(f"{name:34s} {middle:9.3f} {min(took):9.3f} {middle / ours:14.1f}×  {agreement[name]}")


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
            "name": None,
            "site_id": None,
            "opened_on": np.datetime64("2015-01-01", "s"),
            "closed_on": np.datetime64("NaT", "s"),
            "floor_area_m2": 50.0,
            "known_on": np.datetime64("NaT", "s"),
        }
    )


def ours(long: pd.DataFrame, shops: pd.DataFrame, peers: PeerTable, *, threads: int) -> list[np.ndarray]:
    """One table a month, shops × indicators, through the public way of the library.

    None of the 26 reads the peers; they are handed over because `build_months` asks for them.
    """
    history = History(_dataset(long, shops))
    months = range(START + FIRST, START + int(long["month"].max()) + 1)
    panels = [history.as_known(from_ordinal(month)) for month in months]
    return build_months(panels, [peers] * len(panels), wanted=named(NAMES), threads=threads)


def _dataset(long: pd.DataFrame, shops: pd.DataFrame) -> DataSet:
    months = (long["month"].to_numpy() + START).astype("datetime64[M]").astype("datetime64[s]")
    key = {"shop_id": long["shop_id"], "month": months, "known_on": np.datetime64("NaT", "s")}
    sales = {"amount": long["sales"], "transactions": long["receipts"]}
    rent = {"monthly_rent": long["rent"], "maintenance": long["fee"], "deposit": np.nan}
    ends = {"lease_ends_on": np.datetime64("NaT", "s")}
    return DataSet(
        name="benchmark",
        currency="KRW",
        synthetic=True,
        tables={
            "shops": shops,
            "sales": pd.DataFrame({**key, **sales}),
            "rent": pd.DataFrame({**key, **rent, **ends}),
        },
        lags=dict.fromkeys(TABLES, 0),
        accounts={},
    )


def _engines(long: pd.DataFrame, shops: pd.DataFrame, wish: argparse.Namespace) -> Mapping[str, Engine]:
    table = pl.from_pandas(long)
    connection = duckdb.connect()
    connection.register("arrow", table.to_arrow())
    connection.execute("create table long as select * from arrow")
    peers = peer_table(History(_dataset(long, shops)).as_known(from_ordinal(START + wish.months - 1)))
    return {
        "sbwarn": Engine(run=lambda: ours(long, shops, peers, threads=1), repeat=wish.repeat),
        "sbwarn, 2 threads": Engine(run=lambda: ours(long, shops, peers, threads=2), repeat=wish.repeat),
        "Polars, over(shop)": Engine(run=lambda: polars_long(table, FIRST), repeat=wish.repeat),
        "Polars, group_by(shop)": Engine(run=lambda: polars_lists(table, FIRST), repeat=wish.repeat),
        "Polars, empty rows between shops": Engine(
            run=lambda: polars_padded(table, FIRST), repeat=wish.repeat
        ),
        "DuckDB, window functions": Engine(run=lambda: duckdb_windows(connection, FIRST), repeat=wish.repeat),
        "pandas, groupby().rolling()": Engine(
            run=lambda: pandas_rolling(long, FIRST), repeat=wish.pandas_repeat
        ),
    }


def _as_array(found: object, wish: argparse.Namespace) -> np.ndarray:
    """Shops × as-of months × indicators, NaN unknown."""
    if isinstance(found, list):
        return np.stack(found, axis=1)
    if isinstance(found, dict):
        flat = np.stack([np.ma.filled(found[name], np.nan) for name in NAMES], axis=1)
    else:
        flat = found.to_numpy()  # type: ignore[attr-defined]
    return flat.reshape(wish.shops, wish.months - FIRST, len(NAMES))


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
