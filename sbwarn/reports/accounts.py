"""Where every row that came in went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("rows_in", "used", "excluded", "rejected", "repaired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One table that was read."""

    table: str
    rows_in: int
    used: int
    excluded: int
    rejected: int
    repaired: int
    """Rows among those used of which a value was mended."""

    @property
    def adds_up(self) -> bool:
        """True if no row was lost: rows in are the used, the excluded and the rejected."""
        return self.rows_in == self.used + self.excluded + self.rejected


def accounts(accounting: pd.DataFrame) -> tuple[Account, ...]:
    """One record a row of `table, rows_in, used, excluded, rejected, repaired`.

    >>> import pandas as pd
    >>> row = {"table": "sales", "rows_in": 9, "used": 7, "excluded": 1, "rejected": 1, "repaired": 2}
    >>> accounts(pd.DataFrame([row]))[0].adds_up
    True
    """
    counts = [accounting[name].astype(int).tolist() for name in COLUMNS]
    return tuple(
        Account(
            table=str(table), rows_in=rows, used=used, excluded=excluded, rejected=rejected, repaired=repaired
        )
        for table, rows, used, excluded, rejected, repaired in zip(accounting["table"], *counts, strict=True)
    )
