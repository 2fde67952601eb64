"""Costs of the simulated shops: wages that follow sales slowly, energy that follows them at once, rent paid late."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sbwarn.simulate.industries import INDUSTRIES
from sbwarn.simulate.reports import draw_senders, report_table
from sbwarn.simulate.strain import strain
from sbwarn.simulate.takings import INFLATION, Takings, Trade

KNOWN = 0.50
WITHOUT_STAFF = 0.20
WITHOUT_METER = 0.10
WITHOUT_LANDLORD = 0.25  # nobody tells when the rent was paid
KWH_A_SQUARE_METRE = 13.0
KRW_A_KWH = 170.0
IDLE_ENERGY = 0.45  # refrigerators and lamps run without customers
LATE_BY_CHANCE = 0.04
MOST_DAYS_LATE = 50


def costs_table(
    takings: Takings,
    trade: Trade,
    area: np.ndarray,
    stress: dict[str, np.ndarray],
    ids: np.ndarray,
    first: int,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `costs`, for about half of the shops; `area` is the floor area of each shop in square metres."""
    shape = takings.amount.shape
    senders = draw_senders(takings.amount, KNOWN, rng=rng)
    activity = np.clip(takings.amount / np.exp(trade.level)[:, None], 0, 3)
    energy = _energy(activity, area, first, rng)
    dearer = np.exp(INFLATION * np.arange(shape[1]) / 12)
    utilities = energy * KRW_A_KWH * dearer * rng.normal(1.25, 0.06, shape)
    columns = {
        "labour": _labour(activity, trade, rng) * dearer,
        "utilities": utilities,
        "energy_kwh": np.where(rng.random((shape[0], 1)) < WITHOUT_METER, np.nan, energy),
        "rent_days_late": _days_late(stress, shape, rng),
    }
    rounded = {
        name: (senders.of(values) / unit).round() * unit
        for (name, values), unit in zip(columns.items(), (10_000, 1_000, 1, 1), strict=True)
    }
    return report_table(senders, rounded, ids, first, last_day, rng=rng)


def _energy(activity: np.ndarray, area: np.ndarray, first: int, rng: np.random.Generator) -> np.ndarray:
    of_year = (first + np.arange(activity.shape[1])) % 12
    # Air conditioning in August, heating in January.
    season = 0.14 * np.cos(2 * np.pi * (of_year - 7) / 6) + 0.10 * np.cos(2 * np.pi * (of_year - 7) / 12)
    own = np.exp(rng.normal(0, 0.3, (area.size, 1)))
    use = IDLE_ENERGY + (1 - IDLE_ENERGY) * activity
    energy: np.ndarray = KWH_A_SQUARE_METRE * area[:, None] * own * use * np.exp(season)
    return energy * np.exp(rng.normal(0, 0.06, activity.shape))


def _labour(activity: np.ndarray, trade: Trade, rng: np.random.Generator) -> np.ndarray:
    """Wages: hours follow the sales of the months before, and only in part; some shops have no staff."""
    share = np.array([kind.labour for kind in INDUSTRIES])[trade.industry] * np.exp(
        rng.normal(0, 0.25, trade.level.size)
    )
    share[rng.random(trade.level.size) < WITHOUT_STAFF] = 0.0
    usual = share * np.exp(trade.level)
    labour: np.ndarray = usual[:, None] * (0.55 + 0.45 * _lately(activity))
    return labour * np.exp(rng.normal(0, 0.03, activity.shape))


def _lately(activity: np.ndarray) -> np.ndarray:
    """Mean activity of the three months before, 1 where there were none."""
    before = np.pad(activity, ((0, 0), (3, 0)), constant_values=np.nan)
    stacked = np.stack([before[:, lag : lag + activity.shape[1]] for lag in range(3)])
    known = np.isfinite(stacked)
    total, count = np.where(known, stacked, 0.0).sum(axis=0), known.sum(axis=0)
    lately: np.ndarray = np.where(count > 0, total / np.maximum(count, 1), 1.0)
    return lately


def _days_late(stress: dict[str, np.ndarray], shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    pressed = strain(stress, shape, after=(1, 5), rise=5, rng=rng)
    by_chance = np.where(rng.random(shape) < LATE_BY_CHANCE, rng.integers(1, 8, shape), 0)
    under_stress = np.where(rng.random(shape) < pressed, pressed * rng.uniform(5, MOST_DAYS_LATE, shape), 0.0)
    late = np.maximum(by_chance, under_stress)
    late[rng.random(shape[0]) < WITHOUT_LANDLORD] = np.nan
    return late
