"""Silent: the shop has reported no sales for some months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.labels.events import FAR, Events
from sbwarn.labels.exclusions import EXCLUSIONS, without_excluded
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.tables.history import History


def silent(history: History, as_of: pd.Period, *, months: int) -> Events:
    """The last month with sales of each shop that has been silent for `months` closed months.

    A reported zero is silence as much as a missing report; a late report ends it.
    """
    shops = history.as_known(as_of).shops
    closed_month = ordinal(as_of) - history.dataset.lags["sales"]
    first_sale, last_sale = history.sales_span(as_of)
    quiet = (last_sale != NEVER) & (last_sale <= closed_month - months)
    return without_excluded(
        tuple(EXCLUSIONS), shops, first_sale, np.where(quiet, last_sale, FAR), mature=closed_month - months
    )
