"""Vacancy of premises, as far as it can be seen from shops alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.tables.wilson import wilson

VACANCY_COLUMNS = ("district_id", "sites", "vacant", "share", "low", "high", "unplaced")

_NEEDED = ("shop_id", "site_id", "district_id", "trading")


def vacancy(shops: pd.DataFrame) -> pd.DataFrame:
    """By district: how many premises once held a shop, and how many of them hold none that trades now.

    What it does not see: premises that never held a known shop. They are empty and not counted, so `vacant` is a
    lower bound of the empty premises. `share` is neither the rate of the full census of premises (all units) nor
    that of the sampled survey (chosen buildings): follow it over time, do not compare it with those.

    Args:
        shops: One row a shop as known on the as-of day, in the order of first appearance: `shop_id`, `site_id`
            (premises; missing allowed), `district_id`, and `trading` (bool: not closed, and with known sales above
            zero in the last closed months). A premises lies in the district of its last row.

    Returns:
        `VACANCY_COLUMNS`, one row a district in the order of `district_id`; no rows if no shop has a `site_id`.
        `share` is vacant / sites, `low` and `high` its 95 % Wilson interval, all NaN where sites is 0; `unplaced`
        counts the shops without a `site_id`, which are in none of the other figures.

    Raises:
        InputError: a column is missing.

    >>> shops = pd.DataFrame({
    ...     "shop_id": ["A", "B", "C"], "site_id": ["s1", "s1", "s2"], "district_id": "D1",
    ...     "trading": [False, True, False]})
    >>> vacancy(shops)[["district_id", "sites", "vacant", "share"]]
      district_id  sites  vacant  share
    0          D1      2       1    0.5
    """
    missing = [name for name in _NEEDED if name not in shops]
    if missing:
        raise InputError(say("places.missing_columns", columns=", ".join(missing)))
    has_site = shops["site_id"].notna()
    districts = pd.Index(sorted(shops["district_id"].unique()) if has_site.any() else [], name="district_id")
    premises = _premises(shops[has_site])
    counts = pd.DataFrame(
        {
            "sites": _count(premises, districts),
            "vacant": _count(premises[~premises["trading"]], districts),
            "unplaced": _count(shops[~has_site], districts),
        }
    )
    return _with_share(counts).reset_index()[list(VACANCY_COLUMNS)]


def _premises(placed: pd.DataFrame) -> pd.DataFrame:
    in_use = placed.groupby("site_id")["trading"].any()
    latest = placed.drop_duplicates("site_id", keep="last").set_index("site_id")["district_id"]
    return pd.DataFrame({"district_id": latest.reindex(in_use.index), "trading": in_use.astype(bool)})


def _count(rows: pd.DataFrame, districts: pd.Index) -> pd.Series:
    return rows.groupby("district_id").size().reindex(districts, fill_value=0).astype(np.int64)


def _with_share(counts: pd.DataFrame) -> pd.DataFrame:
    sites, vacant = counts["sites"].to_numpy(float), counts["vacant"].to_numpy(float)
    share = np.divide(vacant, sites, out=np.full(len(counts), np.nan), where=sites > 0)
    low, high = wilson(vacant, sites)
    return counts.assign(share=share, low=low, high=high)
