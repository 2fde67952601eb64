"""Which of a shop's own figures moved its risk most between two scores, each as a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.build import build, named
from sbwarn.messages import Language, number, say
from sbwarn.reasons.explain import FAINT, MOST, PER_FAMILY
from sbwarn.releases.predict import HORIZONS, risks

if TYPE_CHECKING:
    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.tables.panel import Panel

CERTAIN = 1e-12
"""Distance that a risk keeps from 0 and 1, so that its log-odds are a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One indicator whose change moved the risk."""

    indicator: str
    before: float
    """The shop's value at the earlier score, in the indicator's unit."""
    after: float
    push: float
    """How far the change moved the risk, in log-odds; above 0 raised it."""
    unit: str
    currency: str

    def text(self, language: Language | None = None) -> str:
        """The sentence about the later value, with the earlier one beside it."""
        before, after = (
            number(value, self.unit, into=language, currency=self.currency)
            for value in (self.before, self.after)
        )
        sentence = say(f"indicators.{self.indicator}.reason", into=language, value=after)
        return say("bridge.moved", into=language, sentence=sentence, before=before)


def log_odds_of(risk: float) -> float:
    """Log-odds of a risk; a risk of 0 or 1 counts as one 10⁻¹² away from it.

    >>> log_odds_of(0.5), round(log_odds_of(0.0), 2)
    (0.0, -27.63)
    """
    held = min(max(risk, CERTAIN), 1.0 - CERTAIN)
    return math.log(held) - math.log1p(-held)


def moved(panel: Panel, peers: PeerTable, release: Release, *, horizon: int) -> tuple[Moved, ...]:
    """The indicators that moved the risk most, strongest first; at most four, two of a family.

    Each indicator is set to its later value while the others keep their earlier ones, and back while the others have
    their later ones; its push is the mean of the two. An indicator that is unknown in either score is not told: that
    something is not known is no reason.

    Args:
        panel: The shop twice: with its earlier figures, and with its later ones.
        peers: What both are compared with.
        release: What both are scored with.
        horizon: Months ahead: 3, 6 or 12.
    """
    facts = named(release.indicators)
    before, after = build(panel, peers, wanted=facts)
    other = np.flatnonzero(~((before == after) | (np.isnan(before) & np.isnan(after))))
    push = _pushes(release, before, after, other, HORIZONS.index(horizon))
    told = [
        (float(push[place]), column)
        for place, column in enumerate(other.tolist())
        if facts[column].tells
        and not np.isnan([before[column], after[column]]).any()
        and abs(push[place]) >= FAINT
    ]
    ranking = sorted(told, key=lambda each: (-abs(each[0]), each[1]))
    return tuple(
        Moved(
            indicator=facts[column].name,
            before=float(before[column]),
            after=float(after[column]),
            push=strength,
            unit=facts[column].unit,
            currency=release.currency,
        )
        for strength, column in _varied(ranking, facts)[:MOST]
    )


def _varied(ranking: list[tuple[float, int]], facts: tuple[Indicator, ...]) -> list[tuple[float, int]]:
    """The ranking with at most two of a family: they tend to say the same thing."""
    families: dict[str, int] = {}
    chosen = []
    for strength, column in ranking:
        family = facts[column].family
        families[family] = families.get(family, 0) + 1
        if families[family] <= PER_FAMILY:
            chosen.append((strength, column))
    return chosen


def _pushes(
    release: Release, before: np.ndarray, after: np.ndarray, other: np.ndarray, column: int
) -> np.ndarray:
    """Log-odds that each changed indicator moves, from both ends."""
    count = len(other)
    rows = np.concatenate(
        [before[None], np.tile(before, (count, 1)), np.tile(after, (count, 1)), after[None]]
    )
    place = np.arange(count)
    rows[1 + place, other] = after[other]
    rows[1 + count + place, other] = before[other]
    _, risk = risks(release.booster, release.calibration, rows)
    odds = np.array([log_odds_of(float(each)) for each in risk[:, column]])
    forward, backward = odds[1 : 1 + count] - odds[0], odds[-1] - odds[1 + count : -1]
    return np.asarray((forward + backward) / 2.0)
