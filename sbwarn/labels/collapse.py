"""Sales collapse: a fall by three tenths against the trade, three months in a row, measured from the year before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sbwarn.labels.events import Events
from sbwarn.labels.spells import known_lately, spells
from sbwarn.tables.month import YEAR, ordinal
from sbwarn.tables.panel import NEVER

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.tables.history import History

FALL = 0.30
IN_A_ROW = 3
LEAST_KNOWN = 6
"""Months of the year before that have to be known, with sales above nothing."""
LEAST_PEERS = 10
"""Shops of an industry with sales in both months, below which a change is read off all shops."""
MATURITY = 3
"""Months beyond the lag until late and corrected reports have nearly all come in."""
TIE = 1e-9
"""A fall by exactly three tenths is one, whatever the last digit of its logarithm."""


def sales_collapse(history: History, as_of: pd.Period) -> Events:
    """The third month in a row in which a shop sold at most 70 % of what it sold in the year before the first of them.

    Sales are compared as levels: their logarithm less the chain-linked index of the industry, the sum of the median
    changes from month to month among its shops. That takes out season and market at once. The line that a level falls
    below is fixed: the median of the twelve months before the first fallen month, of which six have to be known, less
    30 %. A reported zero has fallen; an unknown month breaks a run of fewer than three. The spell lasts until the
    level is above that line again.

    A shop that ends is no collapse by that: where no sales are reported there is nothing to compare. A shop of which
    fewer than six of the last twelve months are known is not asked: its fall could not be seen.
    """
    sales = history.whole("sales", as_of)
    shops, lag = history.as_known(as_of).shops, history.dataset.lags["sales"]
    owner, begins, over = _collapses(levels(sales.values, shops.industry))
    return spells(
        sales,
        shop_ids=shops.ids,
        owner=owner,
        begins=begins,
        over=over,
        in_sight=known_lately(sales.values > 0, span=YEAR, least=LEAST_KNOWN),
        months=IN_A_ROW,
        lag=lag,
        mature=ordinal(as_of) - lag - MATURITY,
    )


def levels(sales: np.ndarray, industry: np.ndarray) -> np.ndarray:
    """Logarithm of sales less the index of the industry; −∞ for a reported zero, NaN unknown.

    Args:
        sales: Months × shops, ≥ 0, NaN unknown.
        industry: Of each shop.

    >>> shrinking_market = np.array([[100.0, 50.0], [80.0, 40.0]])
    >>> np.diff(levels(shrinking_market, np.array(["cafe", "cafe"])), axis=0).round(9) + 0.0
    array([[0., 0.]])
    """
    with np.errstate(divide="ignore"):
        logs: np.ndarray = np.log(sales)
    changes = np.diff(np.where(np.isfinite(logs), logs, np.nan), axis=0)
    everybody = np.nan_to_num(_medians(changes, least=1))
    for each in np.unique(industry.astype(str)):
        mine = industry == each
        change = _medians(changes[:, mine], least=LEAST_PEERS)
        index = np.cumsum(np.where(np.isnan(change), everybody, change))
        logs[1:, mine] -= index[:, None]
    return logs


def _collapses(level: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shop, row of the third fallen month, and first row above the line again (`NEVER` if there is none).

    By shop, then by row. A run that is over leaves its line behind: the next one is measured from its own year before.
    """
    months, shops = level.shape
    line, is_run = _lines(level), np.zeros(level.shape, dtype=bool)
    starts = max(months - IN_A_ROW + 1, 0)
    is_run[:starts] = np.all(
        [level[step : starts + step] <= line[:starts] for step in range(IN_A_ROW)], axis=0
    )
    over = np.full(level.shape, NEVER)
    fixed, begun, free_from = np.full(shops, np.nan), np.full(shops, NEVER), np.zeros(shops, dtype=int)
    is_event = np.zeros(level.shape, dtype=bool)
    for row in range(IN_A_ROW - 1, months):
        risen = np.flatnonzero((begun != NEVER) & (level[row] > fixed))
        over[begun[risen], risen] = row
        begun[risen], free_from[risen] = NEVER, row
        start = row - IN_A_ROW + 1
        new = np.flatnonzero((begun == NEVER) & is_run[start] & (start >= free_from))
        fixed[new], begun[new] = line[start, new], row
        is_event[row, new] = True
    owner, begins = np.nonzero(is_event.T)
    return owner, begins, over[begins, owner]


def _lines(level: np.ndarray) -> np.ndarray:
    """By month and shop: the level below which a run that begins there has fallen; NaN where the year before is unknown."""
    line = np.full(level.shape, np.nan)
    positive = np.where(np.isfinite(level), level, np.nan)
    for row in range(LEAST_KNOWN, len(level)):
        line[row] = _medians(positive[max(row - YEAR, 0) : row].T, least=LEAST_KNOWN)
    return np.asarray(line + np.log(1.0 - FALL) + TIE)


def _medians(rows: np.ndarray, *, least: int) -> np.ndarray:
    """Median of the known values of each row, NaN where fewer than `least` are known."""
    if not rows.shape[1]:
        return np.full(len(rows), np.nan)
    in_order = np.sort(rows, axis=1)
    known = (~np.isnan(in_order)).sum(axis=1)
    row = np.arange(len(rows))
    low, high = (
        in_order[row, np.maximum(known - 1, 0) // 2],
        in_order[row, np.minimum(known // 2, rows.shape[1] - 1)],
    )
    return np.asarray(np.where(known >= least, (low + high) / 2.0, np.nan))
