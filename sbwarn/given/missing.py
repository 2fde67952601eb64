"""What is not known: None, NaN, NaT, NA and what people write where they know nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from sbwarn.given.plain import plain
from sbwarn.tables.check import BLANK

UNTOLD = frozenset(
    {*BLANK, "na", "n/a", "#n/a", "nan", "null", "none", "nat", "<na>", "미상", "모름", "결측", "자료없음"}
)
"""Where an amount, a month or a day is wanted; a shop may well be called "NA". `없음` is not here: it may mean zero."""


def is_missing(value: object) -> bool:
    """True for None, NaN, NaT and NA, and for texts that agencies leave where they know nothing.

    >>> is_missing(np.nan), is_missing(" - "), is_missing("NA"), is_missing(0)
    (True, True, False, False)
    """
    if isinstance(value, str):
        return plain(value) in BLANK
    if isinstance(value, (float, np.floating, date, np.datetime64)):
        return bool(pd.isna(value))
    if isinstance(value, Decimal):
        return value.is_nan()
    return value is None or value is pd.NA


def is_untold(value: object) -> bool:
    """The same where an amount, a month or a day is wanted: there "NA" and "미상" are no values either.

    >>> is_untold("NA"), is_untold("closed")
    (True, False)
    """
    return plain(value).lower() in UNTOLD if isinstance(value, str) else is_missing(value)
