"""The check of a table: what is refused, what is rejected by which rule, and that every row is accounted for."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbwarn.errors import InputError
from sbwarn.tables.check import Checked, check_table, reject_unknown_shops
from sbwarn.tables.schema import table_schema

JANUARY = pd.Timestamp("2026-01-01")


def sales(*rows: tuple[object, ...], columns: str = "shop_id month amount") -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split(), dtype=object)


def check(table: pd.DataFrame, name: str = "sales", **options: object) -> Checked:
    return check_table(table, table_schema(name), where=f"{name}.csv", **options)  # type: ignore[arg-type]


def one_amount(amount: object) -> Checked:
    return check(sales(("A", "2026-01", amount)))


def broken(checked: Checked) -> list[tuple[object, ...]]:
    return list(checked.rejects[["row", "column", "rule"]].itertuples(index=False, name=None))


def test_a_missing_required_column_is_named():
    table = sales(("A", "2026-01"), columns="shop_id month")

    with pytest.raises(InputError, match=r"sales\.csv.*amount"):
        check(table)


def test_a_missing_optional_column_becomes_unknown_values():
    checked = one_amount("5")

    assert checked.rows["transactions"].isna().tolist() == [True]


def test_an_unknown_column_is_named():
    table = sales(("A", "2026-01", "5", "x"), columns="shop_id month amount colour")

    with pytest.raises(InputError, match="colour"):
        check(table)


def test_an_empty_table_is_refused():
    with pytest.raises(InputError, match=r"sales\.csv"):
        check(sales())


@pytest.mark.parametrize("amount", ["many", "1,23,4", "12,34", "inf", "-inf", "1e999", float("inf")])
def test_what_is_no_number_breaks_the_rule_type(amount: object):
    assert broken(one_amount(amount)) == [(0, "amount", "type")]


@pytest.mark.parametrize(
    ("written", "number"),
    [("1,234", 1234.0), ("12,345,678.5", 12345678.5), (" 7 ", 7.0), ("+3", 3.0), ("0", 0.0), (2.5, 2.5)],
)
def test_a_written_number_is_read(written: object, number: float):
    assert one_amount(written).rows["amount"].tolist() == [number]


@pytest.mark.parametrize("blank", ["", "  ", "-", "–", "해당없음", None])
def test_a_blank_in_a_required_column_breaks_the_rule_required(blank: str | None):
    assert broken(one_amount(blank)) == [(0, "amount", "required")]


def test_a_blank_in_an_optional_column_is_unknown_and_no_reject():
    checked = check(sales(("A", "2026-01", "5", "-"), columns="shop_id month amount transactions"))

    assert (checked.rows["transactions"].isna().tolist(), len(checked.rejects)) == ([True], 0)


def test_a_value_below_the_least_breaks_the_rule_minimum():
    assert broken(one_amount("-0.01")) == [(0, "amount", "minimum")]


def test_a_value_above_the_most_breaks_the_rule_maximum():
    assert broken(one_amount("10000000000001")) == [(0, "amount", "maximum")]


def test_a_value_at_the_limits_is_used():
    checked = check(sales(("A", "2026-01", "0"), ("B", "2026-01", "10000000000000")))

    assert checked.rows["amount"].tolist() == [0.0, 1e13]


def test_a_floor_area_of_zero_lies_outside_an_open_limit():
    table = sales(("A", "I", "D", "0"), columns="shop_id industry_code district_id floor_area_m2")

    assert broken(check(table, "shops")) == [(0, "floor_area_m2", "minimum")]


def test_a_closing_before_the_opening_is_rejected():
    table = sales(
        ("A", "I", "D", "2026-02-01", "2026-01-31"),
        ("B", "I", "D", "2026-02-01", "2026-02-01"),
        columns="shop_id industry_code district_id opened_on closed_on",
    )

    assert broken(check(table, "shops")) == [(0, "closed_on", "closed_before_opened")]


@pytest.mark.parametrize(
    "month",
    ["2026-01", "2026/01", "2026.01", "202601", "2026-1", "2026-01-31", "20260131", JANUARY, pd.Period("2026-01", "M")],
)  # fmt: skip
def test_each_form_of_a_month_is_the_same_month(month: object):
    checked = check(sales(("A", month, "5")))

    assert checked.rows["month"].tolist() == [JANUARY]


def test_a_column_of_stamps_becomes_the_first_day_of_each_month():
    table = pd.DataFrame({"shop_id": ["A"], "month": pd.to_datetime(["2026-01-17"]), "amount": [5.0]})

    assert check(table).rows["month"].tolist() == [JANUARY]


@pytest.mark.parametrize("month", ["2026-13", "202600", "January", "26-01", "2026"])
def test_what_is_no_month_breaks_the_rule_type(month: str):
    assert broken(check(sales(("A", month, "5")))) == [(0, "month", "type")]


def test_a_day_that_the_calendar_lacks_breaks_the_rule_type():
    table = sales(("A", "I", "D", "2026-02-30"), columns="shop_id industry_code district_id opened_on")

    assert broken(check(table, "shops")) == [(0, "opened_on", "type")]


def test_a_row_public_before_its_month_began_is_rejected():
    table = sales(("A", "2026-02", "5", "2026-01-31"), columns="shop_id month amount known_on")

    assert broken(check(table)) == [(0, "known_on", "known_before_month")]


def test_a_row_is_rejected_once_for_the_first_rule_that_it_broke():
    assert broken(check(sales(("", "2026-13", "-5")))) == [(0, "shop_id", "required")]


def test_a_reject_tells_its_row_number_value_and_what_was_wanted():
    table = sales(("A", "2026-01", "5"), ("B", "2026-01", "-1")).set_axis([2, 3])

    assert check(table).rejects.to_dict("records") == [
        {"table": "sales", "row": 3, "column": "amount", "rule": "minimum", "value": "-1",
         "expected": "number, >= 0, <= 10000000000000"}
    ]  # fmt: skip


def test_identical_rows_are_used_once_and_counted():
    checked = check(sales(("A", "2026-01", "5"), ("A", "2026/01", "5.0"), ("A", "202601", " 5")))

    assert (len(checked.rows), checked.excluded) == (1, {"identical": 2})


def test_rows_that_contradict_each_other_are_refused_by_row_number():
    table = sales(("B", "2026-01", "1"), ("A", "2026-01", "5"), ("A", "2026-01", "6")).set_axis([2, 3, 4])

    with pytest.raises(InputError, match=r"\b3, 4\b"):
        check(table)


def test_rows_that_contradict_each_other_are_refused_with_an_example():
    with pytest.raises(InputError, match=r"'shop_id': 'A', 'month': '2026-01-01'"):
        check(sales(("A", "2026-01", "5"), ("A", "2026-01", "6")))


def test_the_later_line_settles_a_contradiction_where_the_source_says_so():
    table = sales(("A", "2026-01", "5"), ("B", "2026-01", "1"), ("A", "2026-01", "6"))

    checked = check(table, same_day="last")

    assert checked.rows[["shop_id", "amount"]].values.tolist() == [["B", 1.0], ["A", 6.0]]


def test_a_settled_contradiction_is_counted_as_excluded_and_as_a_repair():
    checked = check(sales(("A", "2026-01", "5"), ("A", "2026-01", "6")), same_day="last")

    assert (checked.excluded, checked.repairs) == (
        {"superseded_same_day": 1},
        {"same_day_contradiction": 1},
    )


def test_the_line_that_stands_last_wins_even_where_it_repeats_an_earlier_one():
    table = sales(("A", "2026-01", "5"), ("A", "2026-01", "6"), ("A", "2026-01", "5"))

    checked = check(table, same_day="last")

    assert checked.rows["amount"].tolist() == [5.0]


def test_a_correction_with_a_later_known_on_stands_beside_the_first_word():
    table = sales(
        ("A", "2026-01", "5", "2026-02-28"),
        ("A", "2026-01", "6", "2026-03-31"),
        columns="shop_id month amount known_on",
    )

    assert check(table).rows["amount"].tolist() == [5.0, 6.0]


def test_a_row_of_a_shop_that_the_register_lacks_becomes_a_reject():
    checked = check(sales(("A", "2026-01", "5"), ("B", "2026-01", "6")))

    known = reject_unknown_shops(checked, pd.Series(["A"]))

    assert (known.rows["shop_id"].tolist(), broken(known)) == (["A"], [(1, "shop_id", "unknown_shop")])


def test_an_unknown_shop_is_told_by_the_row_number_of_the_file():
    table = sales(("A", "2026-01", "x"), ("A", "2026-01", "5"), ("B", "2026-01", "6")).set_axis([2, 3, 4])

    known = reject_unknown_shops(check(table), pd.Series(["A"]))

    assert broken(known) == [(2, "amount", "type"), (4, "shop_id", "unknown_shop")]


def test_a_table_without_unknown_shops_stays_as_it_is():
    checked = one_amount("5")

    assert reject_unknown_shops(checked, pd.Series(["A"])) is checked


def test_repairs_of_the_reader_are_told_with_the_rest():
    checked = check(sales(("A", "2026-01", "5")), repairs={"empty_line": 2})

    assert checked.accounts["repairs"] == {"empty_line": 2}


ROWS = st.tuples(
    st.sampled_from(["A", "B", "", None]),
    st.sampled_from(["2026-01", "2026/2", "never"]),
    st.sampled_from(["5", "6", "1,234", "1,23", "-1", "inf", ""]),
    st.sampled_from(["2026-02-28", "2026-01-31", ""]),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=12))
def test_every_row_is_used_excluded_or_rejected(rows: list[tuple[object, ...]]):
    table = sales(*rows, columns="shop_id month amount known_on")

    accounts = reject_unknown_shops(check(table, same_day="last"), pd.Series(["A"])).accounts

    assert accounts["used"] + accounts["excluded"] + accounts["rejected"] == len(rows)  # type: ignore[operator]
