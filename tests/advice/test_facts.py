"""What is known of a shop, and conditions over facts that may be unknown."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sbwarn.advice.facts import (
    FACTS,
    HELD_ONLY_BY_RIGHT,
    Condition,
    Way,
    checked_facts,
    every,
    facts_of,
    read_conditions,
)
from sbwarn.errors import SettingError
from sbwarn.messages import knows
from sbwarn.tables.panel import DEPTH, QUANTITIES, Panel
from sbwarn.tables.surroundings import NOTHING_AROUND
from tests import small_city
from tests.few_shops import few_shops

NOW = pd.Period("2026-03", "M").ordinal
CLOSING = Way(fact="closing", bound="is", value=True)
CLOSED_LATELY = Way(fact="closed", bound="at_least", value="2023-01")


def panel_of(*, shops=None, **quantities) -> Panel:
    """One shop with these last months, everything else unknown."""
    rows = {name: np.full((DEPTH, 1), np.nan) for name in QUANTITIES}
    for name, months in quantities.items():
        rows[name][-len(months) :, 0] = months
    return Panel(
        as_of=pd.Period("2026-03", "M"), shops=shops or few_shops(1), quantities=rows,
        lags=dict.fromkeys(QUANTITIES, 1),
    )  # fmt: skip


def peers():
    return replace(small_city.release().peers, surroundings=NOTHING_AROUND)


def test_of_a_shop_of_which_nothing_is_known_nothing_is_told_but_that_no_closing_is():
    assert facts_of(panel_of(), peers()) == {"is_closed": False}


def test_sales_of_a_year_are_known_only_if_every_month_is():
    known, gap = [10.0] * 12, [10.0] * 5 + [np.nan] + [10.0] * 6

    assert facts_of(panel_of(sales=known), peers())["sales_12m"] == 120.0
    assert "sales_12m" not in facts_of(panel_of(sales=gap), peers())


def test_age_lease_and_rent_come_from_the_register():
    shops = few_shops(
        1, opened=np.array([NOW - 14]), lease_ends=np.array([NOW + 5.0]), voucher_since=np.array([NOW - 1.0])
    )

    found = facts_of(panel_of(shops=shops, rent=[1e6], rent_days_late=[0.0, 9.0]), peers())

    assert {name: found[name] for name in ("opened", "months_open", "lease_left", "tenant", "voucher_member")} == {
        "opened": "2025-01", "months_open": 14.0, "lease_left": 5.0, "tenant": True, "voucher_member": True,
    }  # fmt: skip
    assert found["rent_days_late"] == 9.0


def test_a_closing_that_lies_ahead_is_no_closing():
    closed = few_shops(1, closed=np.array([NOW]))
    ahead = few_shops(1, closed=np.array([NOW + 1]))

    assert facts_of(panel_of(shops=closed), peers())["closed"] == "2026-03"
    assert facts_of(panel_of(shops=ahead), peers())["is_closed"] is False


@pytest.mark.parametrize(("age", "told"), [(3.0, {"in_designated_street": True}), (np.nan, {})])
def test_a_district_without_a_day_of_designation_is_unknown_and_not_undesignated(age, told):
    around = replace(
        NOTHING_AROUND, districts=np.array(["D0"], dtype=object), facts={"months_designated": np.array([age])}
    )

    found = facts_of(panel_of(), replace(peers(), surroundings=around))

    assert {name: value for name, value in found.items() if name == "in_designated_street"} == told


def test_arrears_are_read_only_where_the_programme_has_the_right_to_hold_them():
    panel = panel_of(days_past_due=[30.0, 95.0], public_arrears=[1.0, 0.0])

    assert not set(HELD_ONLY_BY_RIGHT) & facts_of(panel, peers()).keys()
    held = facts_of(panel, peers(), private=True)
    assert (held["days_past_due"], held["public_arrears"]) == (95.0, False)


def test_what_the_owner_says_outweighs_the_data():
    assert (
        facts_of(panel_of(rent=[1e6]), peers(), given={"tenant": False, "closing": None})["tenant"] is False
    )


@pytest.mark.parametrize("given", [{"days_past_due": "612"}, {"closed": "last year"}, {"tenant": 1}])
def test_a_fact_of_another_kind_is_refused_and_its_value_is_not_repeated(given):
    with pytest.raises(SettingError, match=next(iter(given))) as refused:
        checked_facts(given)

    assert str(next(iter(given.values()))) not in str(refused.value).replace("612 ", "")


def test_a_strange_fact_is_refused_with_the_names_that_there_are():
    with pytest.raises(SettingError, match=r"'?owner_age'? is no fact.*small_merchant"):
        checked_facts({"owner_age": 61})


def test_every_fact_has_its_words():
    assert [name for name in FACTS if not knows(f"advice.facts.{name}")] == []


@pytest.mark.parametrize(
    ("bound", "told", "answer"),
    [("at_least", 89.0, "no"), ("at_least", 90.0, "yes"), ("at_most", 90.0, "yes"), ("at_most", 91.0, "no")],
)
def test_a_bound_is_met_by_the_bound_itself(bound, told, answer):
    assert Way(fact="days_past_due", bound=bound, value=90).answer({"days_past_due": told}) == answer


@pytest.mark.parametrize(("closed", "answer"), [("2022-12", "no"), ("2023-01", "yes"), ("2025-10", "yes")])
def test_months_are_compared_in_the_order_of_time(closed, answer):
    assert CLOSED_LATELY.answer({"closed": closed}) == answer


@pytest.mark.parametrize(
    ("facts", "answer", "missing"),
    [
        ({}, "unknown", ("closing", "closed")),
        ({"closing": False}, "unknown", ("closed",)),
        ({"closing": False, "closed": "2020-01"}, "no", ()),
        ({"closed": "2024-01"}, "yes", ()),
    ],
)
def test_one_of_several_ways_is_enough_and_none_is_missed_before_it_is_known(facts, answer, missing):
    ways = Condition(ways=(CLOSING, CLOSED_LATELY))

    assert ways.answer(facts) == answer
    assert ways.missing(facts) == missing


@pytest.mark.parametrize(
    ("answers", "one"),
    [(["yes", "yes"], "yes"), (["yes", "unknown"], "unknown"), (["unknown", "no"], "no"), ([], "yes")],
)
def test_one_known_miss_decides_whatever_is_unknown(answers, one):
    assert every(answers) == one


@pytest.mark.parametrize(
    "told",
    [
        [{"fact": "tenant"}],
        [{"fact": "tenant", "is": 1}],
        [{"fact": "tenant", "at_least": True}],
        [{"fact": "days_past_due", "is": 90}],
        [{"fact": "days_past_due", "at_least": 1, "at_most": 9}],
        [{"fact": "closed", "at_least": "2023-13"}],
        [{"fact": "owner_age", "at_least": 60}],
        [{"any": []}],
        ["tenant"],
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(told):
    with pytest.raises(SettingError):
        read_conditions(told, where="here")


def test_a_condition_reads_in_words_of_both_languages():
    low = Way(fact="sales_12m", bound="at_most", value=104_000_000)

    assert low.text("en") == "sales of twelve months: at most KRW 104,000,000"
    assert low.text("ko") == "최근 12개월 매출 1.04억원 이하"
    assert Condition(ways=(low, Way(fact="tenant", bound="is", value=False))).text("en").endswith(
        " or not so: the premises are rented"
    )  # fmt: skip
