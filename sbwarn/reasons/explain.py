"""Reasons and strengths: which known indicators push a shop's risk up or down, and how far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.build import named
from sbwarn.reasons.record import Reason
from sbwarn.releases.predict import threads_for

if TYPE_CHECKING:
    from sbwarn.releases.record import Release

MOST = 4
"""Reasons, and strengths, that are told."""
PER_FAMILY = 2
"""Indicators of one family that are told: they tend to say the same thing."""
FAINT = 0.02
"""Log-odds below which a push is noise."""
ALIKE = 0.05
"""Relative distance from the peers' value within which there is nothing to tell."""
TOLD_INTERVALS = 2
"""Reasons explain the risk within six months: the first two intervals."""


def pushes(release: Release, values: np.ndarray, hazards: np.ndarray) -> np.ndarray:
    """How far each indicator moves the six-month risk, in log-odds; shops × indicators.

    Exact TreeSHAP of each interval's hazard, averaged with the intervals' share in the risk.
    """
    count = len(values)
    rows = np.empty((count * TOLD_INTERVALS, values.shape[1] + 1))
    rows[:, :-1] = np.repeat(values, TOLD_INTERVALS, axis=0)
    rows[:, -1] = np.tile(np.arange(TOLD_INTERVALS, dtype=float), count)
    raw = release.booster.predict(
        rows, pred_contrib=True, num_threads=threads_for(len(rows)), validate_features=False
    )
    raw = np.asarray(raw, dtype=float).reshape(count, TOLD_INTERVALS, -1)
    contribution = raw[:, :, : values.shape[1]]
    slope = _steepness(release, raw[:, :, -1], raw.sum(axis=2))
    share = hazards[:, :TOLD_INTERVALS] / hazards[:, :TOLD_INTERVALS].sum(axis=1, keepdims=True)
    first, second = (contribution[:, k] * (slope[:, k] * share[:, k])[:, None] for k in range(TOLD_INTERVALS))
    return np.asarray(first + second)


def _steepness(release: Release, base: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    """How far a push of the model moves the calibrated log-odds, shops × told intervals."""
    every = len(release.calibration.curves) - TOLD_INTERVALS
    start, end = (np.pad(each, ((0, 0), (0, every))) for each in (base, log_odds))
    return release.calibration.steepness(start, end)[:, :TOLD_INTERVALS]


def tell(
    release: Release, values: np.ndarray, typical: np.ndarray, push: np.ndarray, *, sign: int
) -> list[tuple[Reason, ...]]:
    """For each shop, the indicators that push its risk up (`sign` 1) or down (`sign` −1), strongest first.

    Never told: an unknown value, an indicator that the catalogue keeps to itself, a value like everybody's, and one
    that lies on the other side of its peers than the direction in which theory sees the risk.
    """
    facts = named(release.indicators)
    may = np.array([fact.tells for fact in facts])
    side = np.array([{"high": 1.0, "low": -1.0, None: 0.0}[fact.riskier] for fact in facts])
    # Told beside its peers' value, a push against the declared direction would sound like nonsense.
    odd = (sign * side * (values - typical) < 0) | np.isclose(values, typical, rtol=ALIKE)
    strength = np.where(np.isnan(values) | ~may | odd, 0.0, sign * push)
    order = np.argsort(-strength, axis=1, kind="stable")
    told = []
    for shop, ranking in enumerate(order):
        chosen: list[Reason] = []
        families: dict[str, int] = {}
        for column in ranking:
            if strength[shop, column] < FAINT or len(chosen) == MOST:
                break
            fact = facts[column]
            if families.get(fact.family, 0) == PER_FAMILY:
                continue
            families[fact.family] = families.get(fact.family, 0) + 1
            chosen.append(
                Reason(
                    indicator=fact.name,
                    value=float(values[shop, column]),
                    peer_value=float(typical[shop, column]),
                    push=float(push[shop, column]),
                    group=fact.group,
                    unit=fact.unit,
                    currency=release.currency,
                    beside=fact.beside,
                )
            )
        told.append(tuple(chosen))
    return told
