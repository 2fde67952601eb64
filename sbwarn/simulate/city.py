"""A made-up city of small shops: the five tables that agencies would deliver, and the truth that nobody would know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.simulate.delivery import days_in, first_days
from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.feasts import korean_calendar
from sbwarn.simulate.footfall import Footfall, footfall_table, walk_the_streets
from sbwarn.simulate.lives import NEVER, NOBODY, Lives, live
from sbwarn.simulate.premises import Premises, build_premises
from sbwarn.simulate.register import Entries, shops_table, trade_names
from sbwarn.simulate.rows import Tenancies, rent_table, sales_table
from sbwarn.simulate.takings import Trade, take
from sbwarn.tables.month import as_month, last_day, ordinal

LEAST_SHOPS, LEAST_MONTHS = 50, 24
RUN_IN = 36  # months before the data set, so that it starts among shops in every state


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A simulated city."""

    tables: Mapping[str, pd.DataFrame]
    """"shops", "sales", "rent", "footfall", "districts": what was delivered by the end of the last month."""
    truth: pd.DataFrame
    """One row a shop that traded in these months:

    - shop_id, opened_on
    - closed_on: NaT while the shop trades; here at once, in the register only later
    - stressed_from: first month of the latest stress, NaT if none
    - healed_in, healed: month in which that latest stress healed, NaT and False if it did not
    - episodes, episodes_healed: times of stress that reached into these months, and how many of them healed
    - without_warning: closed while not under stress
    - transferred_to: the shop_id that goes on under the same name in the same place, missing if none
    """


