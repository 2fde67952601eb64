"""Events of the simulated city: festivals, vouchers, street works and an office that moves, announced beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from sbwarn.simulate.delivery import days_in, delivered, first_days
from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.footfall import FOOTFALL_PULL

CITY = -1
"""Stands for the whole city where a district is asked for."""
KINDS = ("festival", "voucher", "works", "office_move")
FESTIVAL, VOUCHER, WORKS, OFFICE_MOVE = range(len(KINDS))
HOLDS_FESTIVAL, YEARLY_WORKS, YEARLY_VOUCHER, YEARLY_OFFICE_MOVE = 0.7, 0.25, 0.6, 0.4
FESTIVAL_MONTHS = (3, 4, 8, 9)  # April, May, September, October, counted from 0
NATIONAL_VOUCHER = (date(2025, 7, 1), date(2025, 8, 31))
VOUCHER_GAIN = 0.0644
# Change of passers-by in logs while the event lasts: weekdays, weekends.
WALKED = {FESTIVAL: (0.08, 0.30), WORKS: (-0.16, -0.16)}
OFFICE_SHARE = 0.10  # of the weekday's passers-by leave with the office, and come to its new district
ANNOUNCED = (10, 60)  # days beforehand
AHEAD = 2  # months after the last one for which something may be announced already


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What happens in the streets; all arrays have the shape (events,)."""

    kind: np.ndarray
    """Position in `KINDS`."""
    district: np.ndarray
    """Position in the table of districts, `CITY` for all."""
    starts_on: np.ndarray
    ends_on: np.ndarray
    """An office move ends when the last desk is carried; its effect stays."""
    known_on: np.ndarray
    gains: np.ndarray
    """False for the district that an office leaves."""


