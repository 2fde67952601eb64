"""Intervals as steps: what is looked up, that the risk lies inside, that one shop gets the bits of many, what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from sbwarn.releases.venn import GRADES, NOTHING, Venn, venn_of


def steps(count=7, n=500) -> Venn:
    """Wider with each grade, rising with the risk."""
    rate = np.linspace(0.05, 0.6, count)
    half = 0.02 * (1 + np.arange(len(GRADES)))
    return Venn(
        at=tuple(rate[:-1] + 0.04),
        p0=tuple(rate - 0.001),
        p1=tuple(rate + 0.001),
        low=tuple(tuple(np.maximum(rate - each, 0.0)) for each in half),
        high=tuple(tuple(rate + each) for each in half),
        n=n,
    )


def test_a_risk_on_the_end_of_a_step_belongs_to_it_and_the_last_step_has_no_end():
    made = Venn(at=(0.2,), p0=(), p1=(), low=((0.1, 0.3),) * 4, high=((0.2, 0.99),) * 4, n=9)

    low, high = made.interval(np.array([0.2, np.nextafter(0.2, 1), 0.98]), np.zeros(3, dtype=int))

    assert low.tolist() == [0.1, np.nextafter(0.2, 1), 0.3]
    assert high.tolist() == [0.2, 0.99, 0.99]


def test_each_grade_has_its_own_ends():
    low, high = steps().interval(np.full(4, 0.325), np.arange(4))

    assert high - low == pytest.approx([0.04, 0.08, 0.12, 0.16])


def test_the_risk_itself_always_lies_inside():
    risk = np.linspace(0.0, 1.0, 501)

    for grade in range(len(GRADES)):
        low, high = steps().interval(risk, np.full(len(risk), grade))

        assert (low <= risk).all()
        assert (risk <= high).all()
        assert (high > low).all()


def test_the_ends_never_fall_as_the_risk_rises():
    risk = np.linspace(0.0, 1.0, 5001)

    for end in steps().interval(risk, np.full(len(risk), 2)):
        assert (np.diff(end) >= 0).all()


def test_one_shop_gets_the_bits_of_many():
    rng = np.random.default_rng(1)
    risk, grade = rng.random(400), rng.integers(0, 4, 400)

    together = steps().interval(risk, grade)

    alone = [steps().interval(risk[place : place + 1], grade[place : place + 1]) for place in range(400)]
    np.testing.assert_array_equal(np.concatenate(alone, axis=1), np.stack(together))


def test_no_shops_seen_give_no_interval():
    low, high = NOTHING.interval(np.array([0.3]), np.array([0]))

    assert np.isnan([low, high]).all()


@pytest.mark.parametrize(
    "change",
    [
        {"at": (0.3, 0.2)},
        {"at": (0.3,)},
        {"p0": (0.3, 0.2, 0.1)},
        {"p0": (0.9, 0.9, 0.9)},
        {"low": ((0.1, 0.2, 0.1),) * 4},
        {"low": ((0.1, 0.2, 0.9),) * 4},
        {"low": ((-0.1, 0.2, 0.2),) * 4},
        {"high": ((0.6, 0.6, 1.1),) * 4},
        {"high": ((0.6, 0.6, float("nan")),) * 4},
        {"high": ((0.6, 0.6, 0.7),) * 3},
        {"n": 0},
    ],
)
def test_steps_that_would_look_wrong_are_refused(change):
    made = Venn(
        at=(0.2, 0.4), p0=(0.1,) * 3, p1=(0.2,) * 3, low=((0.1,) * 3,) * 4, high=((0.5,) * 3,) * 4, n=9
    )
    assert venn_of(made.page()) == made

    with pytest.raises((TypeError, ValueError)):
        venn_of(made.page() | change)


def test_the_way_through_plain_values_keeps_every_bit():
    made = steps()

    assert venn_of(made.page()) == made
    assert venn_of(made.page()) != replace(made, n=7)
