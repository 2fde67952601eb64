"""The scorecard: bins that go one way, an own bin for unknown, points that a person can add up."""

import sys

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sbwarn.indicators.build import named
from sbwarn.training.scorecard import SAMPLE, scorecard
from tests.training.test_baselines import rows_of

FACTS = named(("sales_yoy", "rent_days_late_6m", "sales_mom"))


def taught(count: int = 6000, seed: int = 1):
    """Risk falls with the first column, rises with the second, and unknown firsts are the worst of all."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, 3))
    unknown = rng.random(count) < 0.1
    odds = -2.5 - 0.9 * values[:, 0] + 0.6 * values[:, 1]
    odds[unknown] = 0.5
    values[unknown, 0] = np.nan
    values[:, 2] = 7.0
    return values, (rng.random(count) < 1 / (1 + np.exp(-odds))).astype(float)


@pytest.fixture(scope="module")
def card():
    return scorecard(rows_of(*taught()), FACTS, seed=1)


def test_it_ranks_later_rows_by_what_it_learnt(card):
    values, happened = taught(seed=9)

    assert roc_auc_score(happened, card.risks(values)[:, 0]) > 0.72


def test_the_rates_of_the_bins_go_the_declared_way(card):
    by_name = {binned.name: binned for binned in card.bins}

    assert (np.diff(by_name["sales_yoy"].weight[:-1]) < 0).all()
    assert (np.diff(by_name["rent_days_late_6m"].weight[:-1]) > 0).all()
    assert len(by_name["sales_yoy"].edges) >= 2


def test_unknown_is_a_bin_of_its_own_with_its_own_rate(card):
    binned = next(each for each in card.bins if each.name == "sales_yoy")

    assert binned.n[-1] > 0
    assert binned.weight[-1] == binned.weight.max()


def test_a_column_that_says_the_same_of_everybody_has_no_points(card):
    assert {binned.name for binned in card.bins} == {"sales_yoy", "rent_days_late_6m"}


def test_a_column_that_goes_against_its_declared_direction_gets_no_points_for_it():
    values, happened = taught()
    turned = scorecard(rows_of(-values, happened), FACTS, seed=1)

    for binned in turned.bins:
        wanted = {"sales_yoy": -1, "rent_days_late_6m": 1}[binned.name]
        assert (np.diff(binned.weight[:-1]) * wanted >= 0).all(), binned.name


def test_the_points_of_a_shop_add_up_to_its_log_odds(card):
    values, _ = taught(seed=3)
    risk = card.risks(values)[:, 0]
    odds = card.intercept + sum(
        coefficient * binned.evidence(values[:, place])
        for binned, place, coefficient in zip(card.bins, card.places, card.coefficients, strict=False)
    )

    np.testing.assert_allclose(np.log(risk / (1 - risk)), odds, atol=1e-9)


def test_the_table_names_each_bin_with_its_rows_and_rate(card):
    table = card.table()

    assert list(table.columns) == ["indicator", "from", "to", "n", "events", "rate", "points"]
    each = table.groupby("indicator")["n"].sum()
    assert (each == len(rows_of(*taught()).where(rows_of(*taught()).interval == 0).happened)).all()


def test_twice_is_the_same_and_the_sample_is_whole_shops():
    values, happened = taught(count=3 * SAMPLE + 3000)
    rows = rows_of(values, happened)

    one, two = (scorecard(rows, FACTS, seed=1) for _ in range(2))

    np.testing.assert_array_equal(one.risks(values[:500]), two.risks(values[:500]))
    assert one.bins[0].n.sum() < 1.1 * SAMPLE


def test_without_optbinning_the_tenths_stand_in_and_say_so(monkeypatch, card):
    monkeypatch.setitem(sys.modules, "optbinning", None)
    values, happened = taught(seed=9)

    plain = scorecard(rows_of(*taught()), FACTS, seed=1)

    assert "optbinning" in card.way
    assert plain.way == "tenths (2)"
    assert all((np.diff(binned.weight[:-1]) != 0).all() for binned in plain.bins)
    assert roc_auc_score(happened, plain.risks(values)[:, 0]) > 0.72
