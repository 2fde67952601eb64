"""The five classes: where each begins, how many shops are in it, and what happened to such shops before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.reports.facts import MonthFacts

if TYPE_CHECKING:
    from sbwarn.releases.record import LevelFacts, Release


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """One class, this month and in the release's test."""

    level: str
    shops: int
    """Shops in it this month."""
    share: float
    """Share of the scored shops; NaN if none was scored."""
    before: float
    """Share of the scored shops in less risky classes: where its part of the bar begins; 0 if none was scored."""
    facts: LevelFacts | None
    """Where it begins, and the crisis rate that was observed; None if the release does not know the class."""


def class_rows(facts: MonthFacts, release: Release) -> tuple[ClassRow, ...]:
    """The classes, least risky first."""
    known = {level.level: level for level in release.levels}
    rows: list[ClassRow] = []
    passed = 0
    for level, shops in facts.by_level.items():
        rows.append(
            ClassRow(
                level=level,
                shops=shops,
                share=shops / facts.scored if facts.scored else float("nan"),
                before=passed / facts.scored if facts.scored else 0.0,
                facts=known.get(level),
            )
        )
        passed += shops
    return tuple(rows)


def rate_scale(rows: tuple[ClassRow, ...]) -> float:
    """The highest end of the observed rates' intervals: the right edge of their drawing; 1 if none is known."""
    ends = [row.facts.high for row in rows if row.facts is not None and row.facts.n]
    return max(ends, default=1.0) or 1.0
