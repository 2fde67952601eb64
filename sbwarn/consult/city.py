"""A shop named by its id in a data set, among the peers of its month: what the monthly report says of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sbwarn.given.dataset import history_of, last_sales, place_of
from sbwarn.indicators.build import month_features, named
from sbwarn.tables.month import as_month, from_ordinal

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.given.call import MonthSaid
    from sbwarn.given.dataset import DataSaid
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.tables.history import History
    from sbwarn.tables.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A month of a data set, and a shop's place in it."""

    panel: Panel
    place: int
    peers: PeerTable
    """The month's own."""
    synthetic: bool
    """True if the data set is a simulated city."""


def scene_of(data: DataSaid, shop_id: str, as_of: MonthSaid, release: Release) -> Scene:
    """The month of the data set in which the shop stands.

    Args:
        data: The data set, its history, or its folder.
        shop_id: Of the shop.
        as_of: None: the first month as of which the last sales of the data set count as closed.
        release: Whose indicators the peers are told of.

    Raises:
        InputError: the shop was not known then, or the data set's amounts are in another currency.
    """
    history = history_of(data, shop_id, currency=release.currency)
    dataset = history.dataset
    month = (
        from_ordinal(last_sales(history) + dataset.lags["sales"])
        if as_of is None
        else as_month(as_of, argument="as_of")
    )
    panel, peers = _month(history, month, release.indicators)
    place = place_of(panel, shop_id, dataset)
    return Scene(panel=panel, place=place, peers=peers, synthetic=dataset.synthetic)


@lru_cache(maxsize=2)
def _month(history: History, month: pd.Period, indicators: tuple[str, ...]) -> tuple[Panel, PeerTable]:
    """Kept, for a consultant looks at several shops of one month, and the peers take most of the time."""
    panel = history.as_known(month)
    return panel, month_features(panel, wanted=named(indicators))[1]
