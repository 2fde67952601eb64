"""What the simulated shops sell: season, feasts, footfall, luck, plain dips, and stress that may end or heal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.simulate.delivery import days_in
from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.feasts import Calendar
from sbwarn.simulate.footfall import FOOTFALL_PULL, Footfall
from sbwarn.simulate.industries import INDUSTRIES

INFLATION = 0.02
CLOSED_FOR_WORKS = 0.003
WITHOUT_RECEIPTS = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """The shops of the window; months count from the first month of the data set and may be negative."""

    industry: np.ndarray
    district: np.ndarray
    level: np.ndarray
    opened: np.ndarray
    closed: np.ndarray
    open_from_day: np.ndarray
    """Day of the month of opening, 1-31."""
    open_until_day: np.ndarray
    """Day of the month of closing, 1-31."""
    episodes: dict[str, np.ndarray]
    """shop (position in these arrays), onset, ends, heals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """Sales and receipts, shape (shops, months); NaN outside a shop's life."""

    amount: np.ndarray
    transactions: np.ndarray
    """NaN in every month of a shop that does not report receipts."""
    visits: np.ndarray
    """Receipts of every shop, of the silent ones too."""


def take(
    trade: Trade,
    calendar: Calendar,
    footfall: Footfall,
    lift: np.ndarray,
    first: int,
    *,
    rng: np.random.Generator,
) -> Takings:
    """The sales of every shop in every month of the window that starts `first` months after 1970-01.

    Args:
        trade: The shops.
        calendar: Working days and feasts.
        footfall: Passers-by as if nothing happened in the streets.
        lift: What events and anchors add to sales, in logs, shape (shops, months).
        first: First month.
        rng: Source of all chance.
    """
    months = calendar.working_days.size
    log_sales = (
        trade.level[:, None]
        + _season(trade, calendar, first, rng)
        + _surroundings(trade, calendar, footfall)
        + _city(months, rng)
        + _luck(trade.level.size, months, rng)
        + _plain_dips(trade.level.size, months, rng)
        + _start_up(trade, months)
        + stress_path(trade.episodes, (trade.level.size, months), rng)
        + lift
    )
    open_share = _open_share(trade, first, months)
    amount = np.exp(log_sales) * open_share
    amount[rng.random(amount.shape) < _idle_chance(trade, months)] = 0.0
    amount = np.where(open_share > 0, (amount / 1_000).round() * 1_000, np.nan)
    visits = _receipts(amount, trade, rng)
    silent = rng.random(trade.level.size) < WITHOUT_RECEIPTS
    transactions = np.where(silent[:, None], np.nan, visits)
    return Takings(amount=amount, transactions=transactions, visits=visits)


def _season(trade: Trade, calendar: Calendar, first: int, rng: np.random.Generator) -> np.ndarray:
    months = calendar.working_days.size
    of_year = (first + np.arange(months)) % 12 + 1
    swing, peak, before, on_feast = (
        np.array([getattr(kind, name) for kind in INDUSTRIES])[trade.industry][:, None]
        for name in ("swing", "peak", "before_feast", "on_feast")
    )
    own = np.exp(rng.normal(0, 0.35, (trade.level.size, 1)))
    yearly = swing * np.cos(2 * np.pi * (of_year - peak) / 12)
    season: np.ndarray = own * (yearly + before * calendar.run_up + on_feast * calendar.feast)
    return season


def _surroundings(trade: Trade, calendar: Calendar, footfall: Footfall) -> np.ndarray:
    days = calendar.working_days + calendar.days_off
    walked = (footfall.weekday * calendar.working_days + footfall.weekend * calendar.days_off) / days
    usual = np.log(walked).mean(axis=1, keepdims=True)
    pull = FOOTFALL_PULL * (np.log(walked) - usual) + np.log(days / 30.4)
    # Full streets sell more; where half the units stand empty nobody strolls.
    place = -0.4 * (np.array([place.vacancy for place in DISTRICTS]) - 0.25)
    around: np.ndarray = (pull + place[:, None])[trade.district]
    return around


def _city(months: int, rng: np.random.Generator) -> np.ndarray:
    wave = persistent((1, months), 0.9, 0.008, rng)[0]
    city: np.ndarray = wave + INFLATION * np.arange(months) / 12
    return city


