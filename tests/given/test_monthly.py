"""What an argument tells month by month, in whichever form it came."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.given.context import Context, usual_lags
from sbwarn.given.month import month_number
from sbwarn.given.monthly import read_monthly
from sbwarn.given.notes import Notes

MONTHS = ["2026-05", "2026-06", "2026-07", "2026-08"]
AMOUNTS = [9e6, 8e6, 7.5e6, 6e6]
WANTED = dict(zip(MONTHS, AMOUNTS, strict=True))


def read(told, argument="sales", **more):
    around = Context(
        **{
            "notes": Notes(),
            "lags": usual_lags(),
            "currency": "KRW",
            "as_of": month_number("2026-09"),
            **more,
        }
    )
    return read_monthly(argument, told, around)


FORMS = {
    "dict": WANTED,
    "numbers": {int(month.replace("-", "")): amount for month, amount in WANTED.items()},
    "dates": {date(int(month[:4]), int(month[5:]), 15): amount for month, amount in WANTED.items()},
    "korean": {f"{month[:4]}년 {int(month[5:])}월": f"{amount:,.0f}원" for month, amount in WANTED.items()},
    "Series": pd.Series(WANTED),
    "Series of periods": pd.Series(AMOUNTS, index=pd.PeriodIndex(MONTHS, freq="M")),
    "Series of timestamps": pd.Series(AMOUNTS, index=pd.to_datetime(MONTHS)),
    "Series of zoned timestamps": pd.Series(AMOUNTS, index=pd.to_datetime(MONTHS).tz_localize("Asia/Seoul")),
    "Series, nullable": pd.Series(AMOUNTS, index=MONTHS, dtype="Float64"),
    "Series of whole numbers": pd.Series([int(amount) for amount in AMOUNTS], index=MONTHS),
    "DataFrame": pd.DataFrame({"month": MONTHS, "amount": AMOUNTS}),
    "DataFrame, Korean": pd.DataFrame({"기준월": MONTHS, "매출액": AMOUNTS}),
    "DataFrame, month as index": pd.DataFrame({"매출": AMOUNTS}, index=pd.PeriodIndex(MONTHS, freq="M")),
    "DataFrame in 천원": pd.DataFrame({"월": MONTHS, "매출(천원)": [amount / 1e3 for amount in AMOUNTS]}),
    "DataFrame, shuffled": pd.DataFrame({"month": MONTHS, "amount": AMOUNTS}).sample(frac=1, random_state=1),
    "list": AMOUNTS,
    "tuple": tuple(AMOUNTS),
    "array": np.array(AMOUNTS),
    "Series without months": pd.Series(AMOUNTS),
}


@pytest.mark.parametrize("told", FORMS.values(), ids=FORMS.keys())
def test_every_form_says_the_same(told):
    assert read(told) == {"sales": WANTED}


def test_a_table_tells_every_column_of_its_schema():
    told = pd.DataFrame(
        {
            "month": MONTHS,
            "매출액": AMOUNTS,
            "거래 건수": [3, 2, None, 1],
            "배달 매출액": "1,000원",
            "memo": "x",
        }
    )

    assert read(told) == {
        "sales": WANTED,
        "transactions": {"2026-05": 3.0, "2026-06": 2.0, "2026-08": 1.0},
        "delivery": dict.fromkeys(MONTHS, 1000.0),
    }


def test_receipts_are_a_column_of_the_sales():
    assert read(dict.fromkeys(MONTHS, 500), "transactions") == {"transactions": dict.fromkeys(MONTHS, 500.0)}
    assert read(pd.DataFrame({"월": MONTHS, "건수": 500}), "transactions") == {
        "transactions": dict.fromkeys(MONTHS, 500.0)
    }


def test_footfall_has_its_weekend():
    told = pd.DataFrame({"월": MONTHS, "유동인구": 900, "주말": 300})

    assert read(told, "footfall") == {
        "footfall_weekday": dict.fromkeys(MONTHS, 900.0),
        "footfall_weekend": dict.fromkeys(MONTHS, 300.0),
    }


def test_the_mix_of_customers_is_made_of_their_ten_shares():
    cells = [f"{sex}_{age}0s_share" for sex in ("men", "women") for age in range(2, 7)]
    even = pd.DataFrame(
        {"month": MONTHS[:2], **{cell: [0.1, "10%"] for cell in cells}, "returning_share": [0.4, None]}
    )

    found = read(even, "customers")

    assert found["customer_mix"] == {month: pytest.approx(np.log(10)) for month in MONTHS[:2]}
    assert found["returning_share"] == {"2026-05": 0.4}
    assert set(found) == {"customer_mix", "returning_share"}


def test_the_mix_is_unknown_where_shares_are():
    lone = pd.DataFrame({"month": MONTHS[:1], "men_20s_share": [0.5]})

    assert read(lone, "customers") == {"customer_mix": {}}


@pytest.mark.parametrize(
    ("told", "argument", "text"),
    [
        (9e6, "sales", r"sales: got a float 9000000\.0; wanted a dict month → amount, a Series"),
        (800, "footfall", r"footfall: got a int 800; wanted a dict"),
        (None, "sales", r"sales: got a NoneType"),
        ({1, 2}, "sales", r"sales: got a set of 2"),
        (np.ones((2, 2)), "sales", r"sales: got a ndarray of 2"),
        (pd.Series([1], index=pd.MultiIndex.from_tuples([(2026, 3)])), "sales", r"sales: got a Series"),
        ({"2026-03": 1}, "costs", r"costs: got a dict of 1; wanted a DataFrame with a month column"),
        ([1, 2], "customers", r"customers: got a list of 2; wanted a DataFrame"),
        (pd.DataFrame({"month": MONTHS}), "sales", r"sales: no months and amounts found in DataFrame \(headings: month\); .* one of amount, 매출액"),
        (pd.DataFrame({"amount": AMOUNTS}), "sales", r"headings: amount\); wanted a column for the month \(month, 기준월, 월, 연도 \+ 월\)"),
        (pd.DataFrame({"month": MONTHS}), "transactions", r"transactions: no months and amounts .* one of transactions, 거래건수"),
        (pd.DataFrame({"month": MONTHS}), "costs", r"costs: no months .* one of labour, utilities"),
        (pd.DataFrame(), "sales", r"sales: no months and amounts found in DataFrame \(headings: –\)"),
        (pd.Series([1.0], index=["soon"]), "sales", r"sales: 'soon' is no month"),
    ],
    ids=lambda value: "" if not isinstance(value, str) else value[:20],
)  # fmt: skip
def test_a_form_that_cannot_be_used_is_refused_with_what_can(told, argument, text):
    with pytest.raises(InputError, match=text):
        read(told, argument)


def test_a_wrong_amount_in_a_table_is_told_by_its_row_and_column():
    told = pd.DataFrame({"month": MONTHS, "amount": AMOUNTS, "delivery": [1, 2, "x", 4]}, index=[7, 8, 9, 10])

    with pytest.raises(InputError, match=r"sales\.delivery: 'x' for 2026-07 \(row labelled 9\) is no amount"):
        read(told)


def test_nothing_that_was_handed_over_is_changed():
    table = pd.DataFrame({"월": MONTHS, "매출(천원)": ["1,000", None, "-", "2,000"]})
    before = table.copy(deep=True)

    read(table)

    pd.testing.assert_frame_equal(table, before)
