"""Shops drawn at random, most of what can be known of them known, some of it odd: nothing is simulated, nothing learnt."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel
from tests import small_city
from tests.few_shops import few_shops

AS_OF = pd.Period(small_city.TRAINED, "M")
NOW = AS_OF.ordinal
TRADES, PLACES = ("I56-coffee", "C10-bakery", "S96-hair"), ("SJ01", "SJ02", "elsewhere")


def drawn_panel(count: int, *, seed: int) -> Panel:
    """`count` shops, most of them trading, with gaps and impossible shares here and there."""
    rng = np.random.default_rng(seed)
    sales = np.exp(rng.normal(16.0, 0.5, count) + rng.normal(-0.01, 0.03, count) * np.arange(DEPTH)[:, None])
    sales *= np.exp(rng.normal(0, 0.15, (DEPTH, count)))
    told = {name: np.full((DEPTH, count), np.nan) for name in QUANTITIES}
    told |= {
        "sales": sales,
        "transactions": np.round(sales / rng.uniform(8e3, 3e4, count)),
        "delivery": sales * rng.uniform(0, 0.6, count),
        "customers": np.round(sales / 2e4),
        "returning_share": rng.uniform(0.05, 0.99, (DEPTH, count)),
        "new_share": rng.uniform(0.0, 0.4, (DEPTH, count)),
        "rent": np.broadcast_to(rng.uniform(5e5, 4e6, count), (DEPTH, count)).copy(),
        "labour": sales * 0.2,
        "utilities": sales * 0.04,
        "energy": sales / 1e4,
        "rent_days_late": np.round(rng.exponential(4.0, (DEPTH, count))),
        "footfall_weekday": rng.uniform(500, 5000, (DEPTH, count)),
        "loans": rng.uniform(1e6, 1e8, (DEPTH, count)),
    }
    for rows in told.values():
        rows[rng.random((DEPTH, count)) < 0.03] = np.nan
    stopped = rng.random(count) < 0.05
    told["sales"][-4:, stopped] = 0.0
    return Panel(as_of=AS_OF, shops=_shops(count, rng), quantities=told, lags=_lags())


def _shops(count: int, rng: np.random.Generator) -> object:
    unknown = rng.random(count) < 0.2
    return few_shops(
        count,
        industry=rng.choice(np.array(TRADES, dtype=object), count),
        district=rng.choice(np.array(PLACES, dtype=object), count),
        opened=NOW - rng.integers(1, 200, count),
        closed=np.where(rng.random(count) < 0.03, NOW - 1, NEVER),
        floor_area=np.where(unknown, np.nan, rng.uniform(15, 120, count)),
        lease_ends=np.where(unknown, np.nan, NOW + rng.integers(-3, 30, count).astype(float)),
        is_chain=rng.choice([0.0, 1.0, np.nan], count),
        voucher_since=np.where(rng.random(count) < 0.3, NOW - 5.0, np.nan),
        operator_since=np.full(count, NOW - 40.0),
    )


def _lags() -> dict[str, int]:
    lags = small_city.release().lags
    return {quantity: lags[table] for quantity, (table, _) in QUANTITIES.items()}