def _luck(shops: int, months: int, rng: np.random.Generator) -> np.ndarray:
    restless = np.exp(rng.normal(np.log(0.10), 0.5, (shops, 1)))
    quick = rng.normal(0, 1, (shops, months)) * restless
    slow = persistent((shops, months), 0.93, 0.035, rng)
    luck: np.ndarray = quick + slow
    return luck


def persistent(shape: tuple[int, int], keep: float, shock: float, rng: np.random.Generator) -> np.ndarray:
    """Luck that stays for a while: each month keeps this share of the month before, shape (rows, months)."""
    walk = rng.normal(0, shock, shape)
    walk[:, 0] /= np.sqrt(1 - keep**2)
    for month in range(1, shape[1]):
        walk[:, month] += keep * walk[:, month - 1]
    return walk


def _plain_dips(shops: int, months: int, rng: np.random.Generator) -> np.ndarray:
    """Road works, a new rival, an illness: bad months of a shop that is not under stress."""
    begins = rng.random((shops, months)) < 0.013
    shop, month = np.nonzero(begins)
    lasts, depth = rng.integers(2, 8, shop.size), rng.uniform(0.08, 0.5, shop.size)
    dips = np.zeros((shops, months))
    for later in range(8):
        reached = (later < lasts) & (month + later < months)
        dips[shop[reached], month[reached] + later] -= depth[reached]
    return dips


def _start_up(trade: Trade, months: int) -> np.ndarray:
    age = np.maximum(np.arange(months) - trade.opened[:, None], 0)
    start_up: np.ndarray = -0.35 * np.exp(-age / 3)
    return start_up


def stress_path(
    episodes: dict[str, np.ndarray], shape: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """Loss of sales in logs (<= 0) under stress, shape (shops, months): the same fall whether it heals or not."""
    size = episodes["shop"].size
    depth = rng.uniform(0.25, 1.35, size)
    shape_of_fall = rng.uniform(0.5, 1.4, size)
    recovery = rng.integers(2, 6, size)
    lasts = episodes["ends"] - episodes["onset"]
    loss = np.zeros(shape)
    for later in range(int((lasts + recovery).max(initial=0)) + 1):
        falling = depth * np.minimum(later / lasts, 1.0) ** shape_of_fall
        healing = depth * np.clip(1 - (later - lasts) / recovery, 0.0, 1.0)
        now = np.where(later <= lasts, falling, np.where(episodes["heals"], healing, depth))
        month = episodes["onset"] + later
        inside = (month >= 0) & (month < shape[1])
        np.subtract.at(loss, (episodes["shop"][inside], month[inside]), now[inside])
    return loss


def _open_share(trade: Trade, first: int, months: int) -> np.ndarray:
    month = np.arange(months)
    days = days_in(first + month)
    share = ((month >= trade.opened[:, None]) & (month <= trade.closed[:, None])).astype(np.float64)
    starts = month == trade.opened[:, None]
    stops = month == trade.closed[:, None]
    share = np.where(starts, share * np.clip(1 - (trade.open_from_day[:, None] - 1) / days, 0.03, 1), share)
    open_share: np.ndarray = np.where(
        stops, share * np.clip(trade.open_until_day[:, None] / days, 0.03, 1), share
    )
    return open_share


def _idle_chance(trade: Trade, months: int) -> np.ndarray:
    """Works or a long holiday; a shop that closes has often locked its door before the register says so."""
    is_last = np.arange(months) == trade.closed[:, None]
    return np.where(is_last, 0.15, CLOSED_FOR_WORKS)


def _receipts(amount: np.ndarray, trade: Trade, rng: np.random.Generator) -> np.ndarray:
    shops, months = amount.shape
    ticket = np.array([kind.ticket for kind in INDUSTRIES])[trade.industry] * np.exp(
        rng.normal(0, 0.2, shops)
    )
    dearer = np.exp(INFLATION * np.arange(months) / 12 + rng.normal(0, 0.05, amount.shape))
    receipts: np.ndarray = (amount / (ticket[:, None] * dearer)).round()
    return receipts
