"""How good a forecast was: discrimination, capture, Brier, calibration, each with n and a 95 % interval.

Intervals come from a bootstrap over shops, not over rows: one shop's months are no independent evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from sbwarn.figures.line import line
from sbwarn.releases.record import Figure

DRAWS = 200
EDGE = 1e-6
RANKING = ("auc", "average_precision", "capture_5", "capture_10")
PROBABILITY = (
    "brier", "brier_skill", "log_loss", "calibration_slope", "calibration_intercept", "calibration_error",
)  # fmt: skip
BANDS = 10
"""Bands of about as many rows each, for the error of calibration."""


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
    shops, ranked = int(owner.max()) + 1, owner[measure.order]
    drawn = [
        measure.ranked(np.bincount(rng.integers(shops, size=shops), minlength=shops).astype(float)[ranked])
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
    measures: Sequence[str] = ("auc",),
) -> Mapping[str, Figure]:
    """By measure of a ranking, ours less theirs; the same shops drawn for both sides."""
    pair = [_Forecast(risk, happened.astype(float), is_probability=False) for risk in (ours, theirs)]
    rng = np.random.default_rng(seed)
    _, owner = np.unique(shop, return_inverse=True)
    shops, ranked = int(owner.max()) + 1, [owner[each.order] for each in pair]
    gaps: dict[str, list[float]] = {name: [] for name in measures}
    for draw in range(draws + 1):
        # The first round is the data as it is.
        count = np.ones(shops) if draw == 0 else np.bincount(rng.integers(shops, size=shops), minlength=shops)
        one, other = (
            each.ranked(count.astype(float)[mine], only=tuple(gaps))
            for each, mine in zip(pair, ranked, strict=True)
        )
        for name, gap in gaps.items():
            gap.append(one[name] - other[name])
    return {
        name: Figure(
            value=gap[0],
            low=float(np.nanquantile(gap[1:], 0.025)),
            high=float(np.nanquantile(gap[1:], 0.975)),
            n=len(ours),
            events=int(happened.sum()),
        )
        for name, gap in gaps.items()
    }


class _Forecast:
    """A forecast sorted once, so that each resample is a pass over the rows."""

    def __init__(self, risk: np.ndarray, happened: np.ndarray, *, is_probability: bool) -> None:
        self.order = np.argsort(-risk, kind="stable")
        """Of the rows, riskiest first."""
        self._happened = happened[self.order]
        ranked = risk[self.order]
        # Rows of equal risk are one step: no order among them is better than another.
        self._step_end = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        self._probability = _Probability(ranked, self._happened) if is_probability else None

    def all(self, weight: np.ndarray) -> dict[str, float]:
        """Every measure, each row counted `weight` times."""
        return self.ranked(weight[self.order])

    def ranked(self, weight: np.ndarray, *, only: tuple[str, ...] = ()) -> dict[str, float]:
        """The same, with the weights in the order of the forecast; `only` these measures, if any are named."""
        bad = np.cumsum(weight * self._happened)[self._step_end]
        every = np.cumsum(weight)[self._step_end]
        wanted = only or (RANKING if self._probability is None else (*RANKING, *PROBABILITY))
        if bad[-1] in (0.0, every[-1]):
            # A resample of few shops may hold one outcome only: it says nothing.
            return dict.fromkeys(wanted, float("nan"))
        found = {name: RANKS[name](bad, every) for name in RANKING if name in wanted}
        if self._probability is not None and not only:
            found |= self._probability.measures(weight, bad[-1] / every[-1])
        return found


class _Probability:
    """What a forecast says as a probability, in the order of the forecast."""

    def __init__(self, risk: np.ndarray, happened: np.ndarray) -> None:
        self._happened, self._odds = happened, _logit(risk)
        self._square = (risk - happened) ** 2
        self._loss = np.logaddexp(0.0, self._odds) - happened * self._odds
        self._gap = risk - happened
        edges = np.quantile(risk, np.linspace(0.0, 1.0, BANDS + 1)[1:-1])
        band = np.searchsorted(edges, risk, side="right")
        # Riskiest first: a band is a run of rows.
        self._band_start = np.flatnonzero(np.append(True, band[1:] != band[:-1]))
        self._line = line(self._odds, happened)

    def measures(self, weight: np.ndarray, base: float) -> dict[str, float]:
        """Every measure of a probability; `base` is the rate of the crises under these weights."""
        total = float(weight.sum())
        brier = float(np.sum(weight * self._square)) / total
        # From the line of all rows it is two steps to that of a resample: the steps shrink as their squares.
        slope, intercept = line(self._odds, self._happened, weight, start=self._line, close=1e-4)
        off = np.add.reduceat(weight * self._gap, self._band_start)
        return {
            "brier": brier,
            "brier_skill": 1.0 - brier / (base * (1.0 - base)),
            "log_loss": float(np.sum(weight * self._loss)) / total,
            "calibration_slope": slope,
            "calibration_intercept": intercept,
            "calibration_error": float(np.abs(off).sum()) / total,
        }


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


RANKS: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "auc": _auc,
    "average_precision": _average_precision,
    "capture_5": partial(_capture, share=0.05),
    "capture_10": partial(_capture, share=0.10),
}
"""From the crises and rows among the riskiest, step by step."""
