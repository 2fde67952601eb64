"""The pieces of every formula: against NumPy's own, to the last bit in any company, and whatever is kept."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sbwarn.indicators.arithmetic import (
    MOST_COUNTED,
    both_known,
    count_true,
    count_where,
    first_known,
    highest,
    is_known,
    is_positive,
    is_zero,
    keeping,
    latest_known,
    lowest,
    lowest_ratio,
    mean_known,
    mean_ratio,
    median_known,
    months_since,
    months_since_where,
    ratio,
    slope_of_log,
    spread_known,
    streak_where,
    sum_known,
)

NAN = np.nan
LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 18, 23, 24, 25, 36, 37)


def months(count: int, *, shops: int = 40, seed: int = 3) -> np.ndarray:
    """Gaps, zeros, a shop of which nothing is known and one of which everything is."""
    rng = np.random.default_rng(seed)
    values = rng.lognormal(10.0, 1.0, (count, shops))
    values[rng.random(values.shape) < 0.2] = NAN
    values[rng.random(values.shape) < 0.1] = 0.0
    values[:, 0] = NAN
    values[:, 1] = rng.lognormal(10.0, 1.0, count)
    return values


def sealed(values: np.ndarray) -> np.ndarray:
    view = values.view()
    view.flags.writeable = False
    return view


def per_shop(window: np.ndarray, figure, *, least: int = 1) -> np.ndarray:
    """The figure of the known months of each column, one after the other; NaN where too few are known."""
    known = [column[~np.isnan(column)] for column in window.T]
    return np.array([figure(each) if len(each) >= least else NAN for each in known])


FIGURES = {
    "mean": lambda window: mean_known(window, least=2),
    "mean of one": mean_known,
    "sum": lambda window: sum_known(window, least=2),
    "spread": lambda window: spread_known(window, least=2),
    "lowest": lambda window: lowest(window, least=2),
    "highest": highest,
    "median": lambda window: median_known(window, least=2),
    "latest": latest_known,
    "first": first_known,
    "known": lambda window: count_where(is_known, window),
    "zeros": lambda window: count_where(is_zero, window),
    "streak": lambda window: streak_where(is_positive, window),
    "since": lambda window: months_since_where(is_zero, window),
    "falls": lambda window: count_where(np.less, window[1:], window[:-1]),
    "worst step": lambda window: lowest_ratio(window[1:], window[:-1], least=1),
    "mean step": lambda window: mean_ratio(window[1:], window[:-1], least=2),
    "slope": lambda window: slope_of_log(window, least=3),
}
EVERY = pytest.mark.parametrize("name", FIGURES)


# The right number ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", LENGTHS)
@pytest.mark.parametrize("least", [1, 2, 5])
@pytest.mark.parametrize(
    ("figure", "of_one"),
    [(mean_known, np.mean), (sum_known, np.sum), (spread_known, np.std), (lowest, np.min), (highest, np.max),
     (median_known, np.median)],
)  # fmt: skip
def test_a_figure_is_that_of_the_known_months(figure, of_one, count, least):
    window = months(count)

    np.testing.assert_allclose(figure(window, least=least), per_shop(window, of_one, least=least), rtol=1e-12)


@pytest.mark.parametrize("count", [2, 5, 8, 18])
def test_the_slope_is_that_of_a_line_through_the_logarithms(count):
    window = months(count)
    expected = np.full(window.shape[1], NAN)
    for shop, column in enumerate(window.T):
        usable = np.flatnonzero(column > 0)
        if len(usable) >= 2:
            expected[shop] = np.polyfit(usable, np.log(column[usable]), 1)[0]

    np.testing.assert_allclose(slope_of_log(window, least=2), expected, rtol=1e-9, atol=1e-12)


def test_sales_that_never_change_have_no_slope_and_no_spread():
    window = np.full((12, 2), 1_234_567.0)
    window[3:5, 1] = NAN

    np.testing.assert_array_equal(spread_known(window, least=4), [0.0, 0.0])
    np.testing.assert_allclose(slope_of_log(window, least=4), [0.0, 0.0], atol=1e-15)


def test_a_spread_survives_a_large_level():
    window = np.array([[1e15], [1e15 + 2.0]])

    np.testing.assert_array_equal(spread_known(window, least=2), [1.0])


@pytest.mark.parametrize("count", LENGTHS)
def test_a_streak_ends_with_the_last_month(count):
    happened = np.random.default_rng(count).random((count, 30)) < 0.8
    window = np.where(happened, 1.0, 0.0)

    expected = [len(list(itertools.takewhile(bool, column[::-1]))) for column in happened.T]
    np.testing.assert_array_equal(streak_where(is_positive, window), expected)
    since = [float(each) if each < count else NAN for each in expected]
    np.testing.assert_array_equal(months_since_where(is_zero, window), since)
    np.testing.assert_array_equal(months_since(~happened), since)


def test_first_and_latest_known_months_stand_alone():
    window = np.array([[NAN, 1.0, NAN], [4.0, 2.0, NAN], [NAN, 3.0, NAN]])

    np.testing.assert_array_equal(first_known(window), [4.0, 1.0, NAN])
    np.testing.assert_array_equal(latest_known(window), [4.0, 3.0, NAN])


def test_ratios_are_taken_of_months_in_which_both_are_known():
    above = np.array([[6.0, NAN], [9.0, 8.0], [5.0, 1.0]])
    below = np.array([[2.0, 2.0], [0.0, NAN], [1.0, 4.0]])

    np.testing.assert_array_equal(mean_ratio(above, below), [4.0, 0.25])
    np.testing.assert_array_equal(mean_ratio(above, below, least=2), [4.0, NAN])
    np.testing.assert_array_equal(lowest_ratio(above, below), [3.0, 0.25])
    np.testing.assert_array_equal(count_where(both_known, above, below), [3, 1])


def test_more_months_than_a_byte_counts_are_counted():
    window = np.ones((MOST_COUNTED + 3, 2))

    np.testing.assert_array_equal(count_true(window > 0), [258, 258])
    np.testing.assert_array_equal(streak_where(is_positive, window), [258, 258])
    np.testing.assert_array_equal(mean_known(window, least=257), [1.0, 1.0])


def test_of_no_months_nothing_is_known_and_nothing_happened():
    window = np.empty((0, 2))

    for figure in (mean_known, sum_known, lowest, highest, median_known, latest_known, first_known):
        np.testing.assert_array_equal(figure(window), [NAN, NAN])
    np.testing.assert_array_equal(spread_known(window, least=1), [NAN, NAN])
    np.testing.assert_array_equal(count_true(window > 0), [0, 0])
    np.testing.assert_array_equal(months_since(window > 0), [NAN, NAN])


@pytest.mark.parametrize("count", range(1, 11))
def test_rows_are_in_order_after_their_exchanges(count):
    # What puts every mixture of zeros and ones in order puts everything in order (Knuth 5.3.4, theorem Z).
    window = np.array(list(itertools.product([0.0, 1.0], repeat=count))).T

    np.testing.assert_array_equal(median_known(window), np.median(window, axis=0))


# To the last bit ------------------------------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("count", LENGTHS)
def test_no_bit_hangs_on_the_company_of_a_shop(name, count):
    window = months(count)
    together = FIGURES[name](window)

    alone = [FIGURES[name](np.ascontiguousarray(window[:, [shop]]))[0] for shop in range(window.shape[1])]

    np.testing.assert_array_equal(alone, together)


@EVERY
@pytest.mark.parametrize("count", LENGTHS)
def test_no_bit_hangs_on_whether_somebody_walks_along_the_months(name, count):
    history = sealed(months(count + 30))
    windows = [history[start : start + count, 5:25] for start in range(31)]
    apart = [FIGURES[name](window.copy()) for window in windows]

    for order in (windows, windows[::-1], windows[::3] + windows[1::3] + windows[2::3]):
        with keeping():
            for window in order + order:
                number = next(place for place, each in enumerate(windows) if each is window)
                np.testing.assert_array_equal(FIGURES[name](window), apart[number])


@EVERY
def test_what_lies_behind_a_window_may_be_anything(name):
    quantities = sealed(np.stack([months(14, seed=1), months(14, seed=2)]))

    with keeping():
        for table, start in itertools.product(range(2), range(3)):
            window = quantities[table, start : start + 12]
            np.testing.assert_array_equal(FIGURES[name](window), FIGURES[name](window.copy()))


@EVERY
def test_memory_that_was_let_go_is_never_taken_for_another_window(name):
    with keeping():
        for seed in range(30):
            values = months(12, seed=seed)
            np.testing.assert_array_equal(FIGURES[name](sealed(values)), FIGURES[name](values))


@EVERY
def test_windows_that_lie_otherwise_in_the_same_memory_are_others(name):
    values = months(24)
    views = [values[:12], values[::2], values[:12, ::2], values[:12, :20], values[11::-1], values[:6]]

    with keeping():
        for view in views:
            np.testing.assert_array_equal(FIGURES[name](sealed(view)), FIGURES[name](view.copy()))


@EVERY
def test_the_window_is_left_as_it_was(name):
    window = months(12)
    before = window.copy()

    FIGURES[name](window)

    np.testing.assert_array_equal(window, before)


# What is kept ---------------------------------------------------------------------------------------------------------


def test_a_kept_figure_is_the_same_array_and_cannot_be_written_to():
    window = sealed(months(12))

    with keeping():
        mean = mean_known(window)
        assert mean_known(window[:]) is mean
        assert not mean.flags.writeable
    assert mean_known(window) is not mean


def test_what_can_be_written_to_is_asked_anew():
    window = months(12)

    with keeping():
        before = mean_known(window)
        window += 1.0
        np.testing.assert_allclose(mean_known(window), before + 1.0)


def test_who_walks_along_the_months_finds_the_next_ones_ready():
    history = sealed(months(20))

    with keeping():
        first, second = mean_known(history[:12]), mean_known(history[1:13])
        third = mean_known(history[2:14])

    assert third.base is second.base
    assert first.base is not second.base


def test_a_kept_ratio_does_not_hide_another_pair():
    above, below = sealed(months(12, seed=1)), sealed(months(12, seed=2))

    with keeping():
        np.testing.assert_array_equal(mean_ratio(above, below), mean_ratio(above.copy(), below.copy()))
        np.testing.assert_array_equal(mean_ratio(below, above), mean_ratio(below.copy(), above.copy()))
        np.testing.assert_array_equal(mean_ratio(above, above), mean_ratio(above.copy(), above.copy()))
        np.testing.assert_array_equal(ratio(above[0], below[0]), ratio(above[0].copy(), below[0].copy()))
