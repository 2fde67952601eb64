"""Monthly amounts of one quantity."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.given.amounts import read_last, read_pairs
from sbwarn.given.asked import asked_of
from sbwarn.given.context import Context, usual_lags
from sbwarn.given.month import month_number
from sbwarn.given.notes import Notes

SALES = asked_of("sales")[0]


def context(**more) -> Context:
    return Context(**{"notes": Notes(), "lags": usual_lags(), "currency": "KRW", **more})


def read(amounts: dict, asked=SALES, **more) -> dict[str, float]:
    return read_pairs(list(amounts), list(amounts.values()), asked, context(**more))


def noted(amounts: dict, **more) -> dict[str, dict]:
    around = context(**more)
    read_pairs(list(amounts), list(amounts.values()), SALES, around)
    return {note.kind: dict(note.facts) for note in around.notes.taken()}


@pytest.mark.parametrize(
    "amount", [5, 5.0, "5", Decimal(5), np.float32(5), np.int16(5), np.uint8(5), "5원", "₩5", "0.5e+1", "５"]
)
def test_every_kind_of_number_is_the_same_float(amount):
    found = read({"2026-03": amount})

    assert found == {"2026-03": 5.0}
    assert type(found["2026-03"]) is float


def test_months_come_in_order_whatever_order_they_had():
    assert list(read({"2026-03": 1, "2025-12": 2, "202601": 3})) == ["2025-12", "2026-01", "2026-03"]


@pytest.mark.parametrize(
    "unknown", [None, float("nan"), np.float32("nan"), pd.NA, "", "-", "NA", "미상", Decimal("NaN")]
)
def test_an_unknown_amount_is_left_out_and_counted_and_never_zero(unknown):
    amounts = {"2026-02": unknown, "2026-03": 5, "2026-04": unknown}

    assert read(amounts) == {"2026-03": 5.0}
    assert noted(amounts)["unknown_amounts"] == {"count": 2, "column": "amount", "first": "2026-02"}


def test_zero_is_known():
    assert read({"2026-03": 0, "2026-04": "0원"}) == {"2026-03": 0.0, "2026-04": 0.0}


@pytest.mark.parametrize(
    ("unit", "amount"),
    [("만원", 1230.7), ("천원", 12307), ("백만원", "12.307"), ("원", 12_307_000), ("억원", 0.12307)],
)
def test_the_same_amount_in_any_unit_is_the_same_float(unit, amount):
    assert read({"2026-03": amount}, unit=unit) == {"2026-03": 12_307_000.0}


def test_a_unit_is_noted():
    assert noted({"2026-03": 1}, unit="만원")["unit"] == {"unit": "만원", "scale": "10,000"}


@pytest.mark.parametrize("text", ["1,230만원", "1230만", "12,300,000원", "12300천원"])
def test_a_text_with_a_unit_of_its_own_keeps_it_and_is_counted(text):
    assert read({"2026-03": text}, unit="만원") == {"2026-03": 12_300_000.0}
    assert noted({"2026-03": text}, unit="만원")["own_units"] == {
        "count": 1,
        "got": repr(text),
        "value": "12,300,000",
    }


def test_texts_are_counted_with_the_first_as_an_example():
    found = noted({"2026-02": "12,300,000", "2026-03": "₩500", "2026-04": "7"})

    assert found == {"texts": {"count": 2, "got": "'12,300,000'", "value": "12,300,000"}}


def test_plain_input_leaves_no_note():
    assert noted({"2026-02": 5, "2026-03": 5.5, "2026.4": "7"}) == {}


def test_months_that_had_to_be_understood_are_counted():
    found = noted({"26년 2월": 5, "26년 3월": 5, 46113: 5})

    assert found["months_short_year"] == {"count": 2, "got": "'26년 2월'", "month": "2026-02"}
    assert found["months_serial"] == {"count": 1, "got": "46113", "month": "2026-04"}


def test_a_month_that_stands_there_twice_with_one_amount_is_noted():
    same = 5e6

    assert read({"2026-03": same, 202603: same}) == {"2026-03": 5e6}
    assert noted({"2026-03": same, 202603: same, "2026.3": "5,000,000"})["repeated_months"]["count"] == 2


def test_a_month_that_contradicts_itself_is_refused():
    with pytest.raises(
        InputError, match=r"sales: month 2026-03 is given twice with different values, 5 and 6;"
    ):
        read({"2026-03": 5, 202603: 6})


def test_an_unknown_and_a_known_amount_of_a_month_do_not_contradict():
    assert read({"2026-03": None, 202603: 6}) == read({"2026-03": 6, 202603: None}) == {"2026-03": 6.0}


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("many", r"sales: 'many' for 2026-03 is no amount \(str\); wanted a number 0 … 10,000,000,000,000, for example 12300000"),
        ("010-1234-5678", r"sales: text of 13 characters for 2026-03 is no amount"),
        ("김철수", r"sales: text of 3 characters for 2026-03 is no amount"),
        ("1,23,4", r"sales: '1,23,4' for 2026-03 is no amount"),
        ("12%", r"sales: '12%' for 2026-03 is no amount"),
        (True, r"sales: True for 2026-03 is no amount \(bool\)"),
        (1 + 2j, r"sales: \(1\+2j\) for 2026-03 is no amount"),
        ([1], r"sales: list of 1 for 2026-03 is no amount \(list\)"),
        ({"net": 5}, r"sales: dict of 1 for 2026-03 is no amount \(dict\)"),
        (-1, r"sales: -1 for 2026-03 is read as -1; wanted 0 … 10,000,000,000,000"),
        ("△500", r"sales: '△500' for 2026-03 is read as -500; wanted 0"),
        ("(500)", r"sales: '\(500\)' for 2026-03 is read as -500; wanted 0"),
        (float("inf"), r"sales: inf for 2026-03 is read as inf"),
        (Decimal("-Infinity"), r"sales: Decimal\('-Infinity'\) for 2026-03 is read as -inf"),
        (10**400, r"sales: 1000.*… for 2026-03 is read as inf"),
        ("50 USD", r"sales: '50 USD' for 2026-03 is in another currency; wanted amounts in KRW"),
    ],
    ids=str,
)  # fmt: skip
def test_an_amount_that_cannot_be_used_is_told_with_its_month(amount, text):
    with pytest.raises(InputError, match=text):
        read({"2026-02": 1, "2026-03": amount})


def test_an_amount_too_large_in_its_unit_is_asked_about_the_unit():
    with pytest.raises(
        InputError, match=r"is read as 123,000,000,000,000; .*; amounts are taken to be in 백만원: is that"
    ):
        read({"2026-03": 123_000_000}, unit="백만원")


def test_a_won_sign_beside_another_unit_is_refused():
    with pytest.raises(
        InputError, match=r"'₩1,230' for 2026-03 bears a currency sign, yet the unit is said to be 만원"
    ):
        read({"2026-03": "₩1,230"}, unit="만원")
    assert read({"2026-03": "₩1,230"}, unit="원") == {"2026-03": 1230.0}


@pytest.mark.parametrize("month", ["soon", "2026-13", None, pd.NaT, float("nan"), 3.5, ("2026", 3)], ids=repr)
def test_a_month_that_is_none_is_refused(month):
    with pytest.raises(
        InputError, match=r"^sales: .* is no month \(\w+\); write it with its year as YYYY-MM"
    ):
        read({month: 5})


def test_a_count_is_not_scaled_by_the_unit_of_money_and_has_none_of_its_own():
    receipts = asked_of("transactions")[0]

    assert read({"2026-03": "1,200"}, receipts, unit="만원") == {"2026-03": 1200.0}
    with pytest.raises(InputError, match=r"transactions: '1,200원' for 2026-03 is no amount"):
        read({"2026-03": "1,200원"}, receipts)


def test_a_share_may_be_written_as_a_percentage():
    share = next(each for each in asked_of("customers") if each.quantity == "returning_share")

    assert read({"2026-02": "35%", "2026-03": 0.35}, share) == {"2026-02": 0.35, "2026-03": 0.35}
    with pytest.raises(
        InputError, match=r"customers\.returning_share: 35 for 2026-03 is read as 35; wanted 0 … 1"
    ):
        read({"2026-03": 35}, share)


def test_the_last_of_a_list_is_the_last_closed_month():
    around = context(as_of=month_number("2026-09"))

    assert read_last([1, None, 3], SALES, around) == {"2026-06": 1.0, "2026-08": 3.0}
    assert {note.kind: dict(note.facts) for note in around.notes.taken()}["list"] == {
        "count": 3, "first": "2026-06", "last": "2026-08",
    }  # fmt: skip
    assert read_last([1, 2], asked_of("rent")[0], around) == {"2026-08": 1.0, "2026-09": 2.0}


def test_a_list_needs_the_month_one_stands_on():
    with pytest.raises(InputError, match=r"sales: 2 amount\(s\) without months; say as_of='YYYY-MM'"):
        read_last([1, 2], SALES, context())


def test_a_wrong_amount_in_a_list_is_told_by_its_place():
    with pytest.raises(InputError, match=r"sales: 'x' for 2026-08 \(item 2\) is no amount"):
        read_last([1, "x"], SALES, context(as_of=month_number("2026-09")))
