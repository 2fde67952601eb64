"""Closed: the register tells a closing date."""

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

MATURITY = 2
"""Months until registers have told nearly all closures."""


def closed(history: History, as_of: pd.Period) -> Events:
    """The month of the closing date of each shop that is known to have closed."""
    shops = history.as_known(as_of).shops
    first_sale, _ = history.sales_span(as_of)
    month = np.where(shops.closed == NEVER, FAR, shops.closed)
    return without_excluded(tuple(EXCLUSIONS), shops, first_sale, month, mature=ordinal(as_of) - MATURITY)


def has_closings(history: History, as_of: pd.Period) -> bool:
    """True if the register had told any closing date by then."""
    return bool((history.as_known(as_of).shops.closed != NEVER).any())
