"""The shops that trade within the months that are shown, out of everything that the simulation knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.simulate.delivery import days_in, first_days
from sbwarn.simulate.footfall import Footfall
from sbwarn.simulate.lives import NEVER, NOBODY, Lives
from sbwarn.simulate.occupancy import Moves, draw_moves, let_months
from sbwarn.simulate.premises import Premises
from sbwarn.simulate.register import Entries, trade_names
from sbwarn.simulate.rows import Tenancies
from sbwarn.simulate.takings import Trade

RUN_IN = 36  # months before the data set, so that it starts among shops in every state


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The whole simulation and the part of it that is shown."""

    lives: Lives
    stress: dict[str, np.ndarray]
    """Episodes as in `lives`, and those that begin soon after the last month."""
    premises: Premises
    footfall: Footfall
    """Of the months that are shown, as if no event happened in the streets."""
    first: int
    """First month that is shown, as months since 1970-01."""
    months: int
    last_day: np.datetime64


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The shops that traded within the window; months count from its first month."""

    entries: Entries
    trade: Trade
    stress: dict[str, np.ndarray]
    """As the episodes of `trade`, with those that begin soon after the last month."""
    tenancies: Tenancies
    is_sudden: np.ndarray
    successor: np.ndarray
    """Position of the shop that took over, `NOBODY` if none."""
    moves: Moves
    helps: dict[str, np.ndarray]
    """As in `Lives`; shop is the position among these."""


def take_census(window: Window, *, rng: np.random.Generator, move_rng: np.random.Generator) -> Census:
    """Everything about the shops of the window that the tables are made from."""
    shops = window.lives.shops
    seen = np.flatnonzero(shops["closed"] >= RUN_IN)
    position = np.full(shops["closed"].size, NOBODY)
    position[seen] = np.arange(seen.size)
    is_successor = shops["successor_of"] != NOBODY
    from_day, until_day = _door_days(shops, is_successor, window.first, rng)
    opened, closed = _in_window(shops["opened"]), _in_window(shops["closed"])
    names = trade_names(shops["industry"], shops["site"], shops["successor_of"], rng=rng)
    entries = Entries(
        ids=np.char.mod("S%05d", np.arange(seen.size) + 1),
        industry=shops["industry"][seen],
        site=shops["site"][seen],
        opened_on=(first_days(window.first + opened) + from_day - 1)[seen],
        closed_on=_closing_days(closed, until_day, window.first)[seen],
        name=names[seen],
    )
    trade = Trade(
        industry=entries.industry,
        district=window.premises.district[entries.site],
        level=shops["level"][seen],
        opened=opened[seen],
        closed=closed[seen],
        open_from_day=from_day[seen],
        open_until_day=until_day[seen],
        episodes=_episodes(window.lives.episodes, position),
    )
    heir = np.full(shops["closed"].size, NOBODY)
    heir[shops["successor_of"][is_successor]] = position[is_successor]
    return Census(
        entries=entries,
        trade=trade,
        stress=_episodes(window.stress, position),
        tenancies=_tenancies(window, position, trade),
        is_sudden=shops["is_sudden"][seen],
        successor=heir[seen],
        moves=_moves(window, seen, entries, ~is_successor[seen] & (heir[seen] == NOBODY), move_rng),
        helps=_helps(window.lives.helps, position),
    )


def _in_window(month: np.ndarray) -> np.ndarray:
    return np.where(month == NEVER, NEVER, month - RUN_IN)


def _door_days(
    shops: dict[str, np.ndarray], is_successor: np.ndarray, first: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Day of the month of opening and of closing; half of all closures fall on the last day of a month."""
    size = is_successor.size
    from_day = np.where(is_successor, rng.integers(1, 11, size), rng.integers(1, 29, size))
    has_closed = shops["closed"] != NEVER
    length = np.where(has_closed, days_in(first - RUN_IN + np.where(has_closed, shops["closed"], 0)), 31)
    some_day = rng.integers(1, length + 1)
    until_day = np.where((rng.random(size) < 0.5) | shops["is_handed_over"], length, some_day)
    opens_and_closes = shops["closed"] == shops["opened"]
    return from_day, np.where(opens_and_closes, np.maximum(until_day, from_day), until_day)


def _closing_days(closed: np.ndarray, until_day: np.ndarray, first: int) -> np.ndarray:
    has_closed = closed != NEVER
    day = first_days(first + np.where(has_closed, closed, 0)) + until_day - 1
    closing_days: np.ndarray = np.where(has_closed, day, np.datetime64("NaT", "D"))
    return closing_days


def _episodes(episodes: dict[str, np.ndarray], position: np.ndarray) -> dict[str, np.ndarray]:
    # Shops are numbered in order of opening: the last ones opened after the window.
    begun = {name: values[episodes["shop"] < position.size] for name, values in episodes.items()}
    shop = position[begun["shop"]]
    kept = shop != NOBODY
    return {
        "shop": shop[kept],
        "onset": begun["onset"][kept] - RUN_IN,
        "ends": begun["ends"][kept] - RUN_IN,
        "heals": begun["heals"][kept],
        "saved": begun["saved"][kept],
    }


def _helps(helps: dict[str, np.ndarray], position: np.ndarray) -> dict[str, np.ndarray]:
    # Whoever was helped within the window traded in it.
    return {**helps, "shop": position[helps["shop"]], "month": helps["month"] - RUN_IN}


def _tenancies(window: Window, position: np.ndarray, trade: Trade) -> Tenancies:
    leases = window.lives.leases
    shop = position[leases["shop"]]
    kept = (shop != NOBODY) & (leases["ends"] >= RUN_IN)
    shop, ends = shop[kept], leases["ends"][kept] - RUN_IN
    site = window.lives.shops["site"][leases["shop"][kept]]
    return Tenancies(
        shop=shop,
        first_month=np.maximum(leases["start"][kept] - RUN_IN, 0),
        last_month=np.minimum(np.minimum(ends, trade.closed[shop]), window.months - 1),
        ends=ends,
        rent=leases["rent"][kept],
        area=window.premises.area[site],
    )


def _moves(
    window: Window, seen: np.ndarray, entries: Entries, may_move: np.ndarray, rng: np.random.Generator
) -> Moves:
    """Shops that are handed over stay where they are: their name and place are how one knows them."""
    shops = window.lives.shops
    stays = {
        "name": entries.name,
        "site": entries.site,
        "opened": shops["opened"][seen],
        "closed": shops["closed"][seen],
        "may_move": may_move,
    }
    is_let = let_months(window.lives, RUN_IN + window.months, window.premises.district.size)
    return draw_moves(stays, is_let, window.premises, window.first - RUN_IN, rng=rng)
