"""Crises that may pass and come again, as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.labels.events import FAR, Episodes, Events, Sight
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    from sbwarn.tables.history import Whole


def spells(
    whole: Whole,
    *,
    shop_ids: np.ndarray,
    owner: np.ndarray,
    begins: np.ndarray,
    over: np.ndarray,
    in_sight: np.ndarray,
    months: int,
    lag: int,
    mature: int,
) -> Events:
    """Events of spells: each is known once all its months are public, and known to be over likewise.

    Args:
        whole: The quantity that they were found in.
        shop_ids: Of its columns, sorted.
        owner: Column of each spell; spells stand by column, then by row.
        begins: Row of the month in which the crisis came.
        over: First row in which it was over, `NEVER` if it lasts.
        in_sight: Rows × columns: True where, once that month has closed, a crisis to come could be seen.
        months: Months, up to that row, that make it one.
        lag: Months after which a month counts as closed.
        mature: Last month whose events are all known.
    """
    told = np.stack([whole.known[begins - back, owner] for back in range(months)])
    episodes = Episodes(
        owner=owner,
        month=begins + whole.first,
        known=told.max(axis=0),
        until=np.where(over == NEVER, FAR, whole.known[over, owner]),
        final=False,
        sight=Sight(first=whole.first + lag, shops=in_sight),
    )
    return Events(shop_ids=shop_ids, parts=(episodes,), left=np.full(len(shop_ids), FAR), mature=mature)


def known_lately(known: np.ndarray, *, span: int, least: int) -> np.ndarray:
    """Rows × columns: True where at least so many of the last `span` rows are known, this one among them.

    >>> known_lately(np.array([[True], [False], [False]]), span=2, least=1).ravel()
    array([ True,  True, False])
    """
    so_far = np.cumsum(known, axis=0)
    before = np.zeros_like(so_far)
    before[span:] = so_far[:-span]
    return np.asarray(so_far - before >= least)
