"""Arithmetic on windows in which unknown stays unknown: every formula is made of these few pieces."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sbwarn.indicators.mechanism import Column, Window

Kept: TypeAlias = "dict[tuple[object, ...], tuple[Window, Column]]"
MOST_COUNTED = 255
"""Months that a count in one byte can hold."""

_kept: ContextVar[Kept | None] = ContextVar("kept", default=None)


@contextmanager
def keeping() -> Iterator[None]:
    """Within, what is asked again of the same months and shops is not worked out again.

    Only of windows that nobody can write to; their figures cannot be written to either. Each figure is kept with its
    window, so that no other window can come to lie in its place.
    """
    before = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(before)


def mean_known(window: Window, *, least: int = 1) -> Column:
    """Mean of the known months; NaN where fewer than `least` are known.

    >>> mean_known(np.array([[1.0, np.nan], [3.0, 5.0]]), least=2)
    array([ 2., nan])
    """

    def with_care(few: Window) -> Column:
        unknown = np.isnan(few)
        count = len(few) - count_true(unknown)
        total = np.where(unknown, 0.0, few).sum(axis=0)
        mean: Column = np.divide(total, count, out=np.full(count.shape, np.nan), where=count >= least)
        return mean

    return _mended("mean", window, least, lambda whole: np.asarray(whole.sum(axis=0) / len(whole)), with_care)


def sum_known(window: Window, *, least: int = 1) -> Column:
    """Sum of the known months; NaN where fewer than `least` are known."""

    def with_care(few: Window) -> Column:
        unknown = np.isnan(few)
        known = len(few) - count_true(unknown)
        return np.where(known >= least, np.where(unknown, 0.0, few).sum(axis=0), np.nan)

    return _mended("sum", window, least, lambda whole: np.asarray(whole.sum(axis=0)), with_care)


def spread_known(window: Window, *, least: int) -> Column:
    """Standard deviation of the known months (divided by n); NaN where fewer than `least` are known.

    >>> spread_known(np.array([[1.0], [3.0]]), least=2)
    array([1.])
    """

    def plainly(whole: Window) -> Column:
        away = whole - whole.sum(axis=0) / len(whole)
        return np.asarray(np.sqrt(np.multiply(away, away, out=away).sum(axis=0) / len(whole)))

    def with_care(few: Window) -> Column:
        known = ~np.isnan(few)
        count = count_true(known)
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = np.where(known, few, 0.0).sum(axis=0) / count
            square = np.where(known, (few - centre) ** 2, 0.0).sum(axis=0) / count
        return np.where(count >= least, np.sqrt(square), np.nan)

    return _mended("spread", window, least, plainly, with_care)


def count_true(happened: np.ndarray) -> np.ndarray:
    """In how many months of a window something happened.

    >>> count_true(np.array([[True, False], [True, True]]))
    array([2, 1])
    """
    if len(happened) > MOST_COUNTED:
        return np.asarray(happened.sum(axis=0))
    # Added as bytes, several times as fast as whole numbers of eight bytes.
    return np.asarray(happened.view(np.uint8).sum(axis=0, dtype=np.uint8).astype(np.int64))


def _mended(
    what: str,
    window: Window,
    least: int,
    plainly: Callable[[Window], Column],
    with_care: Callable[[Window], Column],
) -> Column:
    """A figure of each column: at once where every month is known, again with care where one is not.

    Args:
        what: Name of the figure.
        window: Months × shops.
        least: Known months without which there is no figure.
        plainly: The figure where every month is known, and NaN elsewhere.
        with_care: The figure from the known months; the same to the last bit where every month is known.
    """
    kept = _kept.get()
    if kept is None or window.flags.writeable:
        return _figure(window, least, plainly, with_care)
    place = window.__array_interface__["data"][0]
    key = (what, least, place, window.shape, window.strides)
    if key not in kept:
        figure = _figure(window, least, plainly, with_care)
        figure.flags.writeable = False
        kept[key] = (window, figure)
    return kept[key][1]


def _figure(
    window: Window, least: int, plainly: Callable[[Window], Column], with_care: Callable[[Window], Column]
) -> Column:
    if len(window) < least:
        return np.full(window.shape[1], np.nan)
    figure = plainly(window)
    gaps = np.isnan(figure).nonzero()[0]
    if len(gaps):
        # Never a single column: NumPy would add it up in another order (see `build`).
        pair = gaps if len(gaps) > 1 else gaps.repeat(2)
        figure[gaps] = with_care(window.take(pair, axis=1))[: len(gaps)]
    return figure


def ratio(above: Column, below: Column) -> Column:
    """above / below; NaN where either is unknown or `below` is not positive.

    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    return np.asarray(above / np.where(below > 0, below, np.nan))


