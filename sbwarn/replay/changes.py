"""What changed for a shop between two of its scores: months and facts that became known, and what moved its risk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.build import build, named
from sbwarn.messages import Language, number, say
from sbwarn.reasons.explain import FAINT, MOST, PER_FAMILY
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.replay.recorded import FACTS, POSITION
from sbwarn.tables.panel import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.replay.recorded import Recorded
    from sbwarn.tables.panel import Panel

CERTAIN = 1e-12
"""Distance that a risk keeps from 0 and 1, so that its log-odds are a number."""
PLACE = "place"
"""How a change of longitude, latitude or both is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Months and facts in which two records of a shop differ."""

    new: Mapping[str, tuple[str, ...]]
    """By table, months that had not closed at the earlier score."""
    corrected: Mapping[str, tuple[str, ...]]
    """By table, months that had closed then and now hold another value: corrected, told late, or withdrawn."""
    facts: tuple[str, ...]
    """Names of facts that are another value now, or known in one of the two alone."""

    def lines(self, language: Language | None = None) -> list[str]:
        """A sentence for each kind of news that there is."""
        told = []
        for kind, months in (("new", self.new), ("corrected", self.corrected)):
            if months:
                tables = "; ".join(_months_of(table, some, language) for table, some in months.items())
                told.append(say(f"bridge.news_{kind}", into=language, tables=tables))
        if self.facts:
            names = ", ".join(say(f"bridge.facts.{name}", into=language) for name in self.facts)
            told.append(say("bridge.news_facts", into=language, facts=names))
        return told


def news(before: Recorded, after: Recorded) -> News:
    """What the later record holds of the shop that the earlier one does not.

    Args:
        before: The earlier record.
        after: A record of the same shop.
    """
    new: dict[str, set[str]] = {}
    corrected: dict[str, set[str]] = {}
    for quantity, (table, _) in QUANTITIES.items():
        first, closed = before.window(quantity)
        start, end = after.window(quantity)
        was, now = before.monthly.get(quantity, {}), after.monthly.get(quantity, {})
        for month in was.keys() | now.keys():
            # A month that fell out of one of the windows is no news.
            if max(first, start) <= month <= end and was.get(month) != now.get(month):
                (new if month > closed else corrected).setdefault(table, set()).add(month)
    facts = [name for name in FACTS if before.facts.get(name) != after.facts.get(name)]
    return News(
        new={table: tuple(sorted(months)) for table, months in new.items()},
        corrected={table: tuple(sorted(months)) for table, months in corrected.items()},
        facts=tuple(dict.fromkeys(PLACE if name in POSITION else name for name in facts)),
    )


def _months_of(table: str, months: tuple[str, ...], language: Language | None) -> str:
    """Name of a table and its months, as a span where they are several."""
    span = months[0] if len(months) == 1 else f"{months[0]} … {months[-1]}"
    name = say(f"bridge.tables.{table}", into=language)
    return say("bridge.months", into=language, table=name, count=len(months), span=span)


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
