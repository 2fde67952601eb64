"""Which column of somebody's table is which."""

import pytest

from sbwarn.errors import InputError
from sbwarn.given.headings import MONTHS, heading_of, names_of, place_of


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [("매출액(천원)", "매출액", "천원"), ("매출액 (단위: 천원)", "매출액", "천원"), ("매출 액[만원]", "매출액", "만원"), ("Monthly Rent", "monthlyrent", None),
     ("점심(11–14시) 비중", "점심(11–14시)비중", None), ("(원)", "(원)", None), ("매출（천원）", "매출", "천원")],
)  # fmt: skip
def test_a_heading_is_a_name_and_perhaps_a_unit(text, name, unit):
    found = heading_of(text)

    assert (found.name, found.unit) == (name, unit)


@pytest.mark.parametrize(
    "heading", ["month", "Month", "월", "기준월", "기준 년월", "year_month", "날짜", "거래일"]
)
def test_a_column_of_months_is_found(heading):
    assert place_of(["x", heading], MONTHS, argument="sales") == 1


@pytest.mark.parametrize(
    "heading", ["amount", "sales", "매출", "매출액", "매출 금액", "금액", "월매출(만원)"]
)
def test_a_column_of_sales_is_found(heading):
    assert place_of(["월", heading], names_of("sales", "amount"), argument="sales") == 1


def test_the_surest_name_wins():
    assert place_of(["금액", "매출", "amount"], names_of("sales", "amount"), argument="sales") == 2
    assert place_of(["금액", "매출액"], names_of("sales", "amount"), argument="sales") == 1


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(
        InputError, match=r"sales: the columns 매출액\(원\), 매출액\(천원\) bear the same name"
    ):
        place_of(["매출액(원)", "매출액(천원)"], names_of("sales", "amount"), argument="sales")


def test_a_name_that_is_only_a_part_is_not_it():
    assert place_of(["카드매출누계비중", "매월"], names_of("sales", "amount"), argument="sales") is None
