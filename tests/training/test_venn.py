"""The Venn–ABERS pair beside its definition, and how wide an interval is made: by shops, months and depth."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from sbwarn.releases.venn import GRADES, NOTHING
from sbwarn.training.venn import MONTHS_APART, UNSEEN, levels_apart, pair, venn


def city(rows=6000, *, seed=1, months=3):
    """Shops whose risks are right, each in several months with one fate."""
    rng = np.random.default_rng(seed)
    shop = np.repeat(np.arange(rows // months), months).astype(str)
    risk = np.repeat(1 / (1 + np.exp(-rng.normal(-2.8, 1.2, rows // months))), months)
    happened = np.repeat(rng.random(rows // months), months) < risk
    return risk + rng.random(rows) * 1e-6, happened, shop


def test_the_pair_is_the_isotonic_rate_of_one_more_shop_without_and_with_a_crisis():
    rng = np.random.default_rng(3)
    for _ in range(60):
        steps = int(rng.integers(1, 9))
        count = rng.integers(0, 6, steps).astype(float)
        crises = np.floor(rng.random(steps) * (count + 1))

        found = pair(count, crises)

        for label, rates in enumerate(found):
            for place in range(steps):
                more, with_crisis = count.copy(), crises.copy()
                more[place] += 1
                with_crisis[place] += label
                there = more > 0
                at = np.arange(steps)[there]
                defined = IsotonicRegression().fit(
                    at, with_crisis[there] / more[there], sample_weight=more[there]
                )
                assert rates[place] == pytest.approx(float(defined.predict([place])[0]), abs=1e-12)


def test_the_pair_never_falls_and_one_crisis_more_always_tells():
    rng = np.random.default_rng(4)
    count = rng.integers(1, 40, 90).astype(float)

    p0, p1 = pair(count, rng.binomial(count.astype(int), np.linspace(0, 0.9, 90)).astype(float))

    assert (np.diff(p0) >= -1e-12).all()
    assert (np.diff(p1) >= -1e-12).all()
    assert (p0 < p1).all()


def test_the_interval_holds_the_pair_is_never_without_width_and_has_no_more_than_two_hundred_steps():
    risk, happened, shop = city()

    found = venn(risk, happened, shop, np.zeros(len(risk), dtype=int), seed=1)

    found.check()
    for grade in range(len(GRADES)):
        assert (np.array(found.low[grade]) <= found.p0).all()
        assert (np.array(found.high[grade]) >= found.p1).all()
    assert len(found.p0) <= 200
    assert (np.array(found.high) - np.array(found.low)).min() > 0


def test_the_true_rate_lies_inside_even_where_the_same_shop_stands_in_every_month():
    risk, happened, shop = city(12_000, months=6)
    found = venn(risk, happened, shop, np.zeros(len(risk), dtype=int), seed=1)

    grid = np.quantile(risk, np.linspace(0.02, 0.98, 49))
    step = np.searchsorted(found.at, grid)

    inside = (np.array(found.low[0])[step] <= grid) & (grid <= np.array(found.high[0])[step])
    assert inside.mean() >= 0.9


def test_where_no_crisis_was_seen_the_interval_still_goes_up():
    risk = np.linspace(0.001, 0.2, 300)

    found = venn(risk, np.zeros(300), risk.astype(str), np.zeros(300, dtype=int), seed=1)

    assert set(found.low[0]) == {0.0}
    assert min(found.high[0]) > 0.002


def test_a_shop_counts_once_however_many_months_it_stands_in():
    risk, happened, shop = city(6000)
    grade = np.zeros(len(risk), dtype=int)

    mine = venn(risk, happened, shop, grade, seed=1)
    as_if = venn(risk, happened, np.arange(len(risk)).astype(str), grade, seed=1)

    assert _width(mine, 0) > 1.2 * _width(as_if, 0)


def test_less_known_never_makes_it_narrower_and_a_grade_that_was_off_makes_it_wider():
    risk, happened, shop = city(12_000)
    grade = np.where(np.arange(len(risk)) // 3 % 4 == 0, 2, 0)
    off = np.where(grade == 2, np.minimum(2.5 * risk, 0.9), risk)

    right = venn(risk, happened, shop, grade, seed=1)
    wrong = venn(off, happened, shop, grade, seed=1)

    widths = [_width(right, each) for each in range(4)]
    assert widths == sorted(widths)
    assert widths[1] == pytest.approx(widths[2], rel=0.01)
    assert widths[2] < widths[3]
    assert _width(wrong, 2) / _width(wrong, 0) > 1.2 * widths[2] / widths[0]


def test_a_grade_without_a_shop_is_as_uncertain_as_declared_and_one_with_many_is_not():
    fitted = np.full(8000, 0.2)
    happened = (np.arange(8000) % 5 == 0).astype(float)

    apart = levels_apart(fitted, happened, np.arange(8000).astype(str), np.zeros(8000, dtype=int))

    assert apart[0] == pytest.approx(1 / np.sqrt(8000 * 0.16 + UNSEEN**-2), rel=1e-9)
    assert apart[1:] == pytest.approx([UNSEEN] * 3)


def test_a_grade_is_never_less_apart_than_one_of_which_more_is_known():
    fitted = np.full(8000, 0.05)
    grade = np.repeat([1, 3], 4000)
    happened = (np.arange(8000) % np.where(grade == 1, 10, 20) == 0).astype(float)

    apart = levels_apart(fitted, happened, np.arange(8000).astype(str), grade)

    assert apart[0] < 0.1
    assert apart[1] == apart[2] == apart[3] == pytest.approx(1.05, abs=0.04)


def test_a_grade_that_had_twice_the_crises_is_twice_as_far_apart():
    fitted = np.full(8000, 0.05)
    happened = (np.arange(8000) % 10 == 0).astype(float)

    apart = levels_apart(fitted, happened, np.arange(8000).astype(str), np.zeros(8000, dtype=int))

    # (0.1 − 0.05) / (0.05 × 0.95), hardly drawn towards none.
    assert apart[0] == pytest.approx(1.05, abs=0.02)


def test_a_month_to_come_may_lie_apart_however_many_shops_were_seen():
    rate = np.repeat([0.1, 0.3], 40_000)
    happened = np.tile(np.arange(10) < 1, 8000)
    happened[40_000:] = np.tile(np.arange(10) < 3, 4000)

    found = venn(rate, happened, np.arange(80_000).astype(str), np.zeros(80_000, dtype=int), seed=1)

    shift = 1.96 * MONTHS_APART
    assert found.low[0][0] == pytest.approx(1 / (1 + 9 * np.exp(shift)), abs=0.004)
    assert found.high[0][-1] == pytest.approx(1 / (1 + np.exp(-shift) * 7 / 3), abs=0.006)


def test_the_same_rows_give_the_same_steps_and_the_order_of_rows_does_not_matter():
    risk, happened, shop = city(900)
    grade = np.arange(900) % 4
    turned = np.random.default_rng(5).permutation(900)

    found = venn(risk, happened, shop, grade, seed=1)

    assert venn(risk, happened, shop, grade, seed=1) == found
    assert venn(risk[turned], happened[turned], shop[turned], grade[turned], seed=1) == found
    assert venn(risk, happened, shop, grade, seed=2) != found


def test_no_rows_are_nothing():
    nothing = np.empty(0)

    assert venn(nothing, nothing, nothing, nothing.astype(int), seed=1) == NOTHING


def _width(found, grade: int) -> float:
    return float(np.mean(np.array(found.high[grade]) - np.array(found.low[grade])))
