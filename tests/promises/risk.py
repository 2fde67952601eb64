"""Promises about the side on which an indicator says that risk lies: bad news must never look like good news."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from sbwarn.indicators.arithmetic import mean_known
from sbwarn.indicators.mechanism import Indicator
from sbwarn.tables.panel import DEPTH, DISTRICT_TABLES, QUANTITIES
from tests.promises.formulas import handed, measured
from tests.promises.way import Way

BAD_NEWS = {
    "sales": 0.7, "transactions": 0.7, "customers": 0.7, "returning_share": 0.7, "rating": 0.8, "reviews": 0.7,
    "cancelled": 1.3, "rent": 1.3, "maintenance": 1.3, "labour": 1.3, "utilities": 1.3, "rent_days_late": 1.3,
    "loans": 1.3, "days_past_due": 1.3, "public_arrears": 1.3,
    "footfall_weekday": 0.7, "footfall_weekend": 0.7,
}  # fmt: skip
"""By quantity, the factor of its last months that nobody would call good news."""
RECENT = (1, 3)
"""So many last months move. Over longer spans a fall can rightly be forgotten: of two bad half-years neither stands out."""
LONGER = (1, 3, 6)
"""Spans of which one is surely long enough to be heard."""
SURELY_HEARD = ("sales", "rent")
STREETS = tuple(name for name, (table, _) in QUANTITIES.items() if table in DISTRICT_TABLES)


@cache
def bad_news_never_looks_good(way: Way) -> frozenset[str]:
    """T11: where sales fall, or rent rises, from steady months, no indicator moves to its less risky side."""
    inputs = steady(handed(way))
    return frozenset(
        fact.name
        for fact in way.facts
        if fact.riskier and any((move < 0).any() for move in _moves(fact, inputs, tuple(BAD_NEWS), RECENT))
    )


@cache
def bad_news_is_heard(way: Way) -> frozenset[str]:
    """T11: what declares a riskier side moves towards it when sales fall or stop, or rent rises."""
    inputs = steady(handed(way))
    return frozenset(
        fact.name
        for fact in way.facts
        if fact.riskier
        and set(fact.reads) & set(SURELY_HEARD)
        and not any((move > 0).any() for move in _moves(fact, inputs, SURELY_HEARD, LONGER))
    )


def steady(inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same shops, each with the mean of its known months in every month."""
    even = {name: np.broadcast_to(mean_known(inputs[name]), inputs[name].shape) for name in QUANTITIES}
    return {**inputs, **even}


def _moves(
    fact: Indicator, inputs: Mapping[str, np.ndarray], quantities: tuple[str, ...], spans: tuple[int, ...]
) -> list[np.ndarray]:
    """By bad news, how far each shop moves towards the riskier side; what becomes or stays unknown does not move."""
    was = measured(fact, inputs)
    side = 1.0 if fact.riskier == "high" else -1.0
    own = set(fact.reads) & set(QUANTITIES) - set(STREETS)
    found = []
    for name in set(fact.reads) & set(quantities):
        if name in STREETS and own:  # the street's loss takes the blame off the shop
            continue
        for months in spans:
            for factor in (BAD_NEWS[name], *([0.0] if name == "sales" and months > 1 else [])):
                now = measured(fact, {**inputs, name: _with_recent(inputs[name], months, factor)})
                move = side * (now - was)
                found.append(np.where(np.abs(move) > 1e-9 * np.maximum(1.0, np.abs(was)), move, 0.0))
    return found


def _with_recent(window: np.ndarray, months: int, factor: float) -> np.ndarray:
    by = np.where(np.arange(DEPTH) >= DEPTH - months, factor, 1.0)
    return window * by[:, None]
