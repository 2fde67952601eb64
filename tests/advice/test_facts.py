"""What is known of a shop: from the data, and from whoever talked to the owner."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sbwarn.advice.facts import FACTS, HELD_ONLY_BY_RIGHT, checked_facts, facts_of
from sbwarn.errors import SettingError
from sbwarn.messages import knows
from sbwarn.tables.panel import DEPTH, QUANTITIES, Panel
from sbwarn.tables.surroundings import NOTHING_AROUND
from tests import small_city
from tests.few_shops import few_shops

NOW = pd.Period("2026-03", "M").ordinal


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
    assert facts_of(panel_of(), peers()) == {"is_closed": False, "trading": False}


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


@pytest.mark.parametrize("given", [{"credit_score": "612"}, {"closed": "last year"}, {"tenant": 1}])
def test_a_fact_of_another_kind_is_refused_and_its_value_is_not_repeated(given):
    with pytest.raises(SettingError, match=next(iter(given))) as refused:
        checked_facts(given)

    assert str(next(iter(given.values()))) not in str(refused.value).replace("612 ", "")


def test_a_strange_fact_is_refused_with_the_names_that_there_are():
    with pytest.raises(SettingError, match=r"'?owner_age'? is no fact.*small_merchant"):
        checked_facts({"owner_age": 61})


def test_every_fact_has_its_words():
    assert [name for name in FACTS if not knows(f"advice.facts.{name}")] == []
