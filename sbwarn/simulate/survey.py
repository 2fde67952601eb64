"""The yearly survey of the simulated premises: who stands empty each June, published in August."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sbwarn.simulate.anchors import Anchors
from sbwarn.simulate.delivery import delivered, first_days
from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.premises import Premises, site_ids

SURVEY_MONTH = 5  # June, counted from 0
SURVEY_DAYS = (40, 60)  # from the first day of July until the survey is published
MISTAKEN = 0.01
AREA_UNKNOWN = 0.03
SURVEYED = ("site_id", "district_id", "month", "vacant", "area_m2", "is_anchor", "lon", "lat", "known_on")


def premises_table(
    premises: Premises,
    anchors: Anchors,
    is_let: np.ndarray,
    first: int,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `premises`: every unit each June; a few are seen wrongly.

    Args:
        premises: The units that can hold a small shop.
        anchors: The large units.
        is_let: Of the small units, shape (sites, months of the window).
        first: First month of the window, as months since 1970-01.
        last_day: Last day of the data set.
        rng: Source of all chance.
    """
    months = np.flatnonzero((first + np.arange(is_let.shape[1])) % 12 == SURVEY_MONTH)
    units = pd.concat([_small_units(premises, rng), _large_units(anchors)], ignore_index=True)
    surveys = []
    for month in months:
        empty = ~is_let[:, month] ^ (rng.random(len(is_let)) < MISTAKEN)
        held_on, july = first_days(first + month + np.array([0, 1])).astype("datetime64[s]")
        known_on = july + np.timedelta64(int(rng.integers(*SURVEY_DAYS)), "D")
        vacant = np.concatenate([empty, ~anchors.is_let[:, month]]).astype(np.float64)
        surveys.append(units.assign(month=held_on, vacant=vacant, known_on=known_on))
    return delivered(pd.concat(surveys, ignore_index=True)[list(SURVEYED)], last_day)


def _small_units(premises: Premises, rng: np.random.Generator) -> pd.DataFrame:
    size = premises.district.size
    return pd.DataFrame(
        {
            "site_id": site_ids(np.arange(size)),
            "district_id": np.array([place.district_id for place in DISTRICTS])[premises.district],
            "area_m2": np.where(rng.random(size) < AREA_UNKNOWN, np.nan, premises.area),
            "is_anchor": np.zeros(size),
            "lon": premises.lon,
            "lat": premises.lat,
        }
    )


def _large_units(anchors: Anchors) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": np.char.mod("A%03d", np.arange(anchors.area.size)),
            "district_id": np.array([place.district_id for place in DISTRICTS])[anchors.district],
            "area_m2": anchors.area,
            "is_anchor": np.ones(anchors.area.size),
            "lon": anchors.lon,
            "lat": anchors.lat,
        }
    )
