"""Shops for small panels: what a test does not say is unknown."""

from __future__ import annotations

import numpy as np

from sbwarn.tables.panel import NEVER, Shops
from sbwarn.training.rows import LAGS, About


def few_shops(count: int, **told: np.ndarray) -> Shops:
    """`count` shops with these facts, all in one trade and one district unless told otherwise."""
    unknown = np.full(count, np.nan)
    nobody = np.full(count, None, dtype=object)
    facts = {
        "ids": np.array([f"S{shop:03d}" for shop in range(count)]),
        "industry": np.full(count, "cafe", dtype=object),
        "district": np.full(count, "D0", dtype=object),
        "name": nobody,
        "site": nobody,
        "opened": np.full(count, NEVER),
        "closed": np.full(count, NEVER),
    }
    return Shops(**{**dict.fromkeys(Shops.__slots__, unknown), **facts, **told})


def few_about(count: int, **told: np.ndarray) -> About:
    """What `count` shops are told apart by: nothing, unless told otherwise."""
    facts = {
        "industry": np.full(count, "cafe"),
        "district": np.full(count, "D0"),
        "months_open": np.full(count, np.nan),
        "depth": np.full(count, LAGS),
        "size": np.ones(count),
        "lags": np.ones((count, LAGS)),
    }
    return About(**{**facts, **told})
