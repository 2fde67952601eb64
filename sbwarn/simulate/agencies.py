"""What the agencies of the simulated city deliver: every table, as far as it was public by the last day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.messages import say
from sbwarn.simulate.anchors import Anchors, build_anchors, missed_anchors
from sbwarn.simulate.census import RUN_IN, Census, Window
from sbwarn.simulate.channels import split_channels
from sbwarn.simulate.costs import costs_table
from sbwarn.simulate.customers import customers_table
from sbwarn.simulate.districts import DISTRICTS, districts_table
from sbwarn.simulate.events import Events, draw_events, events_table, office_moves, stir
from sbwarn.simulate.feasts import korean_calendar
from sbwarn.simulate.footfall import Footfall, footfall_table, hours_of_day, stirred
from sbwarn.simulate.industries import industries_table
from sbwarn.simulate.market import Market, market_table
from sbwarn.simulate.profile import profile_table
from sbwarn.simulate.programme import support_table
from sbwarn.simulate.register import shops_table
from sbwarn.simulate.rows import rent_table, sales_table
from sbwarn.simulate.survey import premises_table
from sbwarn.simulate.takings import Takings, take
from sbwarn.simulate.traits import draw_traits

Chances = Mapping[str, np.random.Generator]
"""A source of chance for each table and each part of it, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Streets:
    """What happens in the streets, and what it does to those who walk there."""

    events: Events
    anchors: Anchors
    footfall: Footfall
    takings: Takings


def deliver(
    window: Window, census: Census, chances: Chances, *, tell: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """Every table in the order of the schemas; `tell` is told each one before it is written."""
    streets = _streets(window, census, chances)
    register_rng, sales_rng, rent_rng, walk_rng = chances["delivery"].spawn(4)
    ids, first, last = census.entries.ids, window.first, window.last_day

    def shops() -> pd.DataFrame:
        return _shops(window, census, register_rng, chances)

    def sales() -> pd.DataFrame:
        channels = split_channels(streets.takings, census.trade.industry, rng=chances["channels"])
        return sales_table(streets.takings, channels, ids, first, last, rng=sales_rng)

    def rent() -> pd.DataFrame:
        return rent_table(census.tenancies, ids, first, last, rng=rent_rng)

    def footfall() -> pd.DataFrame:
        hours = hours_of_day(window.months, rng=chances["hours"])
        return footfall_table(streets.footfall, hours, first, last, rng=walk_rng)

    def customers() -> pd.DataFrame:
        told = streets.takings, census.trade, census.stress, ids, first, last
        return customers_table(*told, rng=chances["customers"])

    def costs() -> pd.DataFrame:
        area = window.premises.area[census.entries.site]
        told = streets.takings, census.trade, area, census.stress, ids, first, last
        return costs_table(*told, rng=chances["costs"])

    def profile() -> pd.DataFrame:
        told = streets.takings, census.trade, census.stress, ids, first, last
        return profile_table(*told, rng=chances["profile"])

    def premises() -> pd.DataFrame:
        is_let = census.moves.is_let[:, RUN_IN:]
        return premises_table(window.premises, streets.anchors, is_let, first, last, rng=chances["survey"])

    writers: dict[str, Callable[[], pd.DataFrame]] = {
        "shops": shops,
        "sales": sales,
        "rent": rent,
        "footfall": footfall,
        "districts": lambda: _districts(window, streets.events, chances["districts"]),
        "customers": customers,
        "costs": costs,
        "profile": profile,
        "market": lambda: market_table(_market(window, census), last, rng=chances["market"]),
        "premises": premises,
        "industries": industries_table,
        "events": lambda: events_table(streets.events, last),
        "support": lambda: support_table(census.helps, ids, first, last, rng=chances["support"]),
    }
    tables = {}
    for name, write in writers.items():
        tell(say("simulate.tables", table=name))
        tables[name] = write()
    # A shop that opened days ago pays rent, but the register does not name it yet.
    named = frozenset(tables["shops"]["shop_id"])
    return tables | {name: _of(named, tables[name]) for name in ("rent", "support")}


def _of(named: frozenset[str], rows: pd.DataFrame) -> pd.DataFrame:
    return rows.loc[rows["shop_id"].isin(named)].reset_index(drop=True)


def _streets(window: Window, census: Census, chances: Chances) -> _Streets:
    events = draw_events(window.first, window.months, rng=chances["events"])
    anchors = build_anchors(window.premises, window.months, rng=chances["anchors"])
    change = stir(events, window.first, window.months)
    missed = missed_anchors(anchors, window.premises)
    lift = change.sales[census.trade.district] + missed[census.entries.site]
    calendar = korean_calendar(pd.Period(ordinal=window.first, freq="M"), window.months)
    told = census.trade, calendar, window.footfall, lift, window.first
    return _Streets(
        events=events,
        anchors=anchors,
        footfall=stirred(window.footfall, weekday=change.weekday, weekend=change.weekend),
        takings=take(*told, rng=chances["trade"]),
    )


def _shops(
    window: Window, census: Census, register_rng: np.random.Generator, chances: Chances
) -> pd.DataFrame:
    entries = census.entries
    register = {
        "industry": entries.industry,
        "site": entries.site,
        "opened_on": entries.opened_on,
        "closed_on": entries.closed_on,
        "heir": census.successor,
    }
    traits = draw_traits(register, census.moves, window.premises, window.last_day, rng=chances["traits"])
    return shops_table(
        entries, traits, window.premises, window.last_day, rng=register_rng, change_rng=chances["changes"]
    )


def _districts(window: Window, events: Events, rng: np.random.Generator) -> pd.DataFrame:
    area = np.bincount(window.premises.district, weights=window.premises.area, minlength=len(DISTRICTS))
    return districts_table(area, office_moves(events), window.first, window.months, window.last_day, rng=rng)


def _market(window: Window, census: Census) -> Market:
    return Market(
        lives=window.lives,
        premises=window.premises,
        is_let=census.moves.is_let,
        tide=window.footfall.tide,
        start=window.first - RUN_IN,
        shown_from=RUN_IN,
    )