def draw_events(first: int, months: int, *, rng: np.random.Generator) -> Events:
    """The events of a run of months that starts `first` months after 1970-01, and of the two months that follow."""
    drawn: list[tuple[int, int, np.datetime64, int, bool]] = []
    for year in range(first // 12, (first + months + AHEAD) // 12 + 1):
        january = 12 * year
        drawn += _festivals(january, rng) + _works(january, rng) + _vouchers(january, rng)
        drawn += _office_moves(january, rng)
    kind, district, starts_on, days, gains = (np.array(column) for column in zip(*drawn, strict=True))
    events = Events(
        kind=kind,
        district=district,
        starts_on=starts_on,
        ends_on=starts_on + days - 1,
        known_on=starts_on - rng.integers(*ANNOUNCED, kind.size),
        gains=gains,
    )
    month = starts_on.astype("datetime64[M]").astype(np.int64)
    inside = (month >= first) & (month < first + months + AHEAD)
    order = np.flatnonzero(inside)[np.argsort(starts_on[inside], kind="stable")]
    return Events(**{name: getattr(events, name)[order] for name in Events.__dataclass_fields__})


def _festivals(january: int, rng: np.random.Generator) -> list[tuple[int, int, np.datetime64, int, bool]]:
    held = np.flatnonzero(rng.random(len(DISTRICTS)) < HOLDS_FESTIVAL)
    month = january + rng.choice(FESTIVAL_MONTHS, held.size)
    start, days = _some_day(month, rng), rng.integers(3, 11, held.size)
    return [(FESTIVAL, int(place), start[i], int(days[i]), True) for i, place in enumerate(held)]


def _works(january: int, rng: np.random.Generator) -> list[tuple[int, int, np.datetime64, int, bool]]:
    dug = np.flatnonzero(rng.random(len(DISTRICTS)) < YEARLY_WORKS)
    start, days = _some_day(january + rng.integers(0, 12, dug.size), rng), rng.integers(50, 160, dug.size)
    return [(WORKS, int(place), start[i], int(days[i]), True) for i, place in enumerate(dug)]


def _vouchers(january: int, rng: np.random.Generator) -> list[tuple[int, int, np.datetime64, int, bool]]:
    begins, lasts = NATIONAL_VOUCHER
    month, days, falls = int(rng.integers(0, 12)), int(rng.integers(30, 62)), rng.random() < YEARLY_VOUCHER
    if january == 12 * (begins.year - 1970):
        return [(VOUCHER, CITY, np.datetime64(begins, "D"), (lasts - begins).days + 1, True)]
    start = first_days(np.array([january + month]))[0]
    return [(VOUCHER, CITY, start, days, True)] if falls else []


def _office_moves(january: int, rng: np.random.Generator) -> list[tuple[int, int, np.datetime64, int, bool]]:
    office_places = np.argsort([-place.workers for place in DISTRICTS])[:5]
    leaves, enters = rng.choice(office_places, 2, replace=False)
    start = _some_day(np.array([january + int(rng.integers(0, 12))]), rng)[0]
    if rng.random() >= YEARLY_OFFICE_MOVE:
        return []
    return [(OFFICE_MOVE, int(leaves), start, 45, False), (OFFICE_MOVE, int(enters), start, 45, True)]


def _some_day(month: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    day: np.ndarray = first_days(month) + rng.integers(0, 28, month.size)
    return day


def shares_in_force(starts_on: np.ndarray, ends_on: np.ndarray, first: int, months: int) -> np.ndarray:
    """Share of each month's days on which each event is in force, shape (events, months).

    >>> day = np.array(["2026-01-17"], dtype="datetime64[D]")
    >>> shares_in_force(day, day + 14, 56 * 12, 2).round(2).tolist()
    [[0.48, 0.0]]
    """
    month = first + np.arange(months)
    begins, length = first_days(month), days_in(month)
    days = np.minimum(ends_on[:, None], begins + length - 1) - np.maximum(starts_on[:, None], begins)
    share: np.ndarray = np.clip(days.astype(np.int64) + 1, 0, None) / length
    return share


@dataclass(frozen=True, slots=True, kw_only=True)
class Stir:
    """What events change, in logs, shape (districts, months)."""

    weekday: np.ndarray
    weekend: np.ndarray
    sales: np.ndarray


def stir(events: Events, first: int, months: int) -> Stir:
    """What the events change in streets and tills."""
    share = shares_in_force(events.starts_on, events.ends_on, first, months)
    weekday, weekend = np.zeros((2, len(DISTRICTS), months))
    for kind, (on_weekday, on_weekend) in WALKED.items():
        chosen = events.kind == kind
        np.add.at(weekday, events.district[chosen], on_weekday * share[chosen])
        np.add.at(weekend, events.district[chosen], on_weekend * share[chosen])
    moved = events.kind == OFFICE_MOVE
    for_good = np.minimum(share[moved].cumsum(axis=1), 1.0)
    sign = np.where(events.gains[moved], 1.0, -1.0)[:, None]
    np.add.at(weekday, events.district[moved], OFFICE_SHARE * sign * for_good)
    vouchers = VOUCHER_GAIN * share[events.kind == VOUCHER].sum(axis=0)
    sales = FOOTFALL_PULL * (5 * weekday + 2 * weekend) / 7 + vouchers
    return Stir(weekday=weekday, weekend=weekend, sales=sales)


def office_moves(events: Events) -> list[tuple[np.datetime64, int, float]]:
    """Day, district and share of the jobs that come (above zero) or go with an office."""
    moved = np.flatnonzero(events.kind == OFFICE_MOVE)
    sign = np.where(events.gains, OFFICE_SHARE, -OFFICE_SHARE)
    return [(events.ends_on[event], int(events.district[event]), float(sign[event])) for event in moved]


def events_table(events: Events, last_day: np.datetime64) -> pd.DataFrame:
    """The table `events`: what was announced by the last day, some of it for the weeks that follow."""
    codes = np.array([*(place.district_id for place in DISTRICTS), None], dtype=object)
    table = pd.DataFrame(
        {
            "event_id": np.char.mod("E%04d", np.arange(events.kind.size) + 1),
            "district_id": pd.array(codes[events.district], dtype="str"),
            "kind": np.array(KINDS)[events.kind],
            "starts_on": events.starts_on.astype("datetime64[s]"),
            "ends_on": events.ends_on.astype("datetime64[s]"),
            "known_on": events.known_on.astype("datetime64[s]"),
        }
    )
    return delivered(table, last_day)
