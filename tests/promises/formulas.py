"""Promises of a formula: what it may be handed, what it may say, and which months it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sbwarn.indicators import build as building
from sbwarn.indicators.inputs import CALENDAR, INPUTS, MONTHLY, Inputs, months_kept
from sbwarn.indicators.mechanism import Indicator
from sbwarn.indicators.peertable import peer_table
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Shops
from sbwarn.tables.surroundings import NOTHING_AROUND
from tests.promises import data
from tests.promises.over_time import NOW
from tests.promises.way import Way, plain, plain_look, same, told


def handed(way: Way, as_of: str = NOW) -> dict[str, np.ndarray]:
    """Everything that an indicator may ask for, each array on its own so that it can be changed."""
    panel, peers = plain_look(way, as_of)
    block = Inputs(panel, peers, frozenset(INPUTS)).block(0, len(panel.shops))
    return {name: values.copy() for name, values in block.items()}


def measured(fact: Indicator, inputs: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """The bare formula on inputs of its own; None if it asks for more than it is given."""
    own = {name: inputs[name].copy() for name in fact.reads}
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(fact.function(*building._handed(fact, own)), dtype=float)
    except (IndexError, AttributeError, TypeError):
        return None


@cache
def every_value_is_finite_or_unknown(way: Way) -> frozenset[str]:
    """No formula says infinity, of a shop that sold nothing any more than of others."""
    usual = handed(way)
    silent = {name: np.zeros_like(values) for name, values in usual.items()}
    return frozenset(
        fact.name
        for fact in way.facts
        for inputs in (usual, silent)
        if (values := measured(fact, inputs)) is None or np.isinf(values).any()
    )


@cache
def inputs_are_left_as_they_were(way: Way) -> frozenset[str]:
    """A formula that writes into its windows would change its neighbours' figures."""
    inputs = handed(way)
    found = set()
    for fact in way.facts:
        own = {name: inputs[name].copy() for name in fact.reads}
        building.measure(fact, own)
        if not all(same(own[name], inputs[name]) for name in fact.reads):
            found.add(fact.name)
    return frozenset(found)


@cache
def where_nothing_is_known_nothing_is_said(way: Way) -> frozenset[str]:
    """Shops of which nobody ever said anything have no figure, but for what the calendar alone tells."""
    panel, _ = plain_look(way, NOW)
    n = len(panel.shops)
    unknown = {
        name: np.full(n, np.nan) for name in Shops.__slots__ if getattr(panel.shops, name).dtype.kind == "f"
    }
    nothing = replace(
        panel,
        shops=replace(panel.shops, opened=np.full(n, NEVER), closed=np.full(n, NEVER), **unknown),
        quantities={name: np.full((DEPTH, n), np.nan) for name in QUANTITIES},
        surroundings=NOTHING_AROUND,
    )
    figures = told(way, nothing, peer_table(nothing)).figures
    calendar = {fact.name for fact in way.facts if set(fact.reads) <= set(CALENDAR)}
    return frozenset(
        fact.name
        for fact in way.facts
        if fact.name not in calendar and not np.isnan(figures[fact.name]).all()
    )


@cache
def months_before_the_window_do_not_matter(way: Way) -> frozenset[str]:
    """What lies before the declared months is never read."""
    inputs = handed(way)
    rng = np.random.default_rng(11)
    other = {name: values.copy() for name, values in inputs.items()}
    found = set()
    for fact in way.facts:
        for name in windows_of(fact):
            older = other[name][: -fact.months]
            older *= rng.uniform(2.0, 3.0, older.shape)
            older[np.isnan(older)] = 4e6
        was, now = measured(fact, inputs), measured(fact, other)
        if was is None or now is None or not same(was, now):
            found.add(fact.name)
        for name in windows_of(fact):
            other[name] = inputs[name].copy()
    return frozenset(found)


@cache
def the_oldest_declared_month_matters(way: Way) -> frozenset[str]:
    """A window is no longer than it has to be."""
    inputs = handed(way)
    return frozenset(
        fact.name for fact in way.facts if windows_of(fact) and not _oldest_matters(fact, inputs)
    )


def _oldest_matters(fact: Indicator, inputs: Mapping[str, np.ndarray]) -> bool:
    """True if any oldest month moves any shop: on the usual months, on a steady fall, or where it alone is known.

    The calendar of these three years may not hold the rare case; every shop is given one of its own.
    """
    wandering = {name: _any_calendar(inputs["sales"].shape) for name in CALENDAR}
    inputs = {**inputs, **wandering}
    for name in windows_of(fact):
        window = inputs[name]
        fall = np.broadcast_to(np.linspace(2e6, 1e6, len(window))[:, None], window.shape)
        alone = np.where(np.arange(len(window))[:, None] == len(window) - fact.months, window, np.nan)
        for months in (window, fall, alone):
            values = [
                measured(fact, {**inputs, name: _with_oldest(months, fact.months, put)})
                for put in (window[-fact.months], np.nan, 0.0, 0.5, 9e9)
            ]
            if any(value is None or not same(value, values[0]) for value in values):
                return True
    return False


def _any_calendar(shape: tuple[int, ...]) -> np.ndarray:
    return (np.random.default_rng(59).random(shape) < 0.3).astype(float)


def _with_oldest(window: np.ndarray, months: int, put: np.ndarray | float) -> np.ndarray:
    other = window.copy()
    other[-months] = put
    return other


def windows_of(fact: Indicator) -> tuple[str, ...]:
    """The inputs of an indicator that have months."""
    return tuple(name for name in fact.reads if name in MONTHLY)


@cache
def declared_months_are_kept(way: Way) -> frozenset[str]:
    """No window is longer than the shortest input it is cut from."""
    return frozenset(
        fact.name for fact in way.facts if any(fact.months > months_kept(name) for name in windows_of(fact))
    )


@cache
def threads_and_blocks_change_no_bit(way: Way) -> frozenset[str]:
    """Two threads, and blocks of all shops but one, say the same."""
    panel, peers = plain_look(way, NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "BLOCK", len(panel.shops) - 1)
        blocks = building.build(panel, peers, wanted=way.facts, threads=2) if way.facts else np.empty((0, 0))
    whole = plain(way, NOW).figures
    return frozenset(
        fact.name
        for fact, values in zip(way.facts, blocks.T, strict=True)
        if not same(values, whole[fact.name])
    )


@cache
def some_shop_has_a_figure(way: Way) -> frozenset[str]:
    """Where every table is there, every indicator knows some shop, and does not say the same of all months and shops."""
    views = [plain(way, as_of).figures for as_of in data.AS_OF]
    return frozenset(
        fact.name for fact in way.facts if any(np.isnan(figures[fact.name]).all() for figures in views)
    )
