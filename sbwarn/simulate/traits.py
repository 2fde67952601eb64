"""Lasting facts of the simulated shops that the register tells beside their lives: brand, vouchers, transit, operator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.simulate.industries import INDUSTRIES
from sbwarn.simulate.lives import NOBODY
from sbwarn.simulate.occupancy import Moves
from sbwarn.simulate.premises import Premises

BRANDS_A_TRADE = 4
BRAND_UNKNOWN = 0.08
INDEPENDENT = "none"
VOUCHERS_FROM = np.datetime64("2020-03-01")  # the local currency of Sejong began in March 2020
JOINS_AT_ONCE, JOINS_LATER = 0.5, 0.2
NEW_OPERATOR = 0.03
NEVER_ON = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What the register tells of each shop; days are NaT where there is none."""

    brand: np.ndarray
    """Name of the brand, `INDEPENDENT`, or None where nobody says."""
    voucher_since: np.ndarray
    operator_since: np.ndarray
    moved_on: np.ndarray
    first_site: np.ndarray
    """The premises before the move, or those of today."""
    transit_m: np.ndarray
    """By premises: way to the next stop in metres."""


def draw_traits(
    register: dict[str, np.ndarray],
    moves: Moves,
    premises: Premises,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> Traits:
    """The lasting facts of every shop of the window.

    Args:
        register: industry, site, opened_on, closed_on of every shop, and heir: position of the shop that took over.
        moves: Shops that moved.
        premises: All premises.
        last_day: Last day of the data set.
        rng: Source of all chance.
    """
    opened_on, closed_on = register["opened_on"], register["closed_on"]
    last = np.where(np.isnat(closed_on), last_day, closed_on)
    moved_on = np.full(opened_on.size, NEVER_ON)
    moved_on[moves.shop] = moves.moved_on
    first_site = register["site"].copy()
    first_site[moves.shop] = moves.from_site
    return Traits(
        brand=_brands(register["industry"], register["heir"], rng),
        voucher_since=_before(_voucher_days(opened_on, rng), last),
        operator_since=_before(_operator_days(opened_on, last, rng), last),
        moved_on=_before(moved_on, last),
        first_site=first_site,
        transit_m=_transit(premises, rng),
    )


def _before(day: np.ndarray, last: np.ndarray) -> np.ndarray:
    kept: np.ndarray = np.where(day < last, day, NEVER_ON)
    return kept


def _brands(industry: np.ndarray, heir: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A shop that is handed over keeps its brand."""
    chains = np.array([kind.chains for kind in INDUSTRIES])[industry]
    number = np.minimum(rng.geometric(0.45, industry.size), BRANDS_A_TRADE)
    branded, unknown = rng.random(industry.size) < chains, rng.random(industry.size) < BRAND_UNKNOWN
    codes = np.array([kind.code.split("-")[1] for kind in INDUSTRIES])[industry]
    brand = np.full(industry.size, INDEPENDENT, dtype=object)
    brand[branded] = np.char.add(np.char.add(codes, "-"), number.astype(str))[branded]
    brand[unknown] = None
    for shop in np.flatnonzero(heir != NOBODY):
        brand[heir[shop]] = brand[shop]
    return brand


def _voucher_days(opened_on: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    drawn, size = rng.random(opened_on.size), opened_on.size
    soon, late = rng.integers(0, 3, size), rng.exponential(540, size).astype(np.int64) + 30
    wait = np.select([drawn < JOINS_AT_ONCE, drawn < JOINS_AT_ONCE + JOINS_LATER], [soon, late], -1)
    day = np.maximum(opened_on, VOUCHERS_FROM) + wait
    joined: np.ndarray = np.where(wait >= 0, day, NEVER_ON)
    return joined


def _operator_days(opened_on: np.ndarray, last: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another operator behind the same number, at least half a year after the opening."""
    life = np.maximum((last - opened_on).astype(np.int64), 0)
    day = opened_on + 180 + (rng.random(opened_on.size) * life).astype(np.int64)
    changed: np.ndarray = np.where(rng.random(opened_on.size) < NEW_OPERATOR, day, NEVER_ON)
    return changed


def _transit(premises: Premises, rng: np.random.Generator) -> np.ndarray:
    """Shops of one street share a stop."""
    street = np.exp(rng.normal(np.log(180), 0.6, premises.street.max() + 1))
    metres: np.ndarray = (street[premises.street] + rng.uniform(0, 40, premises.street.size)).round()
    return metres


def day_known(day: np.ndarray, told: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """When the register tells of a change: some weeks later, and never before the shop itself."""
    known: np.ndarray = np.maximum(day + rng.integers(3, 29, day.size), told)
    return known
