"""Calibration: a line through the log-odds, and the rates seen at each risk.

The slope comes from later months than the fit: it says how far a model's certainty holds. The level of a released
model comes from the rows that it learnt from. Measured on the Texas receipts: a level taken from an earlier model's
later months carried that model's drift into the release (mean risk .046 where .056 was seen), a release that kept its
last months for calibration alone lost .02 of AUC, and the level of its own rows was right (.056).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.releases.calibration import Bands, Calibration
from sbwarn.releases.predict import INTERVALS
from sbwarn.tables.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_EVENTS = 50
"""Crises of an interval below which the line of all intervals stands in for its own."""
BAND_ENDS = (0.2, 0.4, 0.6, 0.75, 0.85, 0.9, 0.94, 0.97, 0.99)
"""Share of the shops below the end of each band: narrow where the risk is high and the rate climbs fast."""
STEPS = 50


def line(log_odds: np.ndarray, happened: np.ndarray, weight: np.ndarray | None = None) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcome on the log-odds (Newton's method).

    Slope 1 and intercept 0 mean that the log-odds can be taken at their word.

    Source: Platt (1999); Cox (1958) for reading the two numbers.

    >>> odds = np.repeat([-1.0, 1.0], 1000)
    >>> happened = np.concatenate([np.arange(1000) < 269, np.arange(1000) < 731]).astype(float)
    >>> slope, intercept = line(odds, happened)
    >>> round(slope, 2), abs(round(intercept, 2))
    (1.0, 0.0)
    """
    w = np.ones(len(happened)) if weight is None else weight
    slope, intercept = 1.0, 0.0
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(intercept + slope * log_odds, -30, 30)))
        away = w * (happened - p)
        curve = w * p * (1.0 - p)
        gradient = np.array([away.sum(), (away * log_odds).sum()])
        cross = (curve * log_odds).sum()
        hessian = np.array([[curve.sum(), cross], [cross, (curve * log_odds**2).sum()]])
        hessian[np.diag_indices(2)] += 1e-9
        step = np.linalg.solve(hessian, gradient)
        # A whole step can overshoot for ever where the start is far off; this one is sure to lead downhill
        # (Sun and Tran-Dinh 2019, the logistic loss) and becomes a whole one near the end.
        reach = float(np.abs(step[0] + step[1] * log_odds).max())
        step *= np.log1p(reach) / reach if reach > 0 else 1.0
        intercept, slope = intercept + float(step[0]), slope + float(step[1])
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004
            break
    return slope, intercept


def calibrate(log_odds: np.ndarray, interval: np.ndarray, happened: np.ndarray) -> Calibration:
    """One line for each interval, from rows that the model had not seen; without bands."""
    if not happened.any() or happened.all():
        plain = (1.0,) * len(INTERVALS)
        return Calibration(slope=plain, intercept=(0.0,) * len(INTERVALS), n=(0,) * len(INTERVALS), bands=())
    pooled = line(log_odds, happened)
    lines, counts = [], []
    for number in range(len(INTERVALS)):
        mine = interval == number
        enough = happened[mine].sum() >= FEWEST_EVENTS
        lines.append(line(log_odds[mine], happened[mine]) if enough else pooled)
        counts.append(int(mine.sum()) if enough else 0)
    # A slope of 0 or less would turn the order of the shops round: the pooled line, then the plain one, stand in.
    lines = [each if each[0] > 0 else pooled if pooled[0] > 0 else (1.0, 0.0) for each in lines]
    return Calibration(
        slope=tuple(slope for slope, _ in lines),
        intercept=tuple(intercept for _, intercept in lines),
        n=tuple(counts),
        bands=(),
    )


def anchored(
    seen: Calibration, log_odds: np.ndarray, interval: np.ndarray, happened: np.ndarray
) -> Calibration:
    """The slopes of later months, with the level at which the mean risk of these rows is the rate seen in them.

    Args:
        seen: Lines from rows that their model had not seen.
        log_odds: Of the model to calibrate, on the rows that it learnt from.
        interval: Of each row.
        happened: Of each row.
    """
    levels = []
    for number, slope in enumerate(seen.slope):
        mine = interval == number
        known = happened[mine].any() and not happened[mine].all()
        levels.append(_level(slope * log_odds[mine], happened[mine]) if known else 0.0)
    return replace(seen, intercept=tuple(levels))


def _level(log_odds: np.ndarray, happened: np.ndarray) -> float:
    level = 0.0
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-(level + log_odds)))
        step = float((happened - p).sum() / (p * (1.0 - p)).sum())
        level += float(np.copysign(np.log1p(abs(step)), step))
        if abs(step) < 1e-9:  # noqa: PLR2004
            break
    return level


def bands(risk: np.ndarray, happened: np.ndarray) -> Bands:
    """Shops in bands by risk, with the rate observed in each."""
    if not len(risk):
        return Bands(upper=(), low=(), high=(), n=())
    order = np.argsort(risk, kind="stable")
    cuts = (np.array(BAND_ENDS) * len(order)).astype(int)
    parts: Sequence[np.ndarray] = [part for part in np.split(order, cuts) if len(part)]
    events = np.array([happened[part].sum() for part in parts])
    count = np.array([len(part) for part in parts])
    low, high = wilson(events, count)
    return Bands(
        upper=tuple(float(risk[part].max()) for part in parts),
        low=tuple(map(float, low)),
        high=tuple(map(float, high)),
        n=tuple(map(int, count)),
    )
