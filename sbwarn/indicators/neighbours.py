"""Neighbours on the map: who trades, stopped, or stands empty within a walk of a shop.

Counts alone, so that no figure hangs on the order in which neighbours are added up. The positions come with the month's
`PeerTable`; a release carries none, for a position is a shop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

    from sbwarn.indicators.mechanism import Column
    from sbwarn.tables.panel import Shops
    from sbwarn.tables.surroundings import Units

EARTH_M = 6_371_008.8
"""Mean radius of the earth in metres."""
WALK_M, NEXT_DOOR_M = 300.0, 100.0
AT_ONCE = 4_096
"""Shops whose neighbours are listed at once: pairs, unlike counts, take memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Shops on the map that trade, or stopped within half a year; arrays of one length, coordinates in WGS 84."""

    lon: np.ndarray
    lat: np.ndarray
    industry: np.ndarray
    trading: np.ndarray
    stopped: np.ndarray


def points_of(shops: Shops, *, trading: np.ndarray, stopped: np.ndarray) -> Points | None:
    """The shops of a panel that have coordinates; None if none has."""
    shown = ~np.isnan(shops.lon) & ~np.isnan(shops.lat) & (trading | stopped)
    if not shown.any():
        return None
    return Points(
        lon=shops.lon[shown],
        lat=shops.lat[shown],
        industry=shops.industry[shown].astype(object),
        trading=trading[shown],
        stopped=stopped[shown],
    )


def neighbour_columns(
    shops: Shops, points: Points | None, units: Units | None, names: frozenset[str]
) -> dict[str, Column]:
    """By name, one number a shop; NaN where the shop, or everybody else, has no coordinates."""
    if not names & NEIGHBOURS.keys():
        return {}
    at = _on_sphere(shops.lon, shops.lat)
    placed = ~np.isnan(at[:, 0])
    found = {}
    for name in NEIGHBOURS:
        if name in names:
            column = np.full(len(placed), np.nan)
            source = units if name in OF_UNITS else points
            if source is not None and placed.any():
                column[placed] = NEIGHBOURS[name](at[placed], shops.industry[placed], source)
            found[name] = column
    return found


def _on_sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Positions in metres from the centre of the earth: straight lines, no map projection to choose."""
    east, north = np.radians(lon), np.radians(lat)
    return EARTH_M * np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1
    )


def _tree(source: Points | Units, chosen: np.ndarray) -> cKDTree:
    from scipy.spatial import cKDTree

    return cKDTree(_on_sphere(source.lon[chosen], source.lat[chosen]))


def _count(at: np.ndarray, source: Points | Units, chosen: np.ndarray, radius: float) -> Column:
    if not chosen.any():
        return np.zeros(len(at))
    return np.asarray(_tree(source, chosen).query_ball_point(at, radius, return_length=True), dtype=float)


def _near_trading(at: np.ndarray, _: np.ndarray, points: Points) -> Column:
    return _count(at, points, points.trading, WALK_M)


def _near_stopped(at: np.ndarray, _: np.ndarray, points: Points) -> Column:
    return _count(at, points, points.stopped, WALK_M)


def _near_same_trade(at: np.ndarray, industry: np.ndarray, points: Points) -> Column:
    near = np.zeros(len(at))
    for trade in pd.unique(industry):
        own = industry == trade
        near[own] = _count(at[own], points, points.trading & (points.industry == trade), WALK_M)
    return near


def _near_mix(at: np.ndarray, _: np.ndarray, points: Points) -> Column:
    """Entropy of the trades around, in nats; NaN where nobody trades."""
    there = points.trading
    if not there.any():
        return np.full(len(at), np.nan)
    tree = _tree(points, there)
    trade, trades = pd.factorize(points.industry[there], sort=True)
    mix = np.empty(len(at))
    for start in range(0, len(at), AT_ONCE):
        few = at[start : start + AT_ONCE]
        near = tree.query_ball_point(few, WALK_M)
        length = np.array([len(each) for each in near])
        of_shop = np.repeat(np.arange(len(few)), length)
        kind = trade[np.concatenate([np.asarray(each, dtype=np.int64) for each in near])]
        count = np.bincount(of_shop * len(trades) + kind, minlength=len(few) * len(trades))
        mix[start : start + AT_ONCE] = _entropy(count.reshape(len(few), len(trades)))
    return mix


def _entropy(count: np.ndarray) -> Column:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = count / count.sum(axis=1, keepdims=True)
        return np.asarray(-np.where(count > 0, share * np.log(share), 0.0 * share).sum(axis=1))


def _near_units(at: np.ndarray, _: np.ndarray, units: Units) -> Column:
    return _count(at, units, np.full(len(units.lon), fill_value=True), NEXT_DOOR_M)


def _near_empty(at: np.ndarray, _: np.ndarray, units: Units) -> Column:
    return _count(at, units, units.empty, NEXT_DOOR_M)


def _anchor_m(at: np.ndarray, _: np.ndarray, units: Units) -> Column:
    if not units.anchor.any():
        return np.full(len(at), np.nan)
    return np.asarray(_tree(units, units.anchor).query(at)[0])


def _anchor_gone(at: np.ndarray, _: np.ndarray, units: Units) -> Column:
    return (_count(at, units, units.anchor_gone, WALK_M) > 0).astype(float)


NEIGHBOURS: Mapping[str, Callable[..., Column]] = {
    "near_trading": _near_trading,
    "near_same_trade": _near_same_trade,
    "near_stopped": _near_stopped,
    "near_mix": _near_mix,
    "near_units": _near_units,
    "near_empty": _near_empty,
    "anchor_m": _anchor_m,
    "anchor_gone": _anchor_gone,
}
OF_UNITS = ("near_units", "near_empty", "anchor_m", "anchor_gone")
