"""A made-up city of small shops: the tables that agencies would deliver, and the truth that nobody would know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.simulate.agencies import Chances, deliver
from sbwarn.simulate.census import RUN_IN, Census, Window, take_census
from sbwarn.simulate.delivery import first_days
from sbwarn.simulate.footfall import Footfall, walk_the_streets
from sbwarn.simulate.lives import NEVER, NOBODY, live, up_to
from sbwarn.simulate.premises import build_premises
from sbwarn.tables.month import as_month, last_day, ordinal

LEAST_SHOPS, LEAST_MONTHS = 50, 24
LOOKS_AHEAD = 2
# Each part draws from its own source: a new part comes last, and the numbers of all others stay as they are.
CHANCES = (
    "places", "walks", "lives", "days", "trade", "delivery", "moves", "traits", "changes", "channels", "hours", "events",
    "customers", "costs", "profile", "market", "survey", "districts",
    "anchors", "help", "support",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A simulated city."""

    tables: Mapping[str, pd.DataFrame]
    """Every table of the schemas, in their order: what was delivered by the end of the last month."""
    truth: pd.DataFrame
    """One row a shop that traded in these months:

    - shop_id, opened_on
    - closed_on: NaT while the shop trades; here at once, in the register only later
    - stressed_from: first month of the latest stress, NaT if none
    - healed_in, healed: month in which that latest stress healed, NaT and False if it did not
    - episodes, episodes_healed: times of stress that reached into these months, and how many of them healed
    - without_warning: closed while not under stress
    - helped_in: month in which a programme of help took it in, NaT if none did
    - saved_by_help: a stress healed that would have ended in closing by now without that help
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

    About 14 of 100 shops close in a year, 8 of 100 closures come without warning, and one stress in five heals by
    itself. After a third of the months programmes of help begin, and save about a third of those whom they reach in
    time. Sales become public a month later, some later still or revised; a quarter of the shops has no known rent.

    Args:
        shops: Shops that trade at about the middle of the months; at least 50.
        months: Months of data; at least 24.
        last: Last month; rows that were not public by its last day are not there.
        seed: Another seed, another city.
        progress: Is told each step, in the language in force.

    Raises:
        SettingError: too few shops or months.

    >>> city = simulate_city(shops=60, months=24, seed=7)
    >>> list(city.tables)  # doctest: +NORMALIZE_WHITESPACE
    ['shops', 'sales', 'rent', 'footfall', 'districts', 'customers', 'costs', 'profile', 'market', 'premises',
     'industries', 'events', 'support']
    >>> bool(city.tables["sales"]["known_on"].max() <= pd.Timestamp("2026-09-30"))
    True
    """
    _check(shops, months)
    tell = progress or _stay_silent
    end = as_month(last, argument="last")
    first = ordinal(end) - months + 1
    chances = dict(zip(CHANCES, np.random.default_rng(seed).spawn(len(CHANCES)), strict=True))
    tell(say("simulate.lives", shops=shops, months=months, seed=seed))
    window = _simulate(shops, months, first, end, chances)
    census = take_census(window, rng=chances["days"], move_rng=chances["moves"])
    tables = deliver(window, census, chances, tell=tell)
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


def _check(shops: int, months: int) -> None:
    if shops < LEAST_SHOPS:
        raise SettingError(say("simulate.too_few_shops", least=LEAST_SHOPS, got=shops))
    if months < LEAST_MONTHS:
        raise SettingError(say("simulate.too_few_months", least=LEAST_MONTHS, got=months))


def _stay_silent(_sentence: str) -> None:
    return None


def _simulate(shops: int, months: int, first: int, end: pd.Period, chances: Chances) -> Window:
    premises = build_premises(shops, rng=chances["places"])
    streets = walk_the_streets(first - RUN_IN, RUN_IN + months, rng=chances["walks"])
    # Stress that begins after the last month shows already in who returns, so the lives go on a little.
    tide = np.pad(streets.tide, ((0, 0), (0, LOOKS_AHEAD)), mode="edge")
    lives = live(
        premises,
        tide,
        middle=RUN_IN + months // 2,
        helped_from=RUN_IN + months // 3,
        rng=chances["lives"],
        help_rng=chances["help"],
    )
    return Window(
        lives=up_to(lives, RUN_IN + months),
        stress=lives.episodes,
        premises=premises,
        footfall=_cut(streets),
        first=first,
        months=months,
        last_day=last_day(end),
    )


def _cut(streets: Footfall) -> Footfall:
    return Footfall(
        weekday=streets.weekday[:, RUN_IN:],
        weekend=streets.weekend[:, RUN_IN:],
        tide=streets.tide[:, RUN_IN:],
    )


def _truth(window: Window, census: Census) -> pd.DataFrame:
    size, episodes = census.entries.ids.size, census.trade.episodes
    begun = episodes["onset"] < window.months
    resolved = (episodes["ends"] >= 0) & (episodes["ends"] < window.months)
    healed = resolved & episodes["heals"]
    onset, healed_in = np.full(size, NEVER, dtype=np.int64), np.full(size, NEVER, dtype=np.int64)
    helped_in = np.full(size, NEVER, dtype=np.int64)
    helped_in[census.helps["shop"]] = census.helps["month"]
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
            "helped_in": _months_or_nat(helped_in, window.first),
            "saved_by_help": np.bincount(episodes["shop"][healed & episodes["saved"]], minlength=size) > 0,
            "without_warning": census.is_sudden,
            "transferred_to": pd.Series(heirs, dtype="str").where(is_heir),
        }
    )


def _months_or_nat(month: np.ndarray, first: int) -> np.ndarray:
    known = month != NEVER
    days = first_days(first + np.where(known, month, 0)).astype("datetime64[s]")
    months_or_nat: np.ndarray = np.where(known, days, np.datetime64("NaT", "s"))
    return months_or_nat
