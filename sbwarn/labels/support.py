"""Help that shops received: what a label has to know, because a shop that was helped tells less of the model's error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.labels.events import FAR
from sbwarn.tables.days import day_number, known_days
from sbwarn.tables.month import last_day, ordinals

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.tables.history import History

TABLE = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class Helps:
    """Help as it was known on one day; arrays of one length, by shop, then by month."""

    shop_ids: np.ndarray
    month: np.ndarray
    """Month in which the help began (ordinal)."""

    @property
    def none(self) -> bool:
        """True if nobody is known to have been helped."""
        return not len(self.shop_ids)

    def after(self, shop_ids: np.ndarray, month: int) -> np.ndarray:
        """Month of the first help of each shop that began after a month; `FAR` if none is known.

        Args:
            shop_ids: In any order.
            month: Ordinal; help that began within it is not after it.

        >>> Helps(shop_ids=np.array(["A", "A"]), month=np.array([5, 8])).after(np.array(["B", "A"]), 5) == [FAR, 8]
        array([ True,  True])
        """
        later = self.month > month
        helped, first = np.unique(self.shop_ids[later], return_index=True)
        if not len(helped):
            return np.full(len(shop_ids), FAR)
        place = np.minimum(np.searchsorted(helped, shop_ids), len(helped) - 1)
        return np.where(helped[place] == shop_ids, self.month[later][first[place]], FAR)


def helps_of(history: History, as_of: pd.Period) -> Helps:
    """The help that was public on the last day of `as_of`; none where the data set does not hold the table.

    Help that says no day of publication was public on the day on which it began.
    """
    rows = history.dataset.tables.get(TABLE)
    if rows is None or not len(rows):
        return Helps(shop_ids=np.zeros(0, dtype=str), month=np.zeros(0, dtype=np.int64))
    began = rows["began_on"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    public = known_days(rows, began) <= day_number(last_day(as_of))
    shop_ids = rows["shop_id"].to_numpy(dtype=object)[public].astype(str)
    month = ordinals(rows["began_on"])[public]
    order = np.lexsort((month, shop_ids))
    return Helps(shop_ids=shop_ids[order], month=month[order])