def simulate_city(
    *,
    shops: int = 4000,
    months: int = 48,
    last: str | pd.Period = "2026-09",
    seed: int = 1,
    progress: Callable[[str], None] | None = None,
) -> City:
    """A city like Sejong, the same for the same settings.

    About 14 of 100 shops close in a year, 8 of 100 closures come without warning, and one stress in five heals. Sales
    become public a month later, some later still or revised; a quarter of the shops has no known rent.

    Args:
        shops: Shops that trade at about the middle of the months; at least 50.
        months: Months of data; at least 24.
        last: Last month; rows that were not public by its last day are not there.
        seed: Another seed, another city.
        progress: Is told each step, in the language in force.

    Raises:
        SettingError: too few shops or months, or the package `holidays` is missing.

    >>> city = simulate_city(shops=60, months=24, seed=7)
    >>> list(city.tables)
    ['shops', 'sales', 'rent', 'footfall', 'districts']
    >>> bool(city.tables["sales"]["known_on"].max() <= pd.Timestamp("2026-09-30"))
    True
    """
    _check(shops, months)
    tell = progress or _stay_silent
    end = as_month(last, argument="last")
    first = ordinal(end) - months + 1
    place_rng, walk_rng, life_rng, day_rng, trade_rng, delivery_rng = np.random.default_rng(seed).spawn(6)
    tell(say("simulate.lives", shops=shops, months=months, seed=seed))
    premises = build_premises(shops, rng=place_rng)
    streets = walk_the_streets(first - RUN_IN, RUN_IN + months, rng=walk_rng)
    window = _Window(
        lives=live(premises, streets.tide, middle=RUN_IN + months // 2, rng=life_rng),
        premises=premises,
        footfall=_cut(streets),
        first=first,
        months=months,
        last_day=last_day(end),
    )
    census = _census(window, day_rng)
    tables = _tables(window, census, trade_rng, delivery_rng, tell)
    truth = _truth(window, census)
    tell(
        say(
            "simulate.done",
            shops=len(truth),
            closures=int(truth["closed_on"].count()),
            rows=len(tables["sales"]),
        )
    )
    return City(tables=tables, truth=truth)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """The whole simulation and the part of it that is shown."""

    lives: Lives
    premises: Premises
    footfall: Footfall
    first: int
    months: int
    last_day: np.datetime64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Census:
    """The shops that traded within the window; months count from its first month."""

    entries: Entries
    trade: Trade
    tenancies: Tenancies
    is_sudden: np.ndarray
    successor: np.ndarray
    """Position of the shop that took over, `NOBODY` if none."""


def _check(shops: int, months: int) -> None:
    if shops < LEAST_SHOPS:
        raise SettingError(say("simulate.too_few_shops", least=LEAST_SHOPS, got=shops))
    if months < LEAST_MONTHS:
        raise SettingError(say("simulate.too_few_months", least=LEAST_MONTHS, got=months))


def _stay_silent(_sentence: str) -> None:
    return None


def _cut(streets: Footfall) -> Footfall:
    return Footfall(
        weekday=streets.weekday[:, RUN_IN:],
        weekend=streets.weekend[:, RUN_IN:],
        tide=streets.tide[:, RUN_IN:],
    )


def _census(window: _Window, rng: np.random.Generator) -> _Census:
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
        episodes=_episodes(window.lives, position),
    )
    heir = np.full(shops["closed"].size, NOBODY)
    heir[shops["successor_of"][is_successor]] = position[is_successor]
    return _Census(
        entries=entries,
        trade=trade,
        tenancies=_tenancies(window, position, trade),
        is_sudden=shops["is_sudden"][seen],
        successor=heir[seen],
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


def _episodes(lives: Lives, position: np.ndarray) -> dict[str, np.ndarray]:
    shop = position[lives.episodes["shop"]]
    kept = shop != NOBODY
    return {
        "shop": shop[kept],
        "onset": lives.episodes["onset"][kept] - RUN_IN,
        "ends": lives.episodes["ends"][kept] - RUN_IN,
        "heals": lives.episodes["heals"][kept],
    }


def _tenancies(window: _Window, position: np.ndarray, trade: Trade) -> Tenancies:
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


def _tables(
    window: _Window,
    census: _Census,
    trade_rng: np.random.Generator,
    delivery_rng: np.random.Generator,
    tell: Callable[[str], None],
) -> dict[str, pd.DataFrame]:
    ids, first, last = census.entries.ids, window.first, window.last_day
    calendar = korean_calendar(pd.Period(ordinal=first, freq="M"), window.months)
    takings = take(census.trade, calendar, window.footfall, first, rng=trade_rng)
    register_rng, sales_rng, rent_rng, walk_rng = delivery_rng.spawn(4)
    tell(say("simulate.tables", table="shops"))
    shops = shops_table(census.entries, window.premises, last, rng=register_rng)
    tell(say("simulate.tables", table="sales"))
    sales = sales_table(takings, ids, first, last, rng=sales_rng)
    tell(say("simulate.tables", table="rent"))
    rent = rent_table(census.tenancies, ids, first, last, rng=rent_rng)
    # A shop that opened days ago pays rent, but the register does not name it yet.
    rent = rent.loc[rent["shop_id"].isin(shops["shop_id"])].reset_index(drop=True)
    footfall = footfall_table(window.footfall, first, last, rng=walk_rng)
    return {"shops": shops, "sales": sales, "rent": rent, "footfall": footfall, "districts": _districts()}


def _districts() -> pd.DataFrame:
    table = pd.DataFrame(DISTRICTS)[
        ["district_id", "name", "name_en", "residents", "workers", "area_km2", "lon", "lat"]
    ]
    return table.astype({"residents": "float64", "workers": "float64"})


def _truth(window: _Window, census: _Census) -> pd.DataFrame:
    size, episodes = census.entries.ids.size, census.trade.episodes
    begun = episodes["onset"] < window.months
    resolved = (episodes["ends"] >= 0) & (episodes["ends"] < window.months)
    healed = resolved & episodes["heals"]
    onset, healed_in = np.full(size, NEVER, dtype=np.int64), np.full(size, NEVER, dtype=np.int64)
    # Episodes stand in order of onset: the latest one of a shop overwrites the ones before.
    onset[episodes["shop"][begun]] = episodes["onset"][begun]
    healed_in[episodes["shop"][begun]] = np.where(healed, episodes["ends"], NEVER)[begun]
    within = begun & (episodes["ends"] >= 0)
    is_heir = census.successor != NOBODY
    heirs = np.where(is_heir, census.entries.ids[census.successor], "")
    return pd.DataFrame(
        {
            "shop_id": pd.array(census.entries.ids, dtype="str"),
            "opened_on": census.entries.opened_on.astype("datetime64[s]"),
            "closed_on": census.entries.closed_on.astype("datetime64[s]"),
            "stressed_from": _months_or_nat(onset, window.first),
            "healed_in": _months_or_nat(healed_in, window.first),
            "healed": healed_in != NEVER,
            "episodes": np.bincount(episodes["shop"][within], minlength=size),
            "episodes_healed": np.bincount(episodes["shop"][healed], minlength=size),
            "without_warning": census.is_sudden,
            "transferred_to": pd.Series(heirs, dtype="str").where(is_heir),
        }
    )


def _months_or_nat(month: np.ndarray, first: int) -> np.ndarray:
    known = month != NEVER
    days = first_days(first + np.where(known, month, 0)).astype("datetime64[s]")
    months_or_nat: np.ndarray = np.where(known, days, np.datetime64("NaT", "s"))
    return months_or_nat
