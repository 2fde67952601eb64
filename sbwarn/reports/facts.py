"""What a month's scores come to: the counts that page, workbook and summary share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.reports.expected import Expected, expected_crises
from sbwarn.scoring.record import LEVELS

if TYPE_CHECKING:
    from sbwarn.scoring.month import ScoredMonth

URGENT = ("alert", "severe")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """The month in a handful of numbers."""

    dataset: str
    as_of: str
    release: str
    currency: str
    synthetic_data: bool
    """True if the shops are simulated."""
    demonstration: bool
    """True if the model learnt from a simulated city."""
    shops: int
    scored: int
    by_level: Mapping[str, int]
    """Scored shops in each of the five classes, least risky first; 0 where there are none."""
    by_status: Mapping[str, int]
    """Shops that were not scored by the reason why, most first."""
    expected: Expected
    """Crises within six months among the scored shops."""

    @property
    def synthetic(self) -> bool:
        """True if any risk of this month rests on simulated data."""
        return self.synthetic_data or self.demonstration

    @property
    def urgent(self) -> int:
        """Shops in the two worst classes."""
        return sum(self.by_level[level] for level in URGENT)

    @property
    def urgent_share(self) -> float:
        """Share of the scored shops in the two worst classes; NaN if none was scored."""
        return self.urgent / self.scored if self.scored else float("nan")

    @property
    def not_scored(self) -> int:
        """Shops without a score."""
        return self.shops - self.scored


def month_facts(month: ScoredMonth) -> MonthFacts:
    """The counts of one scored month."""
    scores = month.scores
    is_scored = (scores["status"] == "scored").to_numpy(bool)
    levels = scores["level"][is_scored].value_counts()
    statuses = scores["status"][~is_scored].value_counts()
    return MonthFacts(
        dataset=month.dataset,
        as_of=month.as_of,
        release=month.release.id,
        currency=month.currency,
        synthetic_data=month.synthetic,
        demonstration=month.release.demonstration,
        shops=len(scores),
        scored=int(is_scored.sum()),
        by_level={level: int(levels.get(level, 0)) for level in LEVELS},
        by_status={
            str(status): int(n)
            for status, n in sorted(statuses.items(), key=lambda one: (-one[1], str(one[0])))
        },
        expected=expected_crises(scores["risk_6m"].to_numpy(float)[is_scored]),
    )
