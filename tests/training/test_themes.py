"""Indicators of one family that rise and fall together are one theme."""

from dataclasses import replace

import numpy as np
import pytest

from sbwarn.indicators.build import catalogue
from sbwarn.training.themes import FEWEST, rank_correlation, themes_of


def facts(*families):
    """Indicators of these families."""
    return tuple(replace(fact, family=family) for fact, family in zip(catalogue(), families, strict=False))


@pytest.fixture
def walk():
    return np.random.default_rng(3).normal(size=(400, 3))


def test_alike_columns_of_one_family_share_a_theme_whatever_the_sign(walk):
    one, other, _ = walk.T
    values = np.column_stack([one, other, -np.exp(one)])

    assert themes_of(values, facts("sales", "sales", "sales")) == (0, 1, 0)


def test_alike_columns_of_two_families_do_not(walk):
    values = np.column_stack([walk[:, 0], walk[:, 0]])

    assert themes_of(values, facts("sales", "rent")) == (0, 1)


def test_a_column_joins_by_the_mean_of_what_it_shares_with_each(walk):
    """Rank correlations of about .55 and .9 with two that share a theme are enough, .35 and .8 are not."""
    one, noise, _ = walk.T
    near, far = (np.column_stack([one, one + 0.6 * noise, one + much * noise]) for much in (1.5, 2.6))

    assert themes_of(near, facts("sales", "sales", "sales")) == (0, 0, 0)
    assert themes_of(far, facts("sales", "sales", "sales")) == (0, 0, 1)


def test_correlation_counts_the_rows_that_know_both():
    one = np.arange(200.0)
    other = one.copy()
    other[::2] = np.nan
    one[1:9:2] = np.nan

    assert rank_correlation(one, other) == pytest.approx(1.0)
    other[2 * FEWEST :] = np.nan
    assert rank_correlation(one, other) == 0.0


def test_a_column_that_is_never_known_or_never_varies_is_its_own_theme(walk):
    values = np.column_stack([walk[:, 0], np.full(400, np.nan), np.full(400, 2.0)])

    assert themes_of(values, facts("sales", "sales", "sales")) == (0, 1, 2)


def test_rank_correlation_is_scipys(walk):
    from scipy.stats import spearmanr

    one, other = walk[:, 0].round(1), (walk[:, 0] + walk[:, 1]).round(1)

    assert rank_correlation(one, other) == pytest.approx(spearmanr(one, other).statistic, abs=1e-12)


def test_no_rows_give_every_indicator_its_own_theme():
    assert themes_of(np.empty((0, 2)), facts("sales", "sales")) == (0, 1)
