"""Training rows: (shop, as-of month, interval ahead). A row exists only if its answer is known for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.build import build
from sbwarn.indicators.peertable import PeerTable, is_trading, peer_table
from sbwarn.releases.predict import INTERVALS
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.labels.rules import Events
    from sbwarn.tables.history import History
    from sbwarn.tables.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The scorable shops of one month, as the month saw them."""

    month: int
    """As-of month (ordinal)."""
    shop_ids: np.ndarray
    values: np.ndarray
    """Shops × the indicators that were asked for."""
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

    def where(self, keep: np.ndarray) -> HazardRows:
        """The rows that are kept."""
        return HazardRows(
            values=self.values[keep],
            interval=self.interval[keep],
            happened=self.happened[keep],
            month=self.month[keep],
            shop=self.shop[keep],
        )

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


def snapshots(
    history: History,
    months: Sequence[pd.Period],
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
        values = build(panel, peers, wanted=wanted)[scored]
        taken.append(
            Snapshot(month=ordinal(month), shop_ids=panel.shops.ids[scored], values=values, peers=peers)
        )
        progress(str(month))
    return taken


def scorable(panel: Panel) -> np.ndarray:
    """True for the shops of a panel that a score can be asked of: recent sales known, and not known to be closed."""
    closed = (panel.shops.closed != NEVER) & (panel.shops.closed <= ordinal(panel.as_of))
    return np.asarray(is_trading(panel.quantities["sales"]) & ~closed)


def hazard_rows(taken: Sequence[Snapshot], events: Events) -> HazardRows:
    """Every row whose interval is over and whose shop was still there when it began.

    A shop that had already ended by its as-of month, though nobody could know, counts in the first interval: the
    score of that month should have said so.
    """
    parts = [_no_rows(taken[0].values.shape[1] if taken else 0)]
    for snapshot in taken:
        month, moved = _events_of(snapshot, events)
        for number, (start, end) in enumerate(INTERVALS):
            if snapshot.month + end > events.mature:
                continue
            alive = (month > snapshot.month + start) if start else np.full(len(month), fill_value=True)
            exists = alive & (moved > snapshot.month + end)
            parts.append(
                HazardRows(
                    values=snapshot.values[exists],
                    interval=np.full(int(exists.sum()), number),
                    happened=(month[exists] <= snapshot.month + end).astype(float),
                    month=np.full(int(exists.sum()), snapshot.month),
                    shop=snapshot.shop_ids[exists],
                )
            )
    return _joined(parts)


def outcomes(taken: Sequence[Snapshot], events: Events, horizon: int) -> Outcomes | None:
    """What became of each shop within the horizon, over the as-of months where that is known; None if there is none."""
    parts = []
    for snapshot in taken:
        if snapshot.month + horizon > events.mature:
            continue
        month, moved = _events_of(snapshot, events)
        told = moved > snapshot.month + horizon
        parts.append(
            (
                snapshot.values[told],
                month[told] <= snapshot.month + horizon,
                month[told] >= snapshot.month,
                np.full(int(told.sum()), snapshot.month),
                snapshot.shop_ids[told],
            )
        )
    if not parts:
        return None
    values, happened, trading, month_of, shop = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Outcomes(values=values, happened=happened, trading=trading, month=month_of, shop=shop)


def _events_of(snapshot: Snapshot, events: Events) -> tuple[np.ndarray, np.ndarray]:
    place = np.searchsorted(events.shop_ids, snapshot.shop_ids)
    return events.month[place], events.transferred[place]


def _no_rows(width: int) -> HazardRows:
    nothing = np.empty(0)
    return HazardRows(
        values=np.empty((0, width)),
        interval=nothing.astype(int),
        happened=nothing,
        month=nothing.astype(int),
        shop=nothing.astype(str),
    )


def _joined(parts: Sequence[HazardRows]) -> HazardRows:
    return HazardRows(
        values=np.concatenate([part.values for part in parts]),
        interval=np.concatenate([part.interval for part in parts]),
        happened=np.concatenate([part.happened for part in parts]),
        month=np.concatenate([part.month for part in parts]),
        shop=np.concatenate([part.shop for part in parts]),
    )
