"""Passers-by of the simulated districts: office streets empty at weekends, some streets slide for years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.simulate.delivery import delivered, first_days
from sbwarn.simulate.districts import DISTRICTS

PERSISTENCE, MONTHLY_SHOCK = 0.98, 0.018
PUBLIC_FROM_DAY = 8
FOOTFALL_PULL = 0.6  # change of sales that comes with a change of passers-by, both in logs
LUNCH, DINNER = (0.15, 0.12), (0.29, -0.12)  # share of the weekday: where nobody works, and what offices add


@dataclass(frozen=True, slots=True, kw_only=True)
class Footfall:
    """Mean persons a day, shape (districts, months)."""

    weekday: np.ndarray
    weekend: np.ndarray
    tide: np.ndarray
    """Log of how far the district stands above or below its usual number, season left out."""


def walk_the_streets(first: int, months: int, *, rng: np.random.Generator) -> Footfall:
    """Passers-by for a run of months that starts `first` months after 1970-01."""
    tide = _tide(months, rng)
    residents, workers, weekend = (
        np.array([getattr(place, name) for place in DISTRICTS], dtype=np.float64)
        for name in ("residents", "workers", "weekend")
    )
    usual = (0.45 * residents + 0.8 * workers)[:, None]
    of_year = (first + np.arange(months)) % 12
    # Spring and autumn walks; nobody strolls in January.
    season = 0.05 * np.cos(2 * np.pi * (of_year - 4) / 12) + 0.03 * np.cos(4 * np.pi * (of_year - 4) / 12)
    blur = rng.normal(0, 0.012, (2, *tide.shape))
    return Footfall(
        weekday=usual * np.exp(tide + season + blur[0]),
        weekend=usual * weekend[:, None] * np.exp(tide + 1.6 * season + blur[1]),
        tide=tide,
    )


def _tide(months: int, rng: np.random.Generator) -> np.ndarray:
    tide = np.empty((len(DISTRICTS), months))
    level = rng.normal(0, 0.06, len(DISTRICTS))
    for month in range(months):
        level = PERSISTENCE * level + rng.normal(0, MONTHLY_SHOCK, len(DISTRICTS))
        tide[:, month] = level
    return tide


def stirred(footfall: Footfall, *, weekday: np.ndarray, weekend: np.ndarray) -> Footfall:
    """The same streets with what events change in them, in logs, shape (districts, months)."""
    return Footfall(
        weekday=footfall.weekday * np.exp(weekday),
        weekend=footfall.weekend * np.exp(weekend),
        tide=footfall.tide,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Shares of the weekday's passers-by, shape (districts, months)."""

    lunch: np.ndarray
    dinner: np.ndarray


def hours_of_day(months: int, *, rng: np.random.Generator) -> Hours:
    """Offices fill the streets at noon, homes in the evening; some streets drift for years."""
    residents = np.array([place.residents for place in DISTRICTS], dtype=np.float64)
    workers = np.array([place.workers for place in DISTRICTS], dtype=np.float64)
    office = (workers / (residents + workers))[:, None]
    drift = rng.normal(0, 0.0015, (2, len(DISTRICTS), months)).cumsum(axis=2)
    blur = rng.normal(0, 0.005, drift.shape)
    own = rng.normal(0, 0.012, (2, len(DISTRICTS), 1))
    usual = np.stack([homes + added * office for homes, added in (LUNCH, DINNER)])
    shares = np.clip(usual + own + drift + blur, 0.05, 0.45)
    return Hours(lunch=shares[0], dinner=shares[1])


def footfall_table(
    footfall: Footfall, hours: Hours, first: int, last_day: np.datetime64, *, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `footfall`, one row a district and month, public in the middle of the next month."""
    districts, months = footfall.weekday.shape
    month = np.tile(first + np.arange(months), districts)
    known_on = first_days(month + 1) + PUBLIC_FROM_DAY + rng.integers(0, 10, month.size)
    weekend = np.where(rng.random(month.size) < 0.01, np.nan, footfall.weekend.ravel().round())
    table = pd.DataFrame(
        {
            "district_id": np.repeat([place.district_id for place in DISTRICTS], months),
            "month": first_days(month).astype("datetime64[s]"),
            "weekday": footfall.weekday.ravel().round(),
            "weekend": weekend,
            "lunch_share": hours.lunch.ravel().round(4),
            "dinner_share": hours.dinner.ravel().round(4),
            "known_on": known_on.astype("datetime64[s]"),
        }
    )
    return delivered(table, last_day)
