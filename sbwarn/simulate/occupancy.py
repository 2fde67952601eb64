"""Which premises of the simulated city are let in which month, and which shops moved within their street."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.simulate.delivery import first_days
from sbwarn.simulate.lives import NEVER, NOBODY, Lives
from sbwarn.simulate.premises import Premises

MOVERS = 0.02
SETTLES = 6  # months in the first premises at least


def let_months(lives: Lives, months: int, sites: int) -> np.ndarray:
    """True where a shop holds the premises in the month, shape (sites, months of the whole simulation)."""
    steps = np.zeros((sites, months + 1), dtype=np.int64)
    shops = lives.shops
    np.add.at(steps, (shops["site"], np.clip(shops["opened"], 0, months)), 1)
    np.add.at(steps, (shops["site"], np.clip(shops["closed"] + 1, 0, months)), -1)
    is_let: np.ndarray = steps.cumsum(axis=1)[:, :-1] > 0
    return is_let


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """The few shops that traded in other premises of their street before."""

    shop: np.ndarray
    """Position among the shops of the window."""
    from_site: np.ndarray
    moved_on: np.ndarray
    is_let: np.ndarray
    """Months in which premises are let, moves included; shape (sites, months of the whole simulation)."""


def draw_moves(
    stays: dict[str, np.ndarray],
    is_let: np.ndarray,
    premises: Premises,
    start: int,
    *,
    rng: np.random.Generator,
) -> Moves:
    """Shops that moved: each left premises of its street that stood empty otherwise.

    Args:
        stays: name, site, opened, closed of every shop of the window, and may_move; months of the simulation.
        is_let: Without moves.
        premises: All premises.
        start: First month of the simulation, as months since 1970-01.
        rng: Source of all chance.
    """
    is_let, found = is_let.copy(), []
    last = np.minimum(stays["closed"], is_let.shape[1]) - 1
    first = np.maximum(stays["opened"], 0) + SETTLES
    chosen = stays["may_move"] & (rng.random(last.size) < MOVERS) & (first < last) & (stays["opened"] >= 0)
    for shop in np.flatnonzero(chosen):
        month = int(rng.integers(first[shop], last[shop]))
        site = _empty_site(int(shop), month, stays, is_let, premises, rng)
        if site == NOBODY:
            continue
        is_let[site, stays["opened"][shop] : month + 1] = True
        is_let[stays["site"][shop], stays["opened"][shop] : month] = False
        found.append((int(shop), site, month))
    moved = np.array(found, dtype=np.int64).reshape(-1, 3)
    return Moves(
        shop=moved[:, 0],
        from_site=moved[:, 1],
        moved_on=first_days(start + moved[:, 2]) + rng.integers(0, 28, len(moved)),
        is_let=is_let,
    )


def _empty_site(
    shop: int,
    month: int,
    stays: dict[str, np.ndarray],
    is_let: np.ndarray,
    premises: Premises,
    rng: np.random.Generator,
) -> int:
    in_street = premises.street == premises.street[stays["site"][shop]]
    empty = in_street & ~is_let[:, stays["opened"][shop] : month + 1].any(axis=1)
    # Two shops of one name in one place would look like a handover.
    empty[stays["site"][stays["name"] == stays["name"][shop]]] = False
    sites = np.flatnonzero(empty)
    return int(rng.choice(sites)) if sites.size else NOBODY


def trading_months(opened: np.ndarray, closed: np.ndarray, month: int) -> np.ndarray:
    """True for each shop that trades in the month."""
    return np.asarray((opened <= month) & ((closed >= month) | (closed == NEVER)))
