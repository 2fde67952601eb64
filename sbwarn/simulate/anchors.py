"""Anchors of the simulated city: marts, cinemas and schools that draw people, and leave now and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.premises import KM_A_DEGREE_LAT, KM_A_DEGREE_LON, Premises

A_DISTRICT = (3, 6)  # units, the upper end not included
LEAVES, RETURNS = 0.005, 0.025  # chances in a month
REACH_KM = 0.3
LOSS = 0.06  # of sales within reach while the anchor stands empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Large units beside some of the small ones; arrays of the shape (anchors,) unless told otherwise."""

    district: np.ndarray
    """Position in the table of districts."""
    lon: np.ndarray
    lat: np.ndarray
    area: np.ndarray
    """Rentable area in square metres."""
    is_let: np.ndarray
    """Shape (anchors, months)."""


def build_anchors(premises: Premises, months: int, *, rng: np.random.Generator) -> Anchors:
    """A handful of anchors a district, and the months in which each is open."""
    beside = np.concatenate(
        [
            rng.choice(np.flatnonzero(premises.district == place), rng.integers(*A_DISTRICT))
            for place in range(len(DISTRICTS))
        ]
    )
    size = beside.size
    return Anchors(
        district=premises.district[beside],
        lon=(premises.lon[beside] + rng.normal(0, 0.03, size) / KM_A_DEGREE_LON).round(6),
        lat=(premises.lat[beside] + rng.normal(0, 0.03, size) / KM_A_DEGREE_LAT).round(6),
        area=np.exp(rng.normal(np.log(1_200), 0.5, size)).round(1),
        is_let=_let(size, months, rng),
    )


def _let(anchors: int, months: int, rng: np.random.Generator) -> np.ndarray:
    is_let = np.empty((anchors, months), dtype=bool)
    now = rng.random(anchors) < RETURNS / (LEAVES + RETURNS)
    for month in range(months):
        drawn = rng.random(anchors)
        now = np.where(now, drawn >= LEAVES, drawn < RETURNS)
        is_let[:, month] = now
    return is_let


def missed_anchors(anchors: Anchors, premises: Premises) -> np.ndarray:
    """Change of sales in logs (<= 0) where an anchor in reach stands empty, shape (sites, months)."""
    east = (premises.lon[:, None] - anchors.lon) * KM_A_DEGREE_LON
    north = (premises.lat[:, None] - anchors.lat) * KM_A_DEGREE_LAT
    in_reach = np.hypot(east, north) <= REACH_KM
    missed: np.ndarray = -LOSS * ((in_reach @ (~anchors.is_let).astype(np.float64)) > 0)
    return missed
