"""Forward in time, with a gap as long as the horizon."""

import numpy as np
import pytest

from sbwarn.errors import InputError
from sbwarn.releases.predict import INTERVALS
from sbwarn.tables.month import from_ordinal
from sbwarn.training.split import FEWEST_FIT_MONTHS, split

FIRST = 600


@pytest.mark.parametrize("months", range(18, 80, 4))
def test_no_interval_that_teaches_the_tested_model_ends_after_the_test_begins(months):
    chosen = split(FIRST, FIRST + months)

    ends = [month + end for month in chosen.months for _, end in INTERVALS]
    teaching = [end for end in ends if end <= chosen.test_from]
    tested = [month for month in chosen.months if month >= chosen.test_from]
    assert max(teaching) <= min(tested)
    assert chosen.first - FIRST == 2
    assert chosen.last + 3 == FIRST + months


def test_a_long_history_is_tested_at_the_longest_horizon():
    chosen = split(FIRST, FIRST + 40)

    # Three test months, the last of which has its twelve months over in month 40.
    assert (chosen.test_from, chosen.test_from + 2 + 12) == (FIRST + 26, FIRST + 40)


def test_a_shorter_history_is_tested_at_a_shorter_horizon():
    # 24 mature months: 12 ahead would leave 24 - 14 - 3 - 2 + 1 = 6 months to learn from, 23 only 5.
    assert split(FIRST, FIRST + 24).test_from == FIRST + 24 - 14
    assert split(FIRST, FIRST + 23).test_from == FIRST + 23 - 8


def test_the_shortest_history_leaves_half_a_year_to_learn_from():
    chosen = split(FIRST, FIRST + 15)

    learning = [month for month in chosen.months if month + 3 <= chosen.test_from]
    assert len(learning) == FEWEST_FIT_MONTHS


def test_a_history_that_is_too_short_is_refused_with_its_span_and_what_is_needed():
    first = int(from_ordinal(FIRST).ordinal)

    with pytest.raises(InputError, match=r"2020-01 to 2021-03.*about 17 months"):
        split(first, first + 14)


def test_nothing_mature_at_all_is_refused_without_a_backward_span():
    with pytest.raises(InputError, match="2020-01 to 2020-01"):
        split(FIRST, FIRST - 4)


@pytest.mark.parametrize("months", range(18, 80, 4))
def test_a_trial_begins_each_quarter_of_the_test(months):
    chosen = split(FIRST, FIRST + months)

    assert chosen.origins[0] == chosen.test_from
    assert set(np.diff(chosen.origins).tolist()) <= {3}
    assert 0 <= chosen.last - chosen.origins[-1] < 3
