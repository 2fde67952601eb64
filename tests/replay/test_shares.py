"""Shares of a change: they add up to it, in whole steps, whatever the order."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sbwarn.replay.shares import STEP, apportioned, in_steps, shapley

NAMES = ("data", "season", "peers", "model")
SETS = [frozenset(some) for size in range(5) for some in combinations(NAMES, size)]


def worth_of(numbers):
    return dict(zip(SETS, numbers, strict=True))


def averaged(worth):
    """Shapley values as the textbook says: the mean of what a switch brings over all orders."""
    brought = dict.fromkeys(NAMES, Fraction(0))
    orders = list(permutations(NAMES))
    for order in orders:
        for place, name in enumerate(order):
            earlier = frozenset(order[:place])
            brought[name] += worth[earlier | {name}] - worth[earlier]
    return {name: total / len(orders) for name, total in brought.items()}


@given(st.lists(st.integers(-(2**50), 2**50), min_size=16, max_size=16))
def test_shares_add_up_to_the_whole_change(numbers):
    worth = worth_of(numbers)

    assert sum(shapley(worth).values()) == worth[frozenset(NAMES)] - worth[frozenset()]


@given(st.lists(st.integers(-1000, 1000), min_size=16, max_size=16))
def test_a_share_is_the_mean_over_all_orders_but_for_a_step_of_rounding(numbers):
    worth = worth_of(numbers)
    shares, wanted = shapley(worth), averaged(worth)

    assert all(abs(shares[name] - wanted[name]) <= 1 for name in NAMES)


@given(st.lists(st.integers(-1000, 1000), min_size=16, max_size=16), st.permutations(range(16)))
def test_the_order_in_which_settings_are_told_does_not_matter(numbers, order):
    worth = worth_of(numbers)
    shuffled = {SETS[place]: worth[SETS[place]] for place in order}

    assert shapley(shuffled) == shapley(worth)


@given(st.lists(st.integers(-1000, 1000), min_size=16, max_size=16))
def test_the_way_back_has_the_same_shares_with_the_other_sign(numbers):
    worth = worth_of(numbers)
    back = {frozenset(NAMES) - turned: value for turned, value in worth.items()}

    assert shapley(back) == {name: -share for name, share in shapley(worth).items()}


def test_a_switch_that_changes_nothing_has_no_share():
    worth = {turned: 24 * len(turned - {"season"}) for turned in SETS}

    assert shapley(worth) == {"data": 24, "season": 0, "peers": 24, "model": 24}


@given(st.lists(st.fractions(-50, 50), min_size=1, max_size=6))
def test_apportioned_shares_stay_within_one_of_the_exact_ones(exact):
    whole = round(sum(exact))
    shares = apportioned(exact, whole)

    assert sum(shares) == whole
    assert all(abs(share - each) <= 1 for share, each in zip(shares, exact, strict=True))


def test_sums_of_steps_are_exact_in_any_order():
    drawn = np.random.default_rng(1).uniform(-60, 60, (1000, 4))
    for numbers in drawn:
        steps = [in_steps(float(number)) for number in numbers]
        whole = sum(steps) * STEP
        for order in permutations([each * STEP for each in steps]):
            total = 0.0
            for each in order:
                total += each
            assert total == whole
