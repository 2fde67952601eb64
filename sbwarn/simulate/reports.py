"""Monthly reports that some of the simulated shops send: who sends them, which are lost, when they become public."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sbwarn.simulate.delivery import delivered, first_days, reporting_days

LOST_REPORTS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """The months in which a shop sends a report; arrays of one length."""

    shop: np.ndarray
    """Position of the shop."""
    column: np.ndarray
    """Month of the window."""

    def of(self, matrix: np.ndarray) -> np.ndarray:
        """The value of each report, out of a matrix of shops and months."""
        values: np.ndarray = matrix[self.shop, self.column]
        return values


def draw_senders(amount: np.ndarray, share: float, *, rng: np.random.Generator) -> Senders:
    """This share of the shops, in every month in which they trade, except for the few reports that get lost."""
    sends = rng.random(len(amount)) < share
    kept = np.isfinite(amount) & sends[:, None] & (rng.random(amount.shape) >= LOST_REPORTS)
    shop, column = np.nonzero(kept)
    return Senders(shop=shop, column=column)


def report_table(
    senders: Senders,
    columns: dict[str, np.ndarray],
    ids: np.ndarray,
    first: int,
    last_day: np.datetime64,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """A monthly table of these columns: most rows public in the next month, some later."""
    month = first + senders.column
    table = pd.DataFrame(
        {
            "shop_id": pd.Series(ids, dtype="str").take(senders.shop).array,
            "month": first_days(month).astype("datetime64[s]"),
            **columns,
            "known_on": reporting_days(month, rng).astype("datetime64[s]"),
        }
    )
    return delivered(table, last_day)
