"""Arithmetic on windows in which unknown stays unknown: every formula is made of these few pieces.

A figure of several months is joined from figures of fewer months along a tree that hangs on their number alone: the last
twelve months of two halves, six of two quarters, down to the single month. It is the same to the last bit whatever
was asked before, of whom beside, and whether one month was asked about or many in a row (see `keeping`).
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from sbwarn.indicators.mechanism import Column, Window

OfRows: TypeAlias = "Callable[..., np.ndarray]"
"""What is made of the same rows of one window or more, value by value. A function of a module, never a lambda: by it
what is kept is found again."""
PARTS = (24, 12, 6, 3, 1)
"""Months of which longer windows are made: the longest that leaves something ends with the last month."""
AHEAD = 11
"""Months that are worked out with the one that is asked for, where somebody walks along them."""
FEW = 2
"""Shops up to which months are added one by one."""
MOST_COUNTED = 255
"""Months that a count in one byte can hold: bytes are added several times as fast as numbers of eight."""


class _Kept:
    """What has been worked out, each with the arrays that it was made of: no others can come to lie in their place."""

    __slots__ = ("figures", "parts")

    def __init__(self) -> None:
        self.figures: dict[Hashable, dict[int, np.ndarray]] = {}
        """By kind of figure, by the address of the first month."""
        self.parts: dict[Hashable, tuple[dict[Hashable, np.ndarray], tuple[Window, ...]]] = {}
        """What several figures of the same months are made of."""


_kept: ContextVar[_Kept | None] = ContextVar("kept", default=None)


@contextmanager
def keeping() -> Iterator[None]:
    """Within, what is asked again of the same months and shops is not worked out again.

    Only of arrays that nobody can write to; their figures cannot be written to either.
    """
    before = _kept.set(_Kept())
    try:
        yield
    finally:
        _kept.reset(before)


def mean_known(window: Window, *, least: int = 1) -> Column:
    """Mean of the known months; NaN where fewer than `least` are known.

    >>> mean_known(np.array([[1.0, np.nan], [3.0, 5.0]]), least=2)
    array([ 2., nan])
    """
    return _mean(_itself, (window,), least)


def mean_ratio(above: Window, below: Window, *, least: int = 1) -> Column:
    """Mean of above / below over the months in which it is known (see `ratio`); NaN where fewer than `least` are.

    >>> mean_ratio(np.array([[6.0], [9.0]]), np.array([[2.0], [0.0]]))
    array([3.])
    """
    return _mean(ratio, (above, below), least)


def _mean(value: OfRows, windows: tuple[Window, ...], least: int) -> Column:
    def mean(months: _Months) -> Column:
        return months.total(value) / months.known(value, least)

    return _figure(("mean", value, least), mean, *windows)


def sum_known(window: Window, *, least: int = 1) -> Column:
    """Sum of the known months; NaN where fewer than `least` are known."""

    def added(months: _Months) -> Column:
        return months.total(_itself) + months.known(_itself, least, times=0)

    return _figure(("sum", least), added, window)


def spread_known(window: Window, *, least: int) -> Column:
    """Standard deviation of the known months (divided by n); NaN where fewer than `least` are known.

    >>> spread_known(np.array([[1.0], [3.0]]), least=2)
    array([1.])
    """

    def spread(months: _Months) -> Column:
        count = months.known(_itself, least)
        centre = months.total(_itself) / count
        # No square is below 0: the larger of the two is the square, or 0 in the place of an unknown one.
        away = months.cube(*months.windows) - centre
        away *= away
        squares = _in_turn(np.fmax(away, 0.0, out=away))
        return np.asarray(np.sqrt(squares / count))

    return _figure(("spread", least), spread, window)


def lowest(window: Window, *, least: int = 1) -> Column:
    """Smallest known month; NaN where fewer than `least` are known."""
    return _extreme(np.fmin, _itself, (window,), least)


def highest(window: Window, *, least: int = 1) -> Column:
    """Largest known month; NaN where fewer than `least` are known."""
    return _extreme(np.fmax, _itself, (window,), least)


def lowest_ratio(above: Window, below: Window, *, least: int = 1) -> Column:
    """Smallest known above / below of the months (see `ratio`); NaN where fewer than `least` are known.

    >>> lowest_ratio(np.array([[6.0], [9.0]]), np.array([[2.0], [9.0]]))
    array([1.])
    """
    return _extreme(np.fmin, ratio, (above, below), least)


def _extreme(join: np.ufunc, value: OfRows, windows: tuple[Window, ...], least: int) -> Column:
    def extreme(months: _Months) -> Column:
        found = months.joined(months.values(value), join)
        return found + months.known(value, least, times=0)

    return _figure((join, value, least), extreme, *windows)


def median_known(window: Window, *, least: int = 1) -> Column:
    """Median of the known months; NaN where fewer than `least` are known.

    >>> median_known(np.array([[9.0, 9.0], [1.0, np.nan], [2.0, 1.0]]))
    array([2., 5.])
    """
    if not len(window):
        return np.full(window.shape[1:], np.nan)
    rows = list(np.where(np.isnan(window), np.inf, window))
    for low, high in _exchanges(len(rows)):
        rows[low], rows[high] = np.minimum(rows[low], rows[high]), np.maximum(rows[low], rows[high])
    count = count_where(is_known, window)
    in_order, shop = np.concatenate(rows), np.arange(window.shape[1])
    # Of two middle months their mean; of one, that month twice. Where none is known this is never told.
    lower, upper = (
        np.clip(place, 0, len(rows) - 1) * len(shop) + shop for place in ((count - 1) // 2, count // 2)
    )
    middle = (in_order.take(lower) + in_order.take(upper)) / 2.0
    return np.where(count >= max(least, 1), middle, np.nan)


@cache
def _exchanges(count: int) -> tuple[tuple[int, int], ...]:
    """Pairs of rows to be put in order, one pair after the other, until all rows are in order.

    Source: Batcher's merge exchange; Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M.

    >>> _exchanges(4)
    ((0, 2), (1, 3), (0, 1), (2, 3), (1, 2))
    """
    pairs: list[tuple[int, int]] = []
    top = 1 << max((count - 1).bit_length() - 1, 0)
    size = top
    while size:
        reach, residue, step = top, 0, size
        while True:
            pairs += [(low, low + step) for low in range(count - step) if low & size == residue]
            if reach == size:
                break
            step, reach, residue = reach - size, reach // 2, size
        size //= 2
    return tuple(pairs)


def latest_known(window: Window) -> Column:
    """The last known value of each column; NaN where none is known.

    >>> latest_known(np.array([[1.0, 2.0], [3.0, np.nan]]))
    array([3., 2.])
    """
    return first_known(window[::-1])


def first_known(window: Window) -> Column:
    """The first known value of each column; NaN where none is known.

    >>> first_known(np.array([[1.0, np.nan], [3.0, 2.0]]))
    array([1., 2.])
    """
    return _figure("first", lambda months: months.joined(months.windows[0], _or_else).copy(), window)


def _or_else(first: Column, second: Column) -> Column:
    return np.where(np.isnan(first), second, first)


def count_where(test: OfRows, *windows: Window) -> np.ndarray:
    """In how many months something happened, by a test of their rows.

    >>> count_where(np.less, np.array([[1.0], [5.0]]), np.array([[2.0], [2.0]]))
    array([1])
    """
    return _figure(
        ("count", test), lambda months: months.counted(test(*months.windows)).astype(np.int64), *windows
    )


def streak_where(test: OfRows, *windows: Window) -> np.ndarray:
    """For how many months in a row something has happened, up to the last, by a test of their rows.

    >>> streak_where(np.isnan, np.array([[np.nan, 1.0], [np.nan, np.nan]]))
    array([2, 1])
    """
    return _figure(("streak", test), lambda months: _streak(months, test(*months.windows)), *windows)


def months_since_where(test: OfRows, *windows: Window) -> Column:
    """Months since something happened last, 0 for the last; NaN if it never did; by a test of their rows.

    >>> months_since_where(np.isnan, np.array([[np.nan, 1.0], [3.0, 2.0]]))
    array([ 1., nan])
    """
    return _figure(
        ("since", test), lambda months: _since(months, np.logical_not(test(*months.windows))), *windows
    )


def months_since(happened: np.ndarray) -> Column:
    """Rows since the last True of each column, 0 for the last row; NaN where there is none.

    >>> months_since(np.array([[True, False], [False, False]]))
    array([ 1., nan])
    """
    return _figure("since", lambda months: _since(months, np.logical_not(*months.windows)), happened)


def _since(months: _Months, missed: np.ndarray) -> Column:
    streak = _streak(months, missed)
    return np.where(streak < months.count, streak, np.nan)


def _streak(months: _Months, happened: np.ndarray) -> np.ndarray:
    *earlier, last = months.along(months.as_numbers(happened))
    running, streak = last.copy(), last.copy()
    for month in reversed(earlier):
        running &= month
        streak += running
    return streak.astype(np.int64)


def is_known(month: Column) -> np.ndarray:
    """True where a value is known."""
    return ~np.isnan(month)


def both_known(month: Column, other: Column) -> np.ndarray:
    """True where two values are known."""
    return ~(np.isnan(month) | np.isnan(other))


def is_zero(month: Column) -> np.ndarray:
    """True where a value is known and exactly zero."""
    return np.asarray(month == 0)


def is_positive(month: Column) -> np.ndarray:
    """True where a value is known and above zero."""
    return np.asarray(month > 0)


def count_true(happened: np.ndarray) -> np.ndarray:
    """In how many months of a window something happened.

    >>> count_true(np.array([[True, False], [True, True]]))
    array([2, 1])
    """
    return _figure("count", _counted, happened)


def _counted(months: _Months) -> np.ndarray:
    return months.counted(*months.windows).astype(np.int64)


def falls(window: Window) -> np.ndarray:
    """True where a known month lies below the known month before it; months − 1 rows."""
    return np.asarray(window[1:] < window[:-1])


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


def slope_of_log(window: Window, *, least: int) -> Column:
    """Least-squares slope of ln(value) a month over the months with a positive value; NaN where fewer than `least`.

    >>> slope_of_log(np.array([[1.0], [np.e], [np.e**2]]), least=3)
    array([1.])
    """

    def slope(months: _Months) -> Column:
        count = months.known(_log, least)
        mean = months.total(_log) / count
        logs = months.cube(_filled(months.values(_log)))
        used = months.cube((months.windows[0] > 0).astype(float))
        # Half months from the middle of the window: whole numbers, so that their sums are exact.
        step = np.arange(1.0 - months.count, months.count, 2.0)[:, None, None]
        middle, square, along = (_in_turn(each) for each in (step * used, step * step * used, step * logs))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(2.0 * (along - middle * mean) / (square - middle * middle / count))

    return _figure(("slope", least), slope, window)


def _log(month: Column) -> Column:
    return np.log(np.where(month > 0, month, np.nan))


def rank_on(grid: Window, value: Column) -> Column:
    """Where a value lies on a grid of ascending quantiles, 0 (lowest) to 1; NaN where either is unknown.

    >>> rank_on(np.array([[0.0], [10.0], [20.0]]), np.array([15.0]))
    array([0.75])
    """
    steps, shops = grid.shape[0] - 1, grid.shape[1]
    below = np.minimum(np.maximum(count_true(grid <= value) - 1, 0), steps - 1)
    at, flat = below * shops + np.arange(shops), grid.ravel()
    low, high = flat.take(at), flat.take(at + shops)
    within = np.divide(value - low, high - low, out=np.zeros(shops), where=high > low)
    rank = (below + np.minimum(np.maximum(within, 0.0), 1.0)) / steps
    return np.where(np.isnan(value) | np.isnan(grid[0]), np.nan, rank)


class _Months:
    """A window and those that follow on it month by month: each row of a figure is about one of them."""

    __slots__ = ("_parts", "count", "windows")

    def __init__(self, windows: tuple[Window, ...], count: int, parts: dict[Hashable, np.ndarray]) -> None:
        self.windows = windows
        self.count = count
        """Months in each window."""
        self._parts = parts

    def values(self, value: OfRows) -> np.ndarray:
        """The value in every month."""
        return self._once(value, lambda: value(*self.windows))

    def total(self, value: OfRows) -> Column:
        """Sum of the known values."""
        return self._once(("total", value), lambda: self.joined(_filled(self.values(value)), np.add))

    def known(self, value: OfRows, least: int, *, times: int = 1) -> Column:
        """In how many months the value is known, times so much; NaN where it is in fewer than `least`."""
        unknown = self._once(("unknown", value), lambda: self.counted(np.isnan(self.values(value))))
        return _answers(self.count, least, times).take(unknown, mode="clip")

    def counted(self, happened: np.ndarray) -> np.ndarray:
        """In how many months something happened."""
        return self.joined(self.as_numbers(happened), np.add)

    def as_numbers(self, happened: np.ndarray) -> np.ndarray:
        """1 for True, 0 for False, in as few bytes as hold the count."""
        return happened.view(np.uint8) if self.count <= MOST_COUNTED else happened.astype(np.int64)

    def along(self, rows: np.ndarray) -> list[np.ndarray]:
        """The first row of each window, the second of each, and so on."""
        following = len(rows) - self.count + 1
        return [rows[number : number + following] for number in range(self.count)]

    def cube(self, rows: np.ndarray) -> np.ndarray:
        """The rows of each window: months × windows × shops."""
        return rows[:, None] if len(rows) == self.count else np.stack(self.along(rows))

    def joined(self, rows: np.ndarray, join: OfRows) -> np.ndarray:
        """The rows of each window, joined along the tree."""
        following = len(rows) - self.count + 1
        if following == 1 and join is np.add:
            if rows.dtype.kind != "f":
                # Whole numbers: the tree does not matter.
                return np.add.reduce(rows, axis=0, dtype=rows.dtype, keepdims=True)
            if rows.shape[1] <= FEW:
                return np.array([[_added(shop) for shop in rows.T.tolist()]])

        def part(start: int, stop: int) -> np.ndarray:
            if stop - start == 1:
                return rows[start : start + following]
            if following == 1 and stop - start in PARTS:
                return _branch(rows[start:stop], join)
            cut = stop - _last_part(stop - start)
            return np.asarray(join(part(start, cut), part(cut, stop)))

        return part(0, self.count)

    def _once(self, what: Hashable, work: Callable[[], np.ndarray]) -> np.ndarray:
        if what not in self._parts:
            self._parts[what] = work()
        return self._parts[what]


def _figure(what: Hashable, work: Callable[[_Months], np.ndarray], *windows: Window) -> np.ndarray:
    """A figure of a window, or of several of the same months, worked out unless it is kept.

    Where that of the month before is kept, somebody walks along the months: it is worked out for the next ones in memory,
    too, in one go. Each still hangs on the rows of its own window alone.
    """
    if not len(windows[0]):
        windows = tuple([_of_nothing(window) for window in windows])
    kept, count = _kept.get(), len(windows[0])
    if kept is None or any(window.flags.writeable for window in windows):
        return np.asarray(work(_Months(windows, count, {}))[0])
    at, step = _address(windows[0]), windows[0].strides[0]
    # Windows that lie equally far apart are the same ones in another month.
    form = tuple([(_address(window) - at, window.strides, window.shape) for window in windows])
    shelf = kept.figures.setdefault((what, form), {})
    if at not in shelf:
        more = 0
        if at - step in shelf:
            room = min([_rows_behind(window) for window in windows])
            while more < room and at + (more + 1) * step not in shelf:
                more += 1
        run = tuple([_with_rows_behind(window, more) for window in windows])
        parts, _ = kept.parts.setdefault((form, at, more), ({}, windows))
        figures = work(_Months(run, count, parts))
        figures.flags.writeable = False
        shelf |= {at + number * step: figure for number, figure in enumerate(figures)}
    return shelf[at]


def _of_nothing(window: Window) -> Window:
    """One month in which nothing is known, and nothing happened: what is said of it is said of no months."""
    return np.full((1, *window.shape[1:]), np.nan if window.dtype.kind == "f" else 0, window.dtype)


def _rows_behind(window: Window) -> int:
    """How many rows of the same kind lie behind a window in the array that it is a part of, up to `AHEAD`."""
    whole, (step, *others) = window.base, window.strides
    if not isinstance(whole, np.ndarray) or not whole.flags.forc or step <= 0 or min(others, default=1) <= 0:
        return 0
    inside = _address(whole) + whole.nbytes - _address(window[-1])
    row = window.itemsize + sum(
        (size - 1) * stride for size, stride in zip(window.shape[1:], others, strict=True)
    )
    return int(min((inside - row) // step, AHEAD))


def _with_rows_behind(window: Window, more: int) -> Window:
    if not more:
        return window
    shape = (len(window) + more, *window.shape[1:])
    return np.lib.stride_tricks.as_strided(window, shape, window.strides, writeable=False)


def _address(window: Window) -> int:
    return int(window.__array_interface__["data"][0])


def _added(months: list[float]) -> float:
    """Sum of some months along the tree: for a shop or two numbers of Python are faster than arrays, and the same."""
    count = len(months)
    if count == 1:
        return months[0]
    if count == 3:  # noqa: PLR2004 - the smallest part but one
        return months[0] + months[1] + months[2]
    cut = count - _last_part(count)
    return _added(months[:cut]) + _added(months[cut:])


def _branch(rows: np.ndarray, join: OfRows) -> np.ndarray:
    """Three months or a doubling of that joined along the tree, a storey at a time: few calls matter for one shop."""
    storey = join(join(rows[0::3], rows[1::3]), rows[2::3])
    while len(storey) > 1:
        storey = join(storey[0::2], storey[1::2])
    return np.asarray(storey)


def _in_turn(cube: np.ndarray) -> np.ndarray:
    """Sum over the months, one after the other however many shops there are: a plain sum would add one shop pairwise."""
    return np.asarray(np.add.accumulate(cube, axis=0, out=cube)[-1] + 0.0)


@cache
def _last_part(count: int) -> int:
    return next(part for part in PARTS if part < count)


@cache
def _answers(months: int, least: int, times: int) -> np.ndarray:
    """By number of unknown months: NaN if too few are known, else how many are, `times` so much."""
    known = np.arange(max(months, 1), -1, -1)
    return np.where((known >= max(least, 1)) & (known <= months), known * float(times), np.nan)


def _filled(month: Column) -> Column:
    return np.where(np.isnan(month), 0.0, month)


def _itself(month: Column) -> Column:
    return month