def change(now: Column, before: Column) -> Column:
    """Relative change, now / before − 1; NaN where either is unknown or there was nothing before.

    >>> change(np.array([80.0]), np.array([100.0]))
    array([-0.2])
    """
    return ratio(now, before) - 1.0


def lowest(window: Window, *, least: int = 1) -> Column:
    """Smallest known month; NaN where fewer than `least` are known."""

    def with_care(few: Window) -> Column:
        return np.where(count_true(~np.isnan(few)) >= least, np.fmin.reduce(few, axis=0), np.nan)

    return _mended("lowest", window, least, lambda whole: np.asarray(whole.min(axis=0)), with_care)


def highest(window: Window, *, least: int = 1) -> Column:
    """Largest known month; NaN where fewer than `least` are known."""

    def with_care(few: Window) -> Column:
        return np.where(count_true(~np.isnan(few)) >= least, np.fmax.reduce(few, axis=0), np.nan)

    return _mended("highest", window, least, lambda whole: np.asarray(whole.max(axis=0)), with_care)


def months_since(happened: np.ndarray) -> Column:
    """Rows since the last True of each column, 0 for the last row; NaN where there is none.

    >>> months_since(np.array([[True, False], [False, False]]))
    array([ 1., nan])
    """
    back = np.argmax(happened[::-1], axis=0).astype(float)
    return np.where(happened.any(axis=0), back, np.nan)


def slope_of_log(window: Window, *, least: int) -> Column:
    """Least-squares slope of ln(value) a month over the months with a positive value; NaN where fewer than `least`.

    >>> slope_of_log(np.array([[1.0], [np.e], [np.e**2]]), least=3)
    array([1.])
    """
    usable = window > 0
    count = count_true(usable)
    logs = np.log(np.where(usable, window, 1.0))
    month = np.arange(window.shape[0], dtype=float)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_month = np.where(usable, month, 0.0).sum(axis=0) / count
        mean_log = logs.sum(axis=0) / count
        away = np.where(usable, month - mean_month, 0.0)
        slope = (away * (logs - mean_log)).sum(axis=0) / (away**2).sum(axis=0)
    return np.where(count >= least, slope, np.nan)


def falls(window: Window) -> np.ndarray:
    """True where a known month lies below the known month before it; months − 1 rows."""
    return np.asarray(window[1:] < window[:-1])


def rank_on(grid: Window, value: Column) -> Column:
    """Where a value lies on a grid of ascending quantiles, 0 (lowest) to 1; NaN where either is unknown.

    >>> rank_on(np.array([[0.0], [10.0], [20.0]]), np.array([15.0]))
    array([0.75])
    """
    steps = grid.shape[0] - 1
    below = np.clip((grid <= value).sum(axis=0) - 1, 0, steps - 1)
    low = np.take_along_axis(grid, below[None, :], axis=0)[0]
    high = np.take_along_axis(grid, below[None, :] + 1, axis=0)[0]
    within = np.divide(value - low, high - low, out=np.zeros(np.shape(value)), where=high > low)
    rank = (below + np.clip(within, 0.0, 1.0)) / steps
    return np.where(np.isnan(value) | np.isnan(grid[0]), np.nan, rank)
