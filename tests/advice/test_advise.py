"""Counterfactuals and programmes in one answer."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sbwarn.advice.advise import advise
from sbwarn.errors import SettingError
from sbwarn.messages import LANGUAGES
from sbwarn.scoring.panel import score_panel
from tests import small_city
from tests.advice.drawn_panel import drawn_panel

TODAY = date(2026, 11, 23)
RELEASE = small_city.release()
HERE = {"in_sejong": True, "small_merchant": True}


@pytest.fixture(scope="module")
def panel():
    return drawn_panel(20, seed=5)


def test_facts_for_every_shop_and_for_one_reach_the_programmes(panel):
    one = str(panel.shops.ids[4])

    found = advise(
        panel, RELEASE.peers, RELEASE, on=TODAY, shops=[3, 4], everywhere=HERE, given={one: {"in_sejong": False}}
    )  # fmt: skip

    centre = [
        next(fit.eligibility for fit in each.programmes if fit.programme.id == "support_centre")
        for each in found
    ]
    assert centre == ["yes", "no"]


def test_a_shop_that_stopped_hears_first_of_the_ways_to_end_well(panel):
    panel.quantities["sales"][-4:, 2] = 0.0

    (found,) = advise(panel, RELEASE.peers, RELEASE, on=TODAY, shops=[2], everywhere=HERE)

    first = found.programmes[0].programme
    assert {"close", "again"} & set(first.serves)
    assert {"orderly_closure", "shop_demolition", "second_chance"} <= set(found.supporting)


def test_a_grave_shop_that_something_helps_hears_first_of_the_help_to_stay(panel):
    bounds = (0.0, 1e-9, 2e-9, 3e-9, 4e-9)
    levels = tuple(replace(level, lower=lower) for level, lower in zip(RELEASE.levels, bounds, strict=True))

    every = advise(panel, RELEASE.peers, replace(RELEASE, levels=levels), on=TODAY, everywhere=HERE)

    helped = [each for each in every if each.search.found]
    assert helped
    for each in helped:
        to_stay = ["stay" in fit.programme.serves for fit in each.programmes]
        assert each.search.endings
        assert to_stay == sorted(to_stay, reverse=True)


def test_what_was_found_names_the_programmes_that_support_it(panel):
    for each in advise(panel, RELEASE.peers, RELEASE, on=TODAY):
        known = {fit.programme.id for fit in each.programmes}
        assert set(each.supporting) <= known
        assert bool(each.supporting) == bool(each.search.found or each.search.endings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_is_ready_for_json(panel, language):
    for each in advise(panel, RELEASE.peers, RELEASE, on=TODAY):
        told = each.to_dict(language)

        assert json.loads(json.dumps(told, allow_nan=False)) == told
        assert told["search"]["lines"] == each.search.lines(language=language)


def test_no_fact_moves_a_score(panel):
    before = score_panel(panel, RELEASE.peers, RELEASE)

    few = advise(panel, RELEASE.peers, RELEASE, on=TODAY)
    many = advise(
        panel, RELEASE.peers, RELEASE, on=TODAY, private=True,
        everywhere={**HERE, "at_risk_borrower": True, "public_arrears": True, "days_past_due": 200, "closing": True},
    )  # fmt: skip

    np.testing.assert_array_equal([each.search.risk for each in few], [each.search.risk for each in many])
    np.testing.assert_array_equal([score.risk[6] for score in before], [each.search.risk for each in many])


def test_a_strange_fact_is_refused(panel):
    with pytest.raises(SettingError, match="owner_age"):
        advise(panel, RELEASE.peers, RELEASE, on=TODAY, shops=[0], everywhere={"owner_age": 61})
