"""The market of the simulated premises: quarterly figures by district, sampled, published late and sometimes revised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.simulate.delivery import delivered, first_days
from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.lives import Lives
from sbwarn.simulate.occupancy import trading_months
from sbwarn.simulate.premises import Premises

SAMPLED = 0.5  # the sample holds the large buildings by the road: half the census rate in 2023
PUBLIC_DAYS = (20, 29)  # of the second month after the quarter
REVISED = 0.10
YEAR, YEARS = 12, 3
LEAST_OPENED = 2  # exposed shops a year of age, below which no survival is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What the market is made from; months count from the start of the simulation."""

    lives: Lives
    premises: Premises
    is_let: np.ndarray
    """Shape (sites, months)."""
    tide: np.ndarray
    """Of the streets, shape (districts, months of the window)."""
    start: int
    """First month of the simulation, as months since 1970-01."""
    shown_from: int
    """First month of the window."""


def market_table(market: Market, last_day: np.datetime64, *, rng: np.random.Generator) -> pd.DataFrame:
    """The table `market`: one row a district and quarter, one in ten again a quarter later with other figures."""
    every = np.arange(market.shown_from, market.is_let.shape[1])
    quarters = every[(market.start + every) % 3 == 2]
    rows = pd.concat([_quarter(market, int(month)) for month in quarters], ignore_index=True)
    size = (quarters.size, len(DISTRICTS))
    sampled = SAMPLED * rows["vacancy_rate"].to_numpy() + rng.normal(0, 0.012, rows.shape[0])
    growth = rng.normal(0.002, 0.004, size) - 0.015 * (rows["vacancy_rate"].to_numpy().reshape(size) - 0.25)
    index = 100 * np.exp(growth.cumsum(axis=0) + 0.1 * _tide_change(market, quarters))
    published = first_days(market.start + quarters + 2) + rng.integers(*PUBLIC_DAYS, quarters.size) - 1
    rows = rows.assign(
        vacancy_rate=np.clip(sampled, 0.005, 0.95).round(4),
        rent_index=index.ravel().round(1),
        rent_per_m2=(rows["rent_per_m2"] * np.exp(rng.normal(0, 0.01, len(rows)))).round(-1),
        known_on=np.repeat(published.astype("datetime64[s]"), len(DISTRICTS)),
    )
    table = delivered(pd.concat([rows, _revised(rows, rng)], ignore_index=True), last_day)
    table = table.astype({"known_on": "datetime64[s]"})
    return table.sort_values(["district_id", "month", "known_on"], ignore_index=True)


def _tide_change(market: Market, quarters: np.ndarray) -> np.ndarray:
    tide = market.tide[:, quarters - market.shown_from].T
    change: np.ndarray = tide - tide[:1]
    return change


def _revised(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    again = rows.loc[rng.random(len(rows)) < REVISED]
    return again.assign(
        vacancy_rate=np.clip(again["vacancy_rate"] + rng.normal(0, 0.008, len(again)), 0.005, 0.95).round(4),
        rent_index=(again["rent_index"] * np.exp(rng.normal(0, 0.004, len(again)))).round(1),
        known_on=again["known_on"] + pd.Timedelta(days=91),
    )


def _quarter(market: Market, month: int) -> pd.DataFrame:
    """The true figures of one month, before sampling."""
    shops, places = market.lives.shops, len(DISTRICTS)
    district = market.premises.district[shops["site"]]
    trading = trading_months(shops["opened"], shops["closed"], month)
    ended = (shops["closed"] <= month) & (shops["closed"] > month - YEAR)
    area, empty = market.premises.area, ~market.is_let[:, month]
    total = np.bincount(market.premises.district, weights=area, minlength=places)
    return pd.DataFrame(
        {
            "district_id": [place.district_id for place in DISTRICTS],
            "month": first_days(np.array([market.start + month])).astype("datetime64[s]")[0],
            "vacancy_rate": np.bincount(market.premises.district, weights=area * empty, minlength=places)
            / total,
            "rent_index": np.nan,
            "rent_per_m2": _rents(market, month),
            "months_open": _means(district, month - shops["opened"], trading).round(1),
            "months_at_closure": _means(district, shops["closed"] - shops["opened"], ended).round(1),
            "survival_3y": _survival(district, shops, month).round(3),
        }
    )


def _means(district: np.ndarray, values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Mean by district, NaN where nothing was chosen."""
    total = np.bincount(district[chosen], weights=values[chosen], minlength=len(DISTRICTS))
    count = np.bincount(district[chosen], minlength=len(DISTRICTS))
    means: np.ndarray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return means


def _rents(market: Market, month: int) -> np.ndarray:
    leases, shops = market.lives.leases, market.lives.shops
    in_force = (
        (leases["start"] <= month) & (leases["ends"] >= month) & (shops["closed"][leases["shop"]] >= month)
    )
    site = shops["site"][leases["shop"]]
    return _means(market.premises.district[site], leases["rent"] / market.premises.area[site], in_force)


def _survival(district: np.ndarray, shops: dict[str, np.ndarray], month: int) -> np.ndarray:
    """Share that trades three years after opening, at the closing rates of the last year by year of age."""
    survival = np.ones(len(DISTRICTS))
    for age in range(YEARS):
        born = (shops["opened"] > month - YEAR * (age + 2)) & (shops["opened"] <= month - YEAR * (age + 1))
        exposed = born & (shops["closed"] > month - YEAR)
        rate = _means(district, shops["closed"] <= month, exposed)
        enough = np.bincount(district[exposed], minlength=len(DISTRICTS)) >= LEAST_OPENED
        survival *= np.where(enough, 1 - rate, np.nan)
    return survival
