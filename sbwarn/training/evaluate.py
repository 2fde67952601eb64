"""How good a forecast was: discrimination, capture, Brier, calibration, each with n and a 95 % interval.

Intervals come from a bootstrap over shops, not over rows: one shop's months are no independent evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.releases.record import Figure
from sbwarn.training.calibrate import line

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAWS = 200
EDGE = 1e-6
RANKING = ("auc", "average_precision", "capture_5", "capture_10")
PROBABILITY = ("brier", "brier_skill", "calibration_slope", "calibration_intercept")


def figures(
    risk: np.ndarray,
    happened: np.ndarray,
    shop: np.ndarray,
    *,
    seed: int,
    is_probability: bool = True,
    draws: int = DRAWS,
) -> dict[str, Figure]:
    """Every measure of one forecast.

    Args:
        risk: Forecasts; higher is riskier. Probabilities in [0, 1] unless `is_probability` is False.
        happened: Outcomes, 0 or 1, same shape.
        shop: Whose row it is, same shape.
        seed: Of the bootstrap.
        is_probability: False for a rule that only ranks: measures of probability are left out.
        draws: Bootstrap resamples.

    Returns:
        Measure → figure; empty if only one outcome occurs.
    """
    if not len(risk) or not happened.any() or happened.all():
        return {}
    measure = _Forecast(risk, happened.astype(float), is_probability=is_probability)
    point = measure.all(np.ones(len(risk)))
    rng = np.random.default_rng(seed)
    _, owner = np.unique(shop, return_inverse=True)
    shops = int(owner.max()) + 1
    drawn = [
        measure.all(np.bincount(rng.integers(shops, size=shops), minlength=shops)[owner].astype(float))
        for _ in range(draws)
    ]
    return {
        name: Figure(
            value=value,
            low=float(np.nanquantile([each[name] for each in drawn], 0.025)),
            high=float(np.nanquantile([each[name] for each in drawn], 0.975)),
            n=len(risk),
            events=int(happened.sum()),
        )
        for name, value in point.items()
    }


def difference(
    ours: np.ndarray,
    theirs: np.ndarray,
    happened: np.ndarray,
    shop: np.ndarray,
    *,
    seed: int,
    draws: int = DRAWS,
) -> Mapping[str, tuple[float, float, float]]:
    """Ours less theirs in `auc` and `average_precision`, with its 95 % interval; the same shops drawn for both."""
    first = _Forecast(ours, happened.astype(float), is_probability=False)
    second = _Forecast(theirs, happened.astype(float), is_probability=False)
    rng = np.random.default_rng(seed)
    _, owner = np.unique(shop, return_inverse=True)
    shops = int(owner.max()) + 1
    gaps: dict[str, list[float]] = {"auc": [], "average_precision": []}
    for draw in range(draws + 1):
        # The first round is the data as it is.
        count = np.ones(shops) if draw == 0 else np.bincount(rng.integers(shops, size=shops), minlength=shops)
        weight = count[owner].astype(float)
        one, other = first.all(weight), second.all(weight)
        for name, gap in gaps.items():
            gap.append(one[name] - other[name])
    return {
        name: (gap[0], float(np.nanquantile(gap[1:], 0.025)), float(np.nanquantile(gap[1:], 0.975)))
        for name, gap in gaps.items()
    }


class _Forecast:
    """A forecast sorted once, so that each resample is a pass over the rows."""

    def __init__(self, risk: np.ndarray, happened: np.ndarray, *, is_probability: bool) -> None:
        order = np.argsort(-risk, kind="stable")
        self._order = order
        self._happened = happened[order]
        ranked = risk[order]
        # Rows of equal risk are one step: no order among them is better than another.
        self._step_end = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        self._risk = ranked if is_probability else None
        self._odds = _logit(ranked) if is_probability else None

    def all(self, weight: np.ndarray) -> dict[str, float]:
        """Every measure, each row counted `weight` times."""
        weight = weight[self._order]
        bad = np.cumsum(weight * self._happened)[self._step_end]
        every = np.cumsum(weight)[self._step_end]
        if bad[-1] in (0.0, every[-1]):
            # A resample of few shops may hold one outcome only: it says nothing.
            return dict.fromkeys(RANKING if self._risk is None else (*RANKING, *PROBABILITY), float("nan"))
        measures = {
            "auc": _auc(bad, every),
            "average_precision": _average_precision(bad, every),
            "capture_5": _capture(bad, every, 0.05),
            "capture_10": _capture(bad, every, 0.10),
        }
        if self._risk is not None and self._odds is not None:
            brier = float(np.sum(weight * (self._risk - self._happened) ** 2) / every[-1])
            base = bad[-1] / every[-1]
            slope, intercept = line(self._odds, self._happened, weight)
            measures |= {
                "brier": brier,
                "brier_skill": 1.0 - brier / (base * (1.0 - base)),
                "calibration_slope": slope,
                "calibration_intercept": intercept,
            }
        return measures


def _auc(bad: np.ndarray, every: np.ndarray) -> float:
    good = every - bad
    gained = np.diff(good, prepend=0.0)
    before = np.concatenate([[0.0], bad[:-1]])
    return float(np.sum(gained * (before + bad) / 2.0) / (bad[-1] * good[-1]))


def _average_precision(bad: np.ndarray, every: np.ndarray) -> float:
    precision = np.divide(bad, every, out=np.zeros_like(bad), where=every > 0)
    return float(np.sum(np.diff(bad, prepend=0.0) * precision) / bad[-1])


def _capture(bad: np.ndarray, every: np.ndarray, share: float) -> float:
    """Share of all crises among the riskiest `share` of the rows; ties are shared out evenly."""
    wanted = share * every[-1]
    return float(np.interp(wanted, np.append(0.0, every), np.append(0.0, bad)) / bad[-1])


def _logit(probability: np.ndarray) -> np.ndarray:
    inside = np.clip(probability, EDGE, 1.0 - EDGE)
    return np.asarray(np.log(inside / (1.0 - inside)))
