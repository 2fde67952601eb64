"""Scores as a table with the columns of `scores.parquet`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sbwarn.consult.origin import origin_of
from sbwarn.scoring.month import score_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.scoring.record import Score


def frame(scores: Sequence[Score]) -> pd.DataFrame:
    """One row a score, in their order.

    Raises:
        SettingError: a score was read from a file and no longer knows its shop's trade and district.
    """
    facts = {"name": [], "industry_code": [], "district_id": []}  # type: dict[str, list[object]]
    for score in scores:
        origin = origin_of(score)
        shops = origin.panel.shops
        for name, column in zip(facts, (shops.name, shops.industry, shops.district), strict=True):
            facts[name].append(column[origin.place])
    return score_table(scores, pd.DataFrame(facts, dtype=object))
