"""Training rows: (shop, as-of month, interval ahead). A row exists only if its answer is known for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np

from sbwarn.indicators.build import build
from sbwarn.indicators.peertable import PeerTable, is_trading, peer_table
from sbwarn.labels.events import FAR
from sbwarn.releases.predict import INTERVALS
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.labels.events import Events
    from sbwarn.labels.support import Helps
    from sbwarn.tables.history import History
    from sbwarn.tables.panel import Panel

LAGS = 13
"""Months of plain sales beside the indicators: a year, and the month before it."""
HELPED_WEIGHT = 0.5
Way = Literal["keep", "censor", "weight"]
"""What becomes of a row whose shop got help before its answer came: it stays, it goes, it counts by half."""
Rows = TypeVar("Rows", "About", "HazardRows", "Outcomes")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What shops are told apart by, as known on the day; arrays of one length."""

    industry: np.ndarray
    district: np.ndarray
    months_open: np.ndarray
    """NaN unknown."""
    depth: np.ndarray
    """Closed months with known sales, as far back as a panel goes."""
    size: np.ndarray
    """Mean known sales of the last twelve closed months; NaN unknown."""
    lags: np.ndarray
    """Rows × `LAGS`: sales of the last closed months, oldest first, NaN unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The scorable shops of one month, as the month saw them."""

    month: int
    """As-of month (ordinal)."""
    shop_ids: np.ndarray
    values: np.ndarray
    """Shops × the indicators that were asked for."""
    about: About
    peers: PeerTable


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRows:
    """Rows of the interval hazard; arrays of one length."""

    values: np.ndarray
    interval: np.ndarray
    happened: np.ndarray
    """1.0 if the crisis came within the interval, else 0.0."""
    month: np.ndarray
    shop: np.ndarray
    lags: np.ndarray
    helped: np.ndarray
    """True if help began after the as-of month and before the interval was over."""
    weight: np.ndarray

    def where(self, keep: np.ndarray) -> HazardRows:
        """The rows that are kept."""
        return chosen(self, keep)

    @property
    def ends(self) -> np.ndarray:
        """Month in which each row's interval ends: the row could not be learnt before."""
        return np.asarray(self.month + np.array([end for _, end in INTERVALS])[self.interval])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of the shops of some as-of months within one horizon."""

    values: np.ndarray
    happened: np.ndarray
    trading: np.ndarray
    """True for shops that still reported sales in the as-of month or later: the ones whom help can reach."""
    month: np.ndarray
    shop: np.ndarray
    event: np.ndarray
    """Month of the crisis, also if it came after the horizon; `FAR` if none is known."""
    helped: np.ndarray
    """True if help began after the as-of month and within the horizon."""
    about: About

    def where(self, keep: np.ndarray) -> Outcomes:
        """The rows that are kept."""
        return chosen(self, keep)


def chosen(rows: Rows, keep: np.ndarray) -> Rows:
    """The rows that are kept."""
    made: dict[str, Any] = {}
    for each in fields(rows):
        value = getattr(rows, each.name)
        made[each.name] = chosen(value, keep) if isinstance(value, About) else value[keep]
    return type(rows)(**made)


def joined(parts: Sequence[Rows]) -> Rows:
    """Records of one kind behind each other."""
    made: dict[str, Any] = {}
    for each in fields(parts[0]):
        values = [getattr(part, each.name) for part in parts]
        made[each.name] = joined(values) if isinstance(values[0], About) else np.concatenate(values)
    return type(parts[0])(**made)


def snapshots(
    history: History,
    months: Iterable[pd.Period],
    wanted: Sequence[Indicator],
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Snapshot]:
    """One snapshot a month, each cut on what was public by then, with these indicators."""
    taken = []
    for month in months:
        panel = history.as_known(month)
        scored = scorable(panel)
        peers = peer_table(panel)
        taken.append(
            Snapshot(
                month=ordinal(month),
                shop_ids=panel.shops.ids[scored],
                values=build(panel, peers, wanted=wanted)[scored],
                about=about(panel, scored),
                peers=peers,
            )
        )
        progress(str(month))
    return taken


def scorable(panel: Panel) -> np.ndarray:
    """True for the shops of a panel that a score can be asked of: recent sales known, and not known to be closed."""
    closed = (panel.shops.closed != NEVER) & (panel.shops.closed <= ordinal(panel.as_of))
    return np.asarray(is_trading(panel.quantities["sales"]) & ~closed)


def about(panel: Panel, which: np.ndarray) -> About:
    """What the chosen shops of a panel are told apart by."""
    sales, opened = panel.quantities["sales"][:, which], panel.shops.opened[which]
    year = sales[-12:]
    known = (~np.isnan(year)).sum(axis=0)
    return About(
        industry=panel.shops.industry[which].astype(str),
        district=panel.shops.district[which].astype(str),
        months_open=np.where(opened == NEVER, np.nan, ordinal(panel.as_of) - opened.astype(float)),
        depth=(~np.isnan(sales)).sum(axis=0),
        size=np.where(known > 0, np.nansum(year, axis=0) / np.maximum(known, 1), np.nan),
        lags=sales[-LAGS:].T.copy(),
    )


def hazard_rows(
    taken: Sequence[Snapshot], events: Events, helps: Helps | None = None, *, way: Way = "keep"
) -> HazardRows:
    """Every row whose interval is over and whose shop was still there when it began.

    A shop that had already ended by its as-of month, though nobody could know, counts in the first interval: the
    score of that month should have said so.

    Args:
        taken: Snapshots, each with the shops that could be scored.
        events: As known on the day of the training.
        helps: Help that shops received, as known on that day.
        way: What becomes of rows whose shop was helped before their answer came.
    """
    parts = []
    for snapshot in taken:
        ahead = events.ahead(snapshot.shop_ids, snapshot.month)
        help_began = _help_after(snapshot, helps)
        for number, (start, end) in enumerate(INTERVALS):
            until = snapshot.month + end
            if until > events.mature:
                continue
            alive = ahead.at_risk & ((ahead.event > snapshot.month + start) if start else True)
            helped = help_began <= until
            exists = alive & (ahead.left > until) & ~(helped & (way == "censor"))
            count = int(exists.sum())
            parts.append(
                HazardRows(
                    values=snapshot.values[exists],
                    interval=np.full(count, number),
                    happened=(ahead.event[exists] <= until).astype(float),
                    month=np.full(count, snapshot.month),
                    shop=snapshot.shop_ids[exists],
                    lags=snapshot.about.lags[exists],
                    helped=helped[exists],
                    weight=np.where(helped[exists] & (way == "weight"), HELPED_WEIGHT, 1.0),
                )
            )
    return joined(parts) if parts else _no_rows(taken[0].values.shape[1] if taken else 0)


def outcomes(
    taken: Sequence[Snapshot], events: Events, horizon: int, helps: Helps | None = None
) -> Outcomes | None:
    """What became of each shop within the horizon, over the as-of months where that is known; None if there is none."""
    parts = []
    for snapshot in taken:
        until = snapshot.month + horizon
        if until > events.mature:
            continue
        ahead = events.ahead(snapshot.shop_ids, snapshot.month)
        told = ahead.at_risk & (ahead.left > until)
        event = ahead.event[told]
        parts.append(
            Outcomes(
                values=snapshot.values[told],
                happened=event <= until,
                trading=event >= snapshot.month,
                month=np.full(len(event), snapshot.month),
                shop=snapshot.shop_ids[told],
                event=event,
                helped=(_help_after(snapshot, helps) <= until)[told],
                about=chosen(snapshot.about, told),
            )
        )
    return joined(parts) if parts else None


def _help_after(snapshot: Snapshot, helps: Helps | None) -> np.ndarray:
    """Month in which each shop's next help began."""
    if helps is None:
        return np.full(len(snapshot.shop_ids), FAR)
    return helps.after(snapshot.shop_ids, snapshot.month)


def _no_rows(width: int) -> HazardRows:
    nothing = np.empty(0)
    return HazardRows(
        values=np.empty((0, width)), interval=nothing.astype(int), happened=nothing, month=nothing.astype(int),
        shop=nothing.astype(str), lags=np.empty((0, LAGS)), helped=nothing.astype(bool), weight=nothing,
    )  # fmt: skip
