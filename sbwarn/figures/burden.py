"""Alert burden: how much work the alerts are, how much of it is well spent, and how many crises it reaches."""

from __future__ import annotations

import numpy as np

from sbwarn.figures.evaluate import DRAWS
from sbwarn.figures.resample import Resample, figure_of, ratio, resample
from sbwarn.releases.record import Figure

HUNDRED = 100.0


def within_capacity(risk: np.ndarray, month: np.ndarray, shop: np.ndarray, *, capacity: int) -> np.ndarray:
    """True for the riskiest `capacity` shops of each month; of equal risks the first shop number.

    >>> months = np.array([1, 1, 1, 2])
    >>> within_capacity(np.array([0.1, 0.3, 0.2, 0.1]), months, np.array(list("abca")), capacity=2)
    array([False,  True,  True,  True])
    """
    order = np.lexsort((shop, -risk, month))
    ranked = month[order]
    first = np.searchsorted(ranked, ranked, side="left")
    chosen = np.zeros(len(risk), dtype=bool)
    chosen[order] = np.arange(len(risk)) - first < capacity
    return chosen


def new_alerts(alert: np.ndarray, month: np.ndarray, shop: np.ndarray) -> np.ndarray:
    """True for an alert of a shop that had none in the month before, or was not scored then.

    >>> new_alerts(np.array([True, True, True]), np.array([1, 2, 4]), np.array(["a", "a", "a"]))
    array([ True, False,  True])
    """
    order = np.lexsort((month, shop))
    was = np.zeros(len(alert), dtype=bool)
    earlier, later = order[:-1], order[1:]
    follows = (shop[later] == shop[earlier]) & (month[later] == month[earlier] + 1)
    was[later] = follows & alert[earlier]
    return np.asarray(alert & ~was)


def burden_figures(
    alert: np.ndarray,
    happened: np.ndarray,
    month: np.ndarray,
    shop: np.ndarray,
    event: np.ndarray,
    *,
    seed: int,
    prefix: str = "burden",
    draws: int = DRAWS,
) -> dict[str, Figure]:
    """What the alerts cost and bring.

    Args:
        alert: True for a row that asks for a visit: at or above the class, or `within_capacity`.
        happened: 1.0 if the crisis came within the horizon, 0.0 if not, NaN if that is not known. What is not known
            counts as work and is left out of every share of crises.
        month: As-of month of the row.
        shop: Whose row it is.
        event: Month of the next crisis: tells a shop's crises apart.
        seed: Of the bootstrap over shops.
        prefix: Of the names.
        draws: Bootstrap resamples.

    Returns:
        `alerts_per_100` and `new_per_100` shops and month, `alerts_per_month`, `new_per_month`; `precision` (share of
        the alerts with a crisis within the horizon), `new_precision` (of the new alerts alone), `number_needed`
        (alerts for each that was right), `too_late` (share of the alerts whose shop had stopped before their month,
        though nobody could know), `reached` (share of the crises with an alert within the horizon before them) and
        `reached_in_time` (with one in an earlier month than the crisis). New alerts are told without the first
        month, of which nobody knows what was new. Empty without rows.
    """
    if not len(alert):
        return {}
    drawn = resample(shop, seed=seed, draws=draws)
    fresh, later = new_alerts(alert, month, shop), month > month.min()
    precision = _precision(drawn, alert, happened)
    found = _load(drawn, alert, month) | {"precision": precision, "number_needed": needed(precision)}
    if later.any():
        load = _load(drawn, fresh, month, among=later)
        found |= {f"new_{name.removeprefix('alerts_')}": each for name, each in load.items()}
        found["new_precision"] = _precision(drawn, fresh & later, happened)
    found["too_late"] = drawn.share(event < month, alert & ~np.isnan(happened))
    for name, flags in (("reached", alert), ("reached_in_time", alert & (month < event))):
        found[name] = reached(flags, happened, shop, event, seed=seed, draws=draws)
    return {f"{prefix}/{name}": figure for name, figure in found.items() if figure.n}


def needed(precision: Figure) -> Figure:
    """Visits for each shop that was right to visit; NaN where the precision may be 0.

    >>> needed(Figure(value=0.25, low=0.2, high=0.5, n=40, events=10))
    Figure(value=4.0, low=2.0, high=5.0, n=40, events=10)
    """
    value, low, high = ratio(np.ones(3), np.array([precision.value, precision.high, precision.low]))
    return Figure(
        value=float(value), low=float(low), high=float(high), n=precision.n, events=precision.events
    )


def reached(
    alert: np.ndarray,
    happened: np.ndarray,
    shop: np.ndarray,
    event: np.ndarray,
    *,
    seed: int,
    draws: int = DRAWS,
) -> Figure:
    """Share of the crises that had at least one alert among their shop's rows within the horizon before them."""
    before = happened == 1.0
    order = np.lexsort((event[before], shop[before]))
    shops, events, flags = (column[before][order] for column in (shop, event, alert))
    begins = np.append(True, (shops[1:] != shops[:-1]) | (events[1:] != events[:-1]))[: len(shops)]
    starts = np.flatnonzero(begins)
    caught = np.logical_or.reduceat(flags, starts) if len(starts) else flags
    drawn = resample(shops[starts], seed=seed, draws=draws)
    return drawn.share(caught, np.ones(len(starts), dtype=bool))


def _precision(drawn: Resample, alert: np.ndarray, happened: np.ndarray) -> Figure:
    return drawn.share(happened == 1.0, alert & ~np.isnan(happened))


def _load(
    drawn: Resample, alert: np.ndarray, month: np.ndarray, among: np.ndarray | None = None
) -> dict[str, Figure]:
    """Alerts for each hundred shops and month, and a month; of the rows `among` alone."""
    rows = np.ones(len(alert), dtype=bool) if among is None else among
    months, count, n = len(np.unique(month[rows])), int((alert & rows).sum()), int(rows.sum())
    alerts, shops = drawn.sums(alert & rows), drawn.sums(rows)
    return {
        "alerts_per_100": figure_of(HUNDRED * ratio(alerts, shops), n=n, events=count),
        "alerts_per_month": figure_of(alerts / months, n=n, events=count),
    }
