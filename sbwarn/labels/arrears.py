"""Arrears: a loan payment is late by so many days, where the programme may hold that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.labels.events import Events
from sbwarn.labels.spells import known_lately, spells
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.tables.history import History

LATELY = 3
"""Months in which something has to be known of a shop's loans."""
MATURITY = 1
"""Months beyond the lag until late reports have nearly all come in."""


def arrears(history: History, as_of: pd.Period, *, days: int) -> Events:
    """The first month in which a payment was `days` days late or more; it lasts until a month with fewer is known.

    A shop of whose loans nothing was known in the last three closed months is not asked.
    """
    late, lag = history.whole("days_past_due", as_of), history.dataset.lags["profile"]
    owner, begins, over = _spells(late.values, days)
    return spells(
        late,
        shop_ids=history.as_known(as_of).shops.ids,
        owner=owner,
        begins=begins,
        over=over,
        in_sight=known_lately(~np.isnan(late.values), span=LATELY, least=1),
        months=1,
        lag=lag,
        mature=ordinal(as_of) - lag - MATURITY,
    )


def _spells(late: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shop, first row of each spell, and first row in which it was over (`NEVER` if it lasts); by shop, then by row."""
    turned = np.diff(_as_last_told(late.T, days).astype(int), axis=1, prepend=0)
    owner, begins = np.nonzero(turned > 0)
    end_owner, ends = np.nonzero(turned < 0)
    rows = len(late)
    # The first end after a start, in the order of shops and rows, is its own if it is the same shop's.
    following = np.searchsorted(end_owner * rows + ends, owner * rows + begins)
    end_owner, ends = np.append(end_owner, NEVER), np.append(ends, NEVER)
    return owner, begins, np.where(end_owner[following] == owner, ends[following], NEVER)


def _as_last_told(late: np.ndarray, days: int) -> np.ndarray:
    """Shops × months: True where the last known month was that late; an unknown month changes nothing."""
    told = np.where(np.isnan(late), NEVER, np.arange(late.shape[1]))
    last = np.maximum.accumulate(told, axis=1) if late.shape[1] else told
    return np.asarray((last != NEVER) & np.take_along_axis(late >= days, np.maximum(last, 0), axis=1))
