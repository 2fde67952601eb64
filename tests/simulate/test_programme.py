"""Help in the simulated city: whom it reaches, what it truly does, and what the table tells of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sbwarn.simulate.city import City
from sbwarn.simulate.lives import NOBODY, live
from sbwarn.simulate.premises import build_premises
from sbwarn.simulate.programme import CAPACITY, PROGRAMMES, VISIBLE
from tests.simulate.cities import large_city

MONTHS, FIRST_HELP = 48, pd.Timestamp("2024-02-01")  # a third of the months after October 2022


@pytest.fixture(scope="module")
def city() -> City:
    return large_city()


def test_programmes_begin_after_a_third_of_the_months_and_have_so_many_places(city):
    helped = city.truth["helped_in"].dropna()
    a_month = helped.groupby(helped).size()

    assert helped.min() == FIRST_HELP
    assert len(a_month) == MONTHS - MONTHS // 3
    assert a_month.mean() == pytest.approx(CAPACITY * 4000, rel=0.15)
    assert a_month.max() - a_month.min() <= 3


def test_most_places_go_to_shops_that_have_been_sliding_and_some_to_others(city):
    helped = city.truth.dropna(subset="helped_in")
    # The truth names the latest stress of a shop: whoever came under another one later is left out.
    settled = helped[~(helped["stressed_from"] > helped["helped_in"])]
    for_months = _months(settled["helped_in"]) - _months(settled["stressed_from"])
    is_sliding = (for_months >= VISIBLE) & ~(settled["healed_in"] <= settled["helped_in"])

    # About one shop in ten slides visibly at any time: by chance alone, a tenth of the places would reach one.
    assert 0.6 < is_sliding.mean() < 0.9


def test_help_saves_a_part_of_those_whom_it_reaches(city):
    truth = city.truth
    window = truth["stressed_from"].between("2024-01-01", "2025-03-01")
    was_helped = (truth["helped_in"] >= truth["stressed_from"]) & (truth["helped_in"] <= "2025-09-01")
    closed = truth["closed_on"].notna()

    with_help, without = closed[window & was_helped].mean(), closed[window & truth["helped_in"].isna()].mean()

    assert without > with_help + 0.12
    assert 0.2 < truth["saved_by_help"].sum() / (was_helped & window).sum() < 0.6


def test_whoever_was_saved_had_been_helped_before_the_stress_healed(city):
    saved = city.truth[city.truth["saved_by_help"]]

    assert len(saved) > 30
    assert saved["helped_in"].notna().all()
    # A saved shop may come under stress again: only the latest stress has its months in the truth.
    last = saved[saved["healed"] & (saved["stressed_from"] <= saved["helped_in"])]
    assert (_months(last["healed_in"]) - _months(last["helped_in"]) >= 2).all()
    assert (saved["episodes_healed"] >= 1).all()


def test_the_table_tells_of_each_shop_once_and_some_days_later(city):
    rows, truth = city.tables["support"], city.truth.set_index("shop_id")
    began_in = truth["helped_in"].reindex(rows["shop_id"]).dt.to_period("M")

    assert not rows["shop_id"].duplicated().any()
    assert (rows["began_on"].dt.to_period("M").to_numpy() == began_in.to_numpy()).all()
    assert (rows["known_on"] - rows["began_on"]).dt.days.between(3, 20).all()
    assert set(rows["programme"]) == set(PROGRAMMES)
    # What began in the last days is not public yet.
    assert 0.9 < len(rows) / truth["helped_in"].count() < 1.0


def test_only_trading_shops_of_the_register_are_helped(city):
    rows = city.tables["support"].merge(city.truth, on="shop_id")

    assert len(rows) == len(city.tables["support"])
    assert set(rows["shop_id"]) <= set(city.tables["shops"]["shop_id"])
    assert (rows["began_on"] > rows["opened_on"]).all()
    assert not (rows["began_on"] > rows["closed_on"]).any()


def test_nothing_in_a_life_tells_of_help_before_a_saved_shop_would_have_closed():
    with_help, without = (_lives(helped_from=month) for month in (20, 400))
    saved = np.flatnonzero(with_help.episodes["saved"])
    first = with_help.episodes["ends"][saved].min()

    assert saved.size > 5
    for lives in (with_help, without):
        lives.shops["closed"] = np.where(lives.shops["closed"] < first, lives.shops["closed"], NOBODY)
    begun = with_help.episodes["onset"] < first
    assert begun.sum() > 50
    for name in ("shop", "onset", "ends"):
        np.testing.assert_array_equal(
            with_help.episodes[name][begun], without.episodes[name][: begun.sum()], err_msg=name
        )
    known = with_help.shops["opened"] < first
    np.testing.assert_array_equal(with_help.shops["closed"][known], without.shops["closed"][: known.sum()])


def test_stress_that_help_heals_lasts_as_long_as_it_would_have():
    episodes = _lives(helped_from=0).episodes
    order = np.lexsort((episodes["onset"], episodes["shop"]))
    shop, onset, ends, saved = (episodes[name][order] for name in ("shop", "onset", "ends", "saved"))
    goes_on = (shop[1:] == shop[:-1]) & saved[:-1]

    assert goes_on.sum() > 2
    assert (onset[1:][goes_on] >= ends[:-1][goes_on]).all()
    assert not _lives(helped_from=400).episodes["saved"].any()


def test_without_programmes_nobody_is_helped():
    lives = _lives(helped_from=400)

    assert lives.helps["shop"].size == 0
    assert not lives.episodes["saved"].any()


def _lives(*, helped_from: int):
    chances = np.random.default_rng(8).spawn(3)
    premises = build_premises(600, rng=chances[0])
    tide = np.zeros((premises.district.max() + 1, 60))
    return live(premises, tide, middle=30, helped_from=helped_from, rng=chances[1], help_rng=chances[2])


def _months(days: pd.Series) -> pd.Series:
    return days.dt.year * 12 + days.dt.month
