"""The score table for programs: Parquet, with what it is written into the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sbwarn.reports.facts import MonthFacts
    from sbwarn.scoring.month import ScoredMonth


def write_parquet(month: ScoredMonth, facts: MonthFacts, path: Path) -> None:
    """Writes the scores as they are; `attrs` of the table that is read back say what it is, and if it is synthetic."""
    table = month.scores.copy(deep=False)
    table.attrs = {
        "dataset": facts.dataset,
        "as_of": facts.as_of,
        "release": facts.release,
        "synthetic": facts.synthetic,
    }
    table.to_parquet(path, engine="pyarrow", index=False)
