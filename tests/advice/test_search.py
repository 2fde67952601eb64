"""Counterfactuals: what they say is what the score says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sbwarn.advice.actions import shipped_actions
from sbwarn.advice.facts import facts_of
from sbwarn.advice.programmes import AUDIENCES
from sbwarn.advice.search import chosen_pair, chosen_step, counterfactuals
from sbwarn.advice.variants import applied
from sbwarn.consult.business import score_business
from sbwarn.errors import SettingError
from sbwarn.messages import LANGUAGES
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.panel import NEVER, QUANTITIES, Panel
from tests import small_city
from tests.advice.drawn_panel import drawn_panel

SHOPS = 60
"""Shops drawn here; `benchmarks/counterfactuals.py` does the same with ten thousand."""
RELEASE = small_city.release()
NAN = float("nan")


@pytest.fixture(scope="module")
def panel():
    return drawn_panel(SHOPS, seed=11)


@pytest.fixture(scope="module")
def found(panel):
    return counterfactuals(panel, RELEASE.peers, RELEASE)


def test_each_counterfactual_applied_gives_the_risk_that_it_says(panel, found):
    told = [(shop, each) for shop, search in enumerate(found) for each in search.found]

    for shop, each in told:
        (before,) = score_panel(applied(panel, [], shop=shop), RELEASE.peers, RELEASE, explain=False)
        (after,) = score_panel(applied(panel, each.actions, shop=shop), RELEASE.peers, RELEASE, explain=False)
        assert (before.risk[6], after.risk[6]) == (each.risk_before, each.risk_after)
        assert after.level == each.level_after
        assert each.fall >= shipped_actions().least_fall
    assert len(told) > SHOPS // 2
    assert {len(each.actions) for _, each in told} == {1, 2}


def test_score_business_says_the_same_of_the_changed_inputs(panel, found):
    told = [(shop, search.found[0]) for shop, search in enumerate(found) if search.found][:8]

    for shop, each in told:
        for steps, risk in (((), each.risk_before), (each.actions, each.risk_after)):
            assert _score(applied(panel, steps, shop=shop)).risk[6] == risk


def test_one_shop_is_told_the_same_alone_and_among_many(panel, found):
    order = np.random.default_rng(3).permutation(SHOPS).tolist()

    shuffled = counterfactuals(panel, RELEASE.peers, RELEASE, shops=order)
    alone = [counterfactuals(panel, RELEASE.peers, RELEASE, shops=[shop])[0] for shop in range(0, SHOPS, 7)]

    assert [shuffled[order.index(shop)].to_dict() for shop in range(SHOPS)] == [
        each.to_dict() for each in found
    ]
    assert [each.to_dict() for each in alone] == [each.to_dict() for each in found[::7]]


def test_a_search_has_the_status_and_the_class_of_the_score(panel, found):
    scores = score_panel(panel, RELEASE.peers, RELEASE, explain=False)
    silent = {"closed": "closed", "no_recent_sales": "stopped", "too_short": "too_short"}

    for score, search in zip(scores, found, strict=True):
        assert search.level == score.level
        if score.status != "scored":
            assert search.nothing == silent[score.status]
    assert {"closed", "no_recent_sales"} <= {score.status for score in scores}


def test_what_changed_is_what_the_indicators_read(panel, found):
    search = next(each for each in found if each.found)
    moved = search.found[0].changed

    assert moved
    assert all(before != after for before, after in moved.values())
    assert set(moved) <= set(RELEASE.indicators)
    assert len(search.found[0].changes("ko")) == len(moved)


def test_the_largest_fall_for_its_cost_comes_first_and_few_are_told(found):
    for search in found:
        worth = [each.fall / each.weight for each in search.found]
        assert worth == sorted(worth, reverse=True)
        assert len(worth) <= shipped_actions().most


def test_two_actions_of_one_counterfactual_work_through_different_levers(found):
    lever = {action.id: action.lever for action in shipped_actions().tried}
    pairs = [each.actions for search in found for each in search.found if len(each.actions) > 1]

    assert pairs
    assert all(lever[one.action] != lever[other.action] for one, other in pairs)


def test_every_action_is_told_or_passed_over_with_a_reason(found):
    every = [action.id for action in shipped_actions().tried]

    for search in found:
        if search.level != "not_scored":
            passed = [each.action for each in search.passed_over]
            told = {step.action for each in search.found for step in each.actions}
            assert passed == [action for action in every if action not in told]


def test_a_closed_or_silent_shop_is_offered_the_ways_to_end_well(panel, found):
    ended = [search for search in found if search.nothing in ("closed", "stopped")]

    assert ended
    assert all(search.endings == ("orderly_closure", "second_chance") for search in ended)
    assert all(not search.found for search in ended)


def test_a_shop_beyond_help_is_offered_the_ways_to_end_well_and_no_other(panel):
    levels = tuple(
        replace(level, lower=lower)
        for level, lower in zip(RELEASE.levels, (0.0, 0.005, 0.01, 0.015, 0.05), strict=True)
    )
    graver = replace(RELEASE, levels=levels)

    grave = [
        each
        for each in counterfactuals(panel, RELEASE.peers, graver)
        if each.level in shipped_actions().beyond_help
    ]

    stays = {"severe": ("severe",), "alert": ()}
    for search in grave:
        beyond = all(each.level_after in stays[search.level] for each in search.found)
        assert bool(search.endings) == beyond
        assert search.nothing == ("" if search.found else "beyond_help")
    cases = {(search.level, bool(search.found), bool(search.endings)) for search in grave}
    assert cases >= {
        ("severe", True, True),
        ("severe", True, False),
        ("alert", False, True),
        ("alert", True, False),
    }


def test_an_action_whose_need_is_known_not_to_hold_is_passed_over_and_an_unknown_one_is_to_be_checked(panel):
    shop = next(
        shop for shop in range(SHOPS) if not facts_of(panel, RELEASE.peers, shop).get("voucher_member")
    )
    facts = facts_of(panel, RELEASE.peers, shop)
    catalogue = replace(shipped_actions(), least_fall=1e-9)

    def passed(**given):
        (search,) = counterfactuals(
            panel, RELEASE.peers, RELEASE, shops=[shop], facts=[{**facts, **given}], actions=catalogue
        )
        return {each.action: each.reason for each in search.passed_over}, search

    reasons, search = passed(voucher_member=True)
    assert reasons["voucher_scheme"] == "not_needed"
    reasons, search = passed()
    assert reasons.get("voucher_scheme") != "not_needed"
    for each in search.found:
        if "voucher_scheme" in [step.action for step in each.actions]:
            assert "in_designated_street" in each.to_check


def test_what_the_release_does_not_read_and_what_is_not_known_is_passed_over(panel):
    quantities = {**panel.quantities, "rent": np.full_like(panel.quantities["rent"], np.nan)}
    poor = replace(panel, quantities=quantities)

    (search,) = counterfactuals(poor, RELEASE.peers, RELEASE, shops=[_scored(panel)])

    reasons = {each.action: each.reason for each in search.passed_over}
    assert reasons["rent_renegotiation"] == "unknown_input"
    assert reasons["staffing"] == "not_read"


def test_an_action_of_which_every_step_leaves_the_possible_range_is_passed_over_for_that(panel):
    everybody = {"returning_share": 0.985, "new_share": 0.0}
    quantities = {
        name: np.full_like(rows, everybody[name]) if name in everybody else rows
        for name, rows in panel.quantities.items()
    }
    full = replace(panel, quantities=quantities)

    (search,) = counterfactuals(full, RELEASE.peers, RELEASE, shops=[_scored(panel)])

    reasons = {each.action: each.reason for each in search.passed_over}
    assert reasons["returning_customers"] == "out_of_range"


@pytest.mark.parametrize("horizon", [3, 12])
def test_another_horizon_is_that_horizons_risk(panel, horizon):
    found = counterfactuals(panel, RELEASE.peers, RELEASE, horizon=horizon)
    scores = score_panel(panel, RELEASE.peers, RELEASE, explain=False)

    assert [search.risk for search in found if search.level != "not_scored"] == [
        score.risk[horizon] for score in scores if score.status == "scored"
    ]
    told = [(shop, each) for shop, search in enumerate(found) for each in search.found]
    assert all(each.fall >= shipped_actions().least_fall for _, each in told)
    for shop, each in told[:8]:
        (after,) = score_panel(applied(panel, each.actions, shop=shop), RELEASE.peers, RELEASE, explain=False)
        assert after.risk[horizon] == each.risk_after


def test_a_risk_on_the_bound_of_a_class_is_in_the_class_in_which_a_score_puts_it(panel, found):
    shop, each = next((shop, search.found[0]) for shop, search in enumerate(found) if search.found)
    first, second, *rest = RELEASE.levels
    bounds = np.linspace(each.risk_after, 1.0, 2 + len(rest))[:-1]
    levels = (
        first,
        *(replace(level, lower=float(lower)) for level, lower in zip((second, *rest), bounds, strict=True)),
    )
    release = replace(RELEASE, levels=levels)

    (search,) = counterfactuals(panel, RELEASE.peers, release, shops=[shop])
    (score,) = score_panel(applied(panel, each.actions, shop=shop), RELEASE.peers, release, explain=False)

    again = next(one for one in search.found if one.actions == each.actions)
    assert again.level_after == score.level == second.level


def test_a_horizon_that_the_model_does_not_tell_is_refused(panel):
    with pytest.raises(SettingError, match="horizon: got 4; wanted one of 3, 6, 12"):
        counterfactuals(panel, RELEASE.peers, RELEASE, horizon=4)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_whatever_is_told_says_that_it_is_no_promise(found, audience, language):
    no_promise = {
        "ko": ("보장하지 않", "약속은 아니", "보증이 아님"),
        "en": ("no promise", "not a promise", "no guarantee"),
    }

    for search in found:
        lines = search.lines(audience, language)
        assert lines
        assert not any("{" in line for line in lines)
        if search.found:
            assert lines[0] == search.assumption(audience, language)
            told = lines[1 : 1 + len(search.found)]
            assert all(any(word in line for word in no_promise[language]) for line in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_owner_hears_of_an_action_in_plain_words(found, language):
    each = next(search.found[0] for search in found if search.found)

    for audience in AUDIENCES:
        told = each.text(audience, language)
        for step in each.actions:
            assert shipped_actions().title(step, plain=audience == "owner", language=language) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_to_pass_over_an_action_has_its_sentence(found, language):
    for search in found:
        for each in search.passed_over:
            text = each.text(language)
            assert shipped_actions().named(each.action).name[language] in text
            assert "{" not in text


def test_nobody_is_named_in_the_records_but_the_shop_by_its_number(panel):
    with_name = replace(panel, shops=replace(panel.shops, name=np.full(SHOPS, "Kim's", dtype=object)))

    (search,) = counterfactuals(with_name, RELEASE.peers, RELEASE, shops=[_scored(panel)])

    assert "Kim's" not in str(search)


def _scored(panel: Panel) -> int:
    sales, closed = panel.quantities["sales"], panel.shops.closed
    return int(np.flatnonzero((sales[-3:] > 0).all(axis=0) & (closed == NEVER))[0])


def _score(one: Panel):
    """What `score_business` says of the shop of a panel, handed over as a script would."""
    shops = one.shops
    shop = {
        "shop_id": shops.ids[0], "industry_code": shops.industry[0], "district_id": shops.district[0],
        "floor_area_m2": shops.floor_area[0], "opened_on": _day(shops.opened[0]),
        "lease_ends_on": _day(shops.lease_ends[0]), "voucher_since": _day(shops.voucher_since[0]),
        "operator_since": _day(shops.operator_since[0]),
    }  # fmt: skip
    tables = {
        table: pd.DataFrame(
            {
                "month": [str(one.month_of_row(quantity, row)) for row in range(len(rows))],
                **{
                    column: one.quantities[name][:, 0]
                    for name, (home, column) in QUANTITIES.items()
                    if home == table
                },
            }
        )
        for quantity, (table, _) in QUANTITIES.items()
        for rows in [one.quantities[quantity]]
    }
    return score_business(
        {name: value for name, value in shop.items() if value is not None}, tables["sales"], tables["rent"],
        tables["footfall"], customers=tables["customers"], costs=tables["costs"], as_of=one.as_of,
        release=RELEASE,
    )  # fmt: skip


def _day(month: float) -> str | None:
    return None if np.isnan(month) or month == NEVER else f"{pd.Period(ordinal=int(month), freq='M')}-15"


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
