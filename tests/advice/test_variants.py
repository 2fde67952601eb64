"""Shops as they would look had an action been in force."""

from dataclasses import fields, replace

import numpy as np
import pytest

from sbwarn.advice.actions import CHANGEABLE, Step, shipped_actions
from sbwarn.advice.variants import applied
from sbwarn.errors import SettingError
from sbwarn.tables.panel import DEPTH, QUANTITIES, Panel, Shops
from tests.advice.drawn_panel import NOW, drawn_panel
from tests.few_shops import few_shops

SHOPS = 40
"""Shops drawn here; `benchmarks/counterfactuals.py` does the same with ten thousand."""


def panel_of(**quantities) -> Panel:
    """One shop with these last months, everything else unknown."""
    rows = {name: np.full((DEPTH, 1), np.nan) for name in QUANTITIES}
    for name, months in quantities.items():
        rows[name][-len(months) :, 0] = months
    drawn = drawn_panel(1, seed=1)
    return replace(drawn, quantities=rows, shops=few_shops(1, lease_ends=np.array([NOW + 2.0])))


def after(panel, action, size, name):
    return applied(panel, [Step(action=action, size=size)]).quantities[name][:, 0]


def test_an_action_is_in_force_in_the_last_three_closed_months_alone():
    rent = after(panel_of(rent=[100.0] * 6), "rent_renegotiation", 0.10, "rent")

    np.testing.assert_allclose(rent[-6:], [100, 100, 100, 90, 90, 90])


def test_an_unknown_month_stays_unknown():
    rent = after(panel_of(rent=[100.0, np.nan, 100.0]), "rent_renegotiation", 0.10, "rent")

    np.testing.assert_allclose(rent[-3:], [90, np.nan, 90])


def test_a_larger_ticket_leaves_the_number_of_receipts_as_it_is():
    panel = panel_of(sales=[1000.0] * 3, transactions=[50.0] * 3, delivery=[100.0] * 3)

    np.testing.assert_allclose(after(panel, "ticket_size", 0.05, "sales")[-3:], 1050)
    np.testing.assert_array_equal(after(panel, "ticket_size", 0.05, "transactions")[-3:], 50)
    np.testing.assert_allclose(after(panel, "ticket_size", 0.05, "delivery")[-3:], 105)


def test_new_orders_by_delivery_are_a_part_of_the_sales_as_they_were():
    panel = panel_of(sales=[1000.0] * 3, delivery=[100.0] * 3)

    np.testing.assert_allclose(after(panel, "delivery_orders", 0.10, "delivery")[-3:], 200)
    np.testing.assert_allclose(after(panel, "delivery_orders", 0.10, "sales")[-3:], 1100)


def test_a_share_grows_by_points_and_not_beyond_all_customers():
    panel = panel_of(returning_share=[0.50] * 3, new_share=[0.48] * 3, sales=[100.0] * 3)

    np.testing.assert_allclose(after(panel, "returning_customers", 0.02, "returning_share")[-3:], 0.52)
    with pytest.raises(SettingError, match="outside the possible range"):
        applied(panel, [Step(action="returning_customers", size=0.04)])


def test_what_was_impossible_before_does_not_forbid_an_action():
    panel = panel_of(sales=[100.0] * 3, delivery=[120.0] * 3)

    np.testing.assert_allclose(after(panel, "ticket_size", 0.05, "sales")[-3:], 105)


def test_a_lease_runs_longer_by_the_months_of_the_step():
    found = applied(panel_of(), [Step(action="lease_renewal", size=12.0)])

    assert found.shops.lease_ends[0] == NOW + 14


def test_two_actions_are_applied_one_after_the_other():
    panel = panel_of(sales=[1000.0] * 3, rent=[100.0] * 3)
    both = [Step(action="rent_renegotiation", size=0.20), Step(action="ticket_size", size=0.05)]

    found = applied(panel, both).quantities

    np.testing.assert_allclose(found["rent"][-3:, 0], 80)
    np.testing.assert_allclose(found["sales"][-3:, 0], 1050)


@pytest.mark.parametrize("action", [action.id for action in shipped_actions().tried])
def test_no_action_touches_a_fixed_field_or_an_earlier_month_of_any_shop(action):
    panel = drawn_panel(SHOPS, seed=7)
    as_it_was = {name: rows.copy() for name, rows in panel.quantities.items()}
    catalogue, touched = shipped_actions(), 0
    known = catalogue.named(action)

    for shop in range(SHOPS):
        for size in known.steps:
            try:
                found = applied(panel, [Step(action=action, size=size)], shop=shop)
            except SettingError:
                continue
            touched += 1
            assert_only(found, panel, shop, set(known.inputs), catalogue.months)

    assert touched > SHOPS // 2
    for name, rows in panel.quantities.items():
        np.testing.assert_array_equal(rows, as_it_was[name])


def assert_only(found: Panel, panel: Panel, shop: int, inputs: set[str], months: int) -> None:
    """Nothing differs but these inputs, in the months in force."""
    for name in QUANTITIES:
        upto = DEPTH - months if name in inputs else DEPTH
        np.testing.assert_array_equal(found.quantities[name][:upto, 0], panel.quantities[name][:upto, shop])
        assert name not in inputs or name in CHANGEABLE
    for each in fields(Shops):
        if each.name not in inputs:
            assert str(getattr(found.shops, each.name)[0]) == str(getattr(panel.shops, each.name)[shop])
    assert (found.as_of, found.lags, found.country) == (panel.as_of, panel.lags, panel.country)
    assert found.surroundings is panel.surroundings
    assert not any(rows.flags.writeable for rows in found.quantities.values())
