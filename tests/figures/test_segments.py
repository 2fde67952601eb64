"""Segments: who is in which, which are too small, and the figures of each."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sbwarn.figures.segments import LEFT_OUT, OTHER, ages, depths, pooled, segment_figures, sizes, worst


def test_ages_change_on_the_birthday():
    assert ages(np.array([0.0, 11.0, 12.0, 35.0, 36.0, 59.0, 60.0, np.nan])).tolist() == [
        "under_1", "under_1", "1_to_3", "1_to_3", "3_to_5", "3_to_5", "5_and_more", "unknown",
    ]  # fmt: skip


def test_depths_change_at_half_a_year_one_and_two():
    assert depths(np.array([0, 5, 6, 11, 12, 23, 24])).tolist() == [
        "under_6", "under_6", "6_to_11", "6_to_11", "12_to_23", "12_to_23", "24_and_more",
    ]  # fmt: skip


def test_sizes_are_thirds_of_each_month():
    size = np.array([1.0, 2.0, 3.0, 100.0, 200.0, 300.0])

    found = sizes(size, np.array([1, 1, 1, 2, 2, 2]))

    assert found.tolist() == ["small", "middle", "large"] * 2


def test_shops_of_equal_sales_are_of_equal_size():
    found = sizes(np.array([5.0, 5.0, 5.0, 5.0, 5.0, 9.0]), np.ones(6))

    assert len(set(found[:5])) == 1


def test_a_month_of_unknown_sales_has_no_sizes():
    assert sizes(np.array([np.nan, np.nan]), np.ones(2)).tolist() == ["unknown", "unknown"]


def test_small_segments_are_put_together():
    segment = np.array(["a"] * 10 + ["b"] * 4 + ["c"] * 6)
    happened = np.ones(20)

    found = pooled(segment, happened, fewest_rows=10, fewest_events=1)

    assert found.names == ["a", OTHER]
    assert found.small == ("b", "c")
    assert found.left_out == 0


def test_what_is_too_small_even_together_is_left_out_and_counted():
    segment = np.array(["a"] * 10 + ["b"] * 4)

    found = pooled(segment, np.ones(14), fewest_rows=10, fewest_events=1)

    assert found.names == ["a"]
    assert (found.segment == LEFT_OUT).sum() == found.left_out == 4


def test_a_segment_with_few_crises_is_small_however_many_its_rows():
    segment = np.array(["a"] * 50 + ["b"] * 50)
    happened = np.append(np.zeros(50), np.ones(50))

    assert pooled(segment, happened, fewest_rows=10, fewest_events=5).small == ("a",)


def test_rows_without_an_outcome_do_not_make_a_segment_large():
    happened = np.append(np.ones(4), np.full(20, np.nan))

    assert pooled(np.full(24, "a"), happened, fewest_rows=10, fewest_events=1).small == ("a",)


def test_names_are_ordered_as_people_count():
    segment = np.array(["24_and_more", "under_6", OTHER, "12_to_23", "6_to_11"])

    found = pooled(segment, np.ones(5), fewest_rows=1, fewest_events=1)

    assert found.names == ["under_6", "6_to_11", "12_to_23", "24_and_more", OTHER]


def test_a_slash_or_nothing_in_a_name_cannot_break_the_path():
    found = pooled(np.array(["I56/coffee", ""]), np.ones(2), fewest_rows=1, fewest_events=1)

    assert found.names == ["I56|coffee", "unknown"]


def forecast(n: int = 600):
    rng = np.random.default_rng(5)
    risk = rng.beta(1.5, 6, n)
    return risk, (rng.random(n) < risk).astype(float), np.arange(n) // 3, rng.choice(["x", "y"], n)


def test_the_auc_of_a_segment_equals_scikit_learn():
    risk, happened, shop, segment = forecast()

    found = segment_figures(
        risk, happened, shop, segment, dimension="size", seed=1, fewest_events=5, draws=20
    )

    mine = segment == "x"
    figure = found["segment/size/x/auc"]
    assert figure.value == pytest.approx(roc_auc_score(happened[mine], risk[mine]), abs=1e-12)
    assert (figure.n, figure.events) == (mine.sum(), happened[mine].sum())
    assert figure.low < figure.value < figure.high


def test_observed_to_expected_is_a_ratio_of_sums():
    risk, happened, shop, segment = forecast()

    found = segment_figures(
        risk, happened, shop, segment, dimension="size", seed=1, fewest_events=5, draws=20
    )

    mine = segment == "y"
    assert found["segment/size/y/observed_to_expected"].value == pytest.approx(
        happened[mine].sum() / risk[mine].sum()
    )


def test_unknown_outcomes_change_nothing():
    risk, happened, shop, segment = forecast()
    more = [np.append(each, each[:50]) for each in (risk, happened, shop, segment)]
    more[1][600:] = np.nan
    options = {"dimension": "size", "seed": 1, "fewest_events": 5, "draws": 5}

    assert segment_figures(*more, **options) == segment_figures(risk, happened, shop, segment, **options)


def test_the_worst_is_the_lowest_auc_and_nothing_without_segments():
    risk, happened, shop, segment = forecast()
    found = segment_figures(risk, happened, shop, segment, dimension="size", seed=1, fewest_events=5, draws=5)

    lowest = min(found["segment/size/x/auc"].value, found["segment/size/y/auc"].value)

    assert worst(found)["segment/worst/auc"].value == lowest
    assert worst({}) == {}
