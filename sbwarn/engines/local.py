"""A whole month on this machine's cores."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.indicators.build import month_features, named
from sbwarn.indicators.peertable import SILENT, is_trading
from sbwarn.messages import say
from sbwarn.scoring.month import ScoredMonth, score_table
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.month import last_day
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    from sbwarn.releases.record import Release
    from sbwarn.tables.history import History
    from sbwarn.tables.panel import Panel

SHOWN_MONTHS = 24
"""Months of sales that a report draws."""
CORES = os.cpu_count() or 1


def score_month(
    history: History, as_of: str | pd.Period, release: Release, *, threads: int = CORES, explain: bool = True
) -> ScoredMonth:
    """Every shop known as of the month, scored against the month's own peers.

    Raises:
        InputError: nothing was known as of this month, or no sales of the months before it: a delivery is missing.
        SettingError: the release learnt from months that close later or earlier than these.
    """
    panel = history.as_known(as_of)
    if not is_trading(panel.quantities["sales"]).any():
        first, last = history.dataset.months
        raise InputError(say("errors.stale", as_of=panel.as_of, months=SILENT, first=first, last=last))
    _, peers = month_features(panel, wanted=named(release.indicators), threads=threads)
    dataset = history.dataset
    scores = score_panel(panel, peers, release, synthetic=dataset.synthetic, threads=threads, explain=explain)
    return ScoredMonth(
        as_of=str(panel.as_of),
        dataset=dataset.name,
        currency=dataset.currency,
        synthetic=dataset.synthetic,
        scores=score_table(scores, _facts(panel)),
        sales=_shown_sales(panel),
        districts=_districts(dataset.tables.get("districts"), panel),
        release=release,
        peers=peers,
    )


def premises(panel: Panel) -> pd.DataFrame:
    """One row a shop with its premises and whether it trades, in the order in which places are told of last."""
    closed = (panel.shops.closed != NEVER) & (panel.shops.closed <= panel.as_of.ordinal)
    return pd.DataFrame(
        {
            "shop_id": panel.shops.ids,
            "site_id": panel.shops.site,
            "district_id": panel.shops.district,
            "trading": is_trading(panel.quantities["sales"]) & ~closed,
        }
    )


def _facts(panel: Panel) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": panel.shops.name,
            "industry_code": panel.shops.industry,
            "district_id": panel.shops.district,
        }
    )


def _shown_sales(panel: Panel) -> pd.DataFrame:
    columns = [str(panel.month_of_row("sales", row)) for row in range(-SHOWN_MONTHS, 0)]
    rows = panel.quantities["sales"][-SHOWN_MONTHS:].T
    return pd.DataFrame(rows, index=pd.Index(panel.shops.ids, name="shop_id"), columns=columns)


def _districts(told: pd.DataFrame | None, panel: Panel) -> pd.DataFrame:
    """Every district that occurs, with its name where the districts table had one by the day."""
    ids = np.unique(panel.shops.district.astype(str))
    found = pd.DataFrame({"district_id": ids})
    if told is None:
        return found.assign(name=ids, name_en=ids)
    public = told["known_on"].isna() | (told["known_on"] <= pd.Timestamp(last_day(panel.as_of)))
    latest = told.loc[public].sort_values("known_on", kind="stable", na_position="first")
    latest = latest.drop_duplicates("district_id", keep="last")
    merged = found.merge(latest, on="district_id", how="left", validate="1:1")
    merged["name"] = merged["name"].fillna(merged["district_id"])
    merged["name_en"] = merged["name_en"].fillna(merged["name"])
    return merged
