"""Stability of classes: pairs of months in a row, kappa against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from sbwarn.figures.stability import kappa, migration, stability_figures, steps


def levels(shops: int = 80, months: int = 6):
    rng = np.random.default_rng(7)
    level = np.clip(rng.integers(0, 5, shops)[:, None] + rng.integers(-1, 2, (shops, months)), 0, 4)
    return level.ravel(), np.tile(np.arange(months), shops), np.repeat(np.arange(shops), months)


def test_only_months_in_a_row_of_one_shop_are_a_step():
    level = np.array([0, 1, 2, 3, 4])
    month, shop = np.array([1, 2, 4, 5, 6]), np.array(["a", "a", "a", "a", "b"])

    found = steps(level, month, shop)

    assert list(zip(found.before, found.after, found.month, strict=True)) == [(0, 1, 2), (2, 3, 5)]


def test_the_order_of_the_rows_does_not_matter():
    level, month, shop = levels()
    mixed = np.random.default_rng(1).permutation(len(level))

    there, again = steps(level, month, shop), steps(level[mixed], month[mixed], shop[mixed])

    np.testing.assert_array_equal(migration(there), migration(again))


def test_migration_counts_from_row_to_column():
    found = steps(np.array([0, 2, 2]), np.array([1, 2, 3]), np.full(3, "a"))

    assert migration(found, classes=3).tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 1]]


def test_kappa_equals_scikit_learn():
    found = steps(*levels())

    figures = stability_figures(found, seed=1, draws=50)

    assert figures["stability/kappa"].value == pytest.approx(
        cohen_kappa_score(found.before, found.after, weights="quadratic"), abs=1e-12
    )
    assert figures["stability/kappa"].low < figures["stability/kappa"].value < figures["stability/kappa"].high


def test_shares_by_hand():
    found = steps(np.array([0, 0, 2, 4]), np.array([1, 2, 3, 4]), np.full(4, "a"))

    figures = stability_figures(found, seed=1, draws=5)

    assert figures["stability/unchanged"].value == pytest.approx(1 / 3)
    assert figures["stability/moved_two"].value == pytest.approx(2 / 3)
    assert (figures["stability/moved_two"].n, figures["stability/moved_two"].events) == (3, 2)


def test_all_in_one_class_has_no_kappa():
    assert np.isnan(kappa(np.array([[5, 0], [0, 0]])))


def test_no_steps_no_figures():
    none = steps(np.array([1, 2]), np.array([1, 5]), np.full(2, "a"))

    assert stability_figures(none, seed=1) == {}
    assert migration(none).sum() == 0
