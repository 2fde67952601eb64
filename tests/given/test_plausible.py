"""Doubts about amounts; nothing is mended."""

import pytest

from sbwarn.given.notes import Notes
from sbwarn.given.plausible import doubt

SALES = {f"2026-{month:02d}": 9e6 + 1e5 * month for month in range(1, 9)}


def doubts(sales, rent=None, currency="KRW"):
    notes = Notes()
    monthly = {"sales": sales, "rent": rent or {}}
    doubt(monthly, notes, currency=currency)
    assert monthly == {"sales": sales, "rent": rent or {}}
    return {note.kind: dict(note.facts) for note in notes.taken()}


def scaled(times):
    return {month: amount * times for month, amount in SALES.items()}


def test_an_ordinary_shop_is_not_doubted():
    assert doubts(SALES, {"2026-08": 1.5e6}) == {}
    assert doubts({**SALES, "2026-08": 0.0, "2026-07": 1e6, "2026-06": 5e7}) == {}
    assert doubts({}) == {}


@pytest.mark.parametrize(("times", "scale"), [(1e-4, "10,000"), (1e-3, "10,000"), (1e4, "1/10,000")])
def test_sales_of_another_order_are_doubted(times, scale):
    assert doubts(scaled(times))["doubt_level"]["scale"] == scale


def test_levels_are_known_for_won_alone():
    assert doubts(scaled(1e-3), currency="USD") == {}


@pytest.mark.parametrize("times", [1e-4, 1e-3, 1e3, 1e4])
def test_a_month_in_another_unit_is_doubted_and_named(times):
    found = doubts({**SALES, "2026-03": SALES["2026-03"] * times})

    assert found["doubt_month"]["month"] == "2026-03"


def test_a_month_of_two_is_not_out_of_line():
    assert "doubt_month" not in doubts({"2026-03": 9e6, "2026-04": 9e2})


@pytest.mark.parametrize("rent", [150.0, 1.5e10])
def test_a_rent_in_another_unit_than_the_sales_is_doubted(rent):
    assert "doubt_rent" in doubts(SALES, {"2026-08": rent})
