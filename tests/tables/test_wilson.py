"""The interval of an observed share, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbwarn.tables.wilson import wilson

Z2 = 3.841458820694124
"""1.959963984540054 squared."""


def test_one_in_two_has_the_interval_worked_out_by_hand():
    # centre 1/2; half width sqrt(z²/8 + z⁴/16) / (1 + z²/2) = sqrt(0.480182 + 0.922300) / 2.920729 = 0.405469
    low, high = wilson(1, 2)

    assert (float(low), float(high)) == pytest.approx((0.094531, 0.905469), abs=1e-6)


def test_none_of_ten_reaches_up_to_z2_over_n_plus_z2():
    low, high = wilson(0, 10)

    assert (float(low), float(high)) == pytest.approx((0.0, Z2 / (10 + Z2)), abs=1e-12)


def test_all_of_ten_reaches_down_to_n_over_n_plus_z2():
    low, high = wilson(10, 10)

    assert (float(low), float(high)) == pytest.approx((10 / (10 + Z2), 1.0), abs=1e-12)


def test_the_share_of_nothing_is_unknown():
    low, high = wilson(0, 0)

    assert np.isnan([low, high]).all()


def test_shares_are_taken_one_by_one():
    low, _ = wilson([0, 10], [10, 10])

    assert low.tolist() == [float(wilson(0, 10)[0]), float(wilson(10, 10)[0])]


@given(n=st.integers(1, 100_000), part=st.floats(0, 1))
def test_the_interval_holds_the_share_and_stays_within_zero_and_one(n: int, part: float):
    events = round(n * part)

    low, high = wilson(events, n)

    assert 0 <= low <= events / n + 1e-12
    assert events / n - 1e-12 <= high <= 1
