"""The line of calibration: how far log-odds can be taken at their word."""

from __future__ import annotations

import numpy as np

STEPS = 50
"""Of Newton's method, at most."""


def line(
    log_odds: np.ndarray,
    happened: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    start: tuple[float, float] = (1.0, 0.0),
    close: float = 1e-9,
) -> tuple[float, float]:
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
    slope, intercept = start
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(intercept + slope * log_odds, -30, 30)))
        away = w * (happened - p)
        curve = w * p * (1.0 - p)
        gradient = np.array([away.sum(), (away * log_odds).sum()])
        bent = curve * log_odds
        cross = bent.sum()
        hessian = np.array([[curve.sum(), cross], [cross, (bent * log_odds).sum()]])
        hessian[np.diag_indices(2)] += 1e-9
        step = np.linalg.solve(hessian, gradient)
        # A whole step can overshoot for ever where the start is far off; this one is sure to lead downhill
        # (Sun and Tran-Dinh 2019, the logistic loss) and becomes a whole one near the end.
        reach = float(np.abs(step[0] + step[1] * log_odds).max())
        step *= np.log1p(reach) / reach if reach > 0 else 1.0
        intercept, slope = intercept + float(step[0]), slope + float(step[1])
        if np.abs(step).max() < close:
            break
    return slope, intercept
