"""A whole city scored as of one month: the tables that reports, watch list and ledger read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sbwarn.scoring.record import Score

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release

SCORE_COLUMNS = (
    "shop_id", "as_of", "name", "industry_code", "district_id",
    "risk_3m", "risk_6m", "risk_12m", "low_6m", "high_6m", "level", "percentile", "depth", "known_share",
    "reasons", "strengths", "reasons_ko", "reasons_en", "strengths_ko", "strengths_en", "unknown", "status",
    "release", "demonstration",
)  # fmt: skip
"""Columns of `scores.parquet`. `reasons` and `strengths` hold indicator names joined by a space, the `_ko` and
`_en` columns the sentences joined by a line break; `unknown` holds input names joined by a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredMonth:
    """Everything that is said of one month, before anybody writes it down."""

    as_of: str
    dataset: str
    currency: str
    synthetic: bool
    """True if the data set is a simulated city."""
    scores: pd.DataFrame
    """`SCORE_COLUMNS`, one row for each shop known as of the month, in the order of `shop_id`."""
    sales: pd.DataFrame
    """Sales of the last 24 closed months: index `shop_id` in the same order, columns "YYYY-MM"; NaN unknown."""
    districts: pd.DataFrame
    """`district_id, name, name_en` …; one row for each district that occurs, names falling back to the code."""
    release: Release
    peers: PeerTable
    """The month's peers: hand them to `score_business(peers=…)` for the same figures."""


def score_table(scores: Iterable[Score], facts: pd.DataFrame) -> pd.DataFrame:
    """`SCORE_COLUMNS`, one row a score; `facts` gives name, industry and district in the same order."""
    rows = [_row(score) for score in scores]
    table = pd.DataFrame(rows, columns=[name for name in SCORE_COLUMNS if name not in _FACTS])
    for name in _FACTS:
        table[name] = facts[name].to_numpy()
    return table[list(SCORE_COLUMNS)]


_FACTS = ("name", "industry_code", "district_id")


def _row(score: Score) -> dict[str, object]:
    low, high = score.interval[6]
    return {
        "shop_id": score.shop_id,
        "as_of": score.as_of,
        "risk_3m": score.risk[3],
        "risk_6m": score.risk[6],
        "risk_12m": score.risk[12],
        "low_6m": low,
        "high_6m": high,
        "level": score.level,
        "percentile": score.percentile,
        "depth": score.depth,
        "known_share": score.known_share,
        "reasons": " ".join(reason.indicator for reason in score.reasons),
        "strengths": " ".join(reason.indicator for reason in score.strengths),
        "reasons_ko": "\n".join(reason.text("ko") for reason in score.reasons),
        "reasons_en": "\n".join(reason.text("en") for reason in score.reasons),
        "strengths_ko": "\n".join(reason.text("ko") for reason in score.strengths),
        "strengths_en": "\n".join(reason.text("en") for reason in score.strengths),
        "unknown": " ".join(each.name for each in score.unknown),
        "status": score.status,
        "release": score.release,
        "demonstration": score.demonstration,
    }
