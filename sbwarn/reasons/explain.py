"""Reasons and strengths: which themes of known indicators push a shop's risk up or down, and how far."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.build import named
from sbwarn.reasons.record import Reason
from sbwarn.reasons.treeshap import treeshap
from sbwarn.releases.predict import HORIZONS

if TYPE_CHECKING:
    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.releases.record import Release

MOST = 4
"""Reasons, and strengths, that are told."""
PER_FAMILY = 2
"""Themes of one family that are told: they tend to say the same thing."""
FAINT = 0.02
"""Log-odds below which a push is noise."""
ALIKE = 0.05
"""Relative distance from the peers' value within which there is nothing to tell."""
NOTHING = 1e-8
"""Distance that is none, where the peers' value is 0."""
SIDE = {"high": 1.0, "low": -1.0, None: 0.0}
"""Direction in which theory sees the risk rise."""


def pushes(release: Release, values: np.ndarray, hazards: np.ndarray, *, horizon: int = 6) -> np.ndarray:
    """How far each indicator moves the risk within a horizon, in log-odds; shops × indicators.

    Exact TreeSHAP of the hazard of each interval up to the horizon, averaged with the intervals' share in the risk.

    Args:
        release: The model.
        values: Shops × indicators, NaN = unknown.
        hazards: Calibrated, shops × intervals.
        horizon: Months ahead: 3, 6 or 12.
    """
    intervals = HORIZONS.index(horizon) + 1
    told, start = treeshap(release.booster, values, [float(interval) for interval in range(intervals)])
    slope = release.calibration.steepness(start, start + told.sum(axis=2))
    share = hazards[:, :intervals] / hazards[:, :intervals].sum(axis=1, keepdims=True)
    weight = slope * share
    found = np.zeros(values.shape)
    for interval in range(intervals):
        found += told[:, interval, :-1] * weight[:, interval, None]
    return found


def tell(
    release: Release, values: np.ndarray, typical: np.ndarray, push: np.ndarray, *, sign: int
) -> list[tuple[Reason, ...]]:
    """For each shop, the themes that push its risk up (`sign` 1) or down (`sign` −1), strongest first.

    A theme pushes as far as its known indicators together, and is told through the strongest of those that may be told.
    Never told: an unknown value, an indicator that the catalogue keeps to itself, a value like everybody's, and one
    that lies on the other side of its peers than the direction in which theory sees the risk.
    """
    facts = named(release.indicators)
    counted = np.where(np.isnan(values), 0.0, sign * push)
    own = np.where(_hidden(facts, values, typical, sign=sign), 0.0, counted)
    members, (total, loudest) = _by_theme(release.themes, counted, own)
    merit = np.where((loudest >= FAINT) & (total >= FAINT), total, 0.0)
    ranking = np.argsort(-merit, axis=1, kind="stable").tolist()
    many = np.count_nonzero(merit, axis=1).tolist()
    told = []
    for shop, themes in enumerate(ranking):
        chosen: list[Reason] = []
        families: dict[str, int] = {}
        for theme in themes[: many[shop]]:
            places = members[theme]
            column = int(places[own[shop, places].argmax()])
            fact = facts[column]
            families[fact.family] = families.get(fact.family, 0) + 1
            if families[fact.family] > PER_FAMILY:
                continue
            chosen.append(
                Reason(
                    indicator=fact.name,
                    value=float(values[shop, column]),
                    peer_value=float(typical[shop, column]),
                    push=sign * float(total[shop, theme]),
                    together=int(np.count_nonzero(counted[shop, places])),
                    group=fact.group,
                    unit=fact.unit,
                    currency=release.currency,
                    beside=fact.beside,
                )
            )
            if len(chosen) == MOST:
                break
        told.append(tuple(chosen))
    return told


def _by_theme(
    themes: tuple[int, ...], counted: np.ndarray, own: np.ndarray
) -> tuple[list[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Columns of each theme; what they push together and the strongest of `own`, shops × themes."""
    by, first, members = _members(themes)
    total = np.add.reduceat(counted.take(by, axis=1), first, axis=1)
    return members, (total, np.maximum.reduceat(own.take(by, axis=1), first, axis=1))


@lru_cache(maxsize=8)
def _members(themes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Columns by theme, where each theme begins among them, and the columns of each."""
    by = np.argsort(themes, kind="stable")
    number = np.array(themes)[by]
    first = np.flatnonzero(np.diff(number, prepend=number[:1] - 1))
    return by, first, np.split(by, first[1:])


def _hidden(
    facts: tuple[Indicator, ...], values: np.ndarray, typical: np.ndarray, *, sign: int
) -> np.ndarray:
    """True where an indicator is not told on this side, shops × indicators."""
    side, silent = _kinds(facts)
    # Told beside its peers' value, a push against the declared direction would sound like nonsense.
    apart = values - typical
    odd = (sign * side * apart < 0) | (np.abs(apart) <= NOTHING + ALIKE * np.abs(typical))
    return np.asarray(np.isnan(values) | odd | silent)


@lru_cache(maxsize=8)
def _kinds(facts: tuple[Indicator, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The risky side of each indicator, and whether the catalogue keeps it to itself."""
    return np.array([SIDE[fact.riskier] for fact in facts]), np.array([not fact.tells for fact in facts])
