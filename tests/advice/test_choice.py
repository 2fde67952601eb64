"""Which step of an action is told."""

import numpy as np
import pytest

from sbwarn.advice.choice import chosen_pair, chosen_step

NAN = float("nan")


@pytest.mark.parametrize(
    ("fall", "chosen"),
    [
        ([0.02, 0.05, 0.10], 2),
        ([0.02, 0.09, 0.10], 1),
        ([0.05, 0.05, 0.05], 0),
        ([0.02, NAN, NAN], 0),
        ([0.005, 0.009], "too_little"),
        ([-0.01, -0.02], "no_fall"),
        ([0.0, 0.0], "no_fall"),
        ([NAN, NAN], "out_of_range"),
        ([0.10, 0.02], "unsteady"),
        ([0.10, NAN, 0.02], "unsteady"),
    ],
)
def test_the_smallest_step_with_most_of_the_fall_is_told_if_larger_ones_keep_it(fall, chosen):
    assert chosen_step(np.array(fall), least=0.01, enough=0.8) == chosen


def test_a_step_that_brings_most_of_too_little_is_not_told_before_one_that_brings_enough():
    assert chosen_step(np.array([0.0095, 0.011]), least=0.01, enough=0.8) == 1


@pytest.mark.parametrize(
    ("fall", "chosen"),
    [
        ([[0.05, 0.09], [0.06, 0.10]], (0, 1)),
        ([[0.10, 0.10], [0.10, 0.10]], (0, 0)),
        ([[0.045, 0.045], [0.045, 0.045]], None),
        ([[NAN, NAN], [NAN, 0.09]], (1, 1)),
        ([[NAN, NAN], [NAN, NAN]], None),
        ([[0.10, 0.03], [0.03, 0.03]], None),
    ],
)
def test_a_pair_is_told_if_it_adds_to_the_better_of_its_two(fall, chosen):
    alone = np.array([0.03, 0.04])

    assert chosen_pair(np.array(fall), alone, alone, least=0.01, enough=0.8) == chosen


def test_an_action_that_is_not_possible_alone_does_not_stand_in_the_way_of_its_pair():
    found = chosen_pair(np.array([[0.05]]), np.array([NAN]), np.array([0.02]), least=0.01, enough=0.8)

    assert found == (0, 0)
