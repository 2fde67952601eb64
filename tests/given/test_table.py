"""Which rows of a table count, and for which month."""

import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.given.context import Context, usual_lags
from sbwarn.given.month import month_number
from sbwarn.given.notes import Notes
from sbwarn.given.table import table_of_frame
from sbwarn.given.tablequantities import quantities_of


def read(told: pd.DataFrame, argument: str = "sales", **more):
    around = Context(**{"notes": Notes(), "lags": usual_lags(), "currency": "KRW", **more})
    found = quantities_of(table_of_frame(told, argument), around)
    return found, {note.kind: dict(note.facts) for note in around.notes.taken()}


def sales(*rows, columns=("월", "매출")):
    return pd.DataFrame(list(rows), columns=list(columns))


def test_totals_remarks_and_blank_lines_are_no_months_and_are_counted():
    told = sales(
        ("2026-06", "5"),
        (None, None),
        ("소계", "5"),
        ("2026-07", "6"),
        ("합 계", "11"),
        ("※ 카드 매출 기준", None),
    )

    found, notes = read(told)

    assert found["sales"] == {"2026-06": 5.0, "2026-07": 6.0}
    assert notes["total_rows"] == {"count": 2, "row": "2"}
    assert notes["remark_rows"] == {"count": 1, "row": "5"}
    assert notes["column"]["count"] == 2


def test_a_remark_beside_an_amount_is_refused():
    with pytest.raises(InputError, match=r"sales: '6월 \(추정\)' \(row labelled 1\) is no month"):
        read(sales(("2026-05", 5), ("6월 (추정)", 6)))


def test_an_amount_without_a_month_is_refused():
    with pytest.raises(InputError, match=r"sales: nan \(row labelled 1\) is no month"):
        read(sales(("2026-05", 5), (None, 6)))


def test_a_month_whose_amount_is_blank_is_unknown():
    found, notes = read(sales(("2026-05", 5), ("2026-06", "")))

    assert found["sales"] == {"2026-05": 5.0}
    assert notes["unknown_amounts"] == {"count": 1, "column": "amount", "first": "2026-06"}


@pytest.mark.parametrize("months", [(6, 7), ("6월", "7월"), (6.0, 7.0), ("06", "07")])
@pytest.mark.parametrize("years", [(2026, 2026), ("2026년", "2026"), (2026.0, None), ("2026년도", "")])
def test_a_year_and_a_month_in_two_columns_are_put_together(years, months):
    told = pd.DataFrame({"연도": years, "월": months, "매출": [5, 6]}, dtype=object)

    found, notes = read(told)

    assert found["sales"] == {"2026-06": 5.0, "2026-07": 6.0}
    assert ("years_carried" in notes) is (years[1] in (None, ""))


def test_a_total_of_a_year_is_no_month():
    told = pd.DataFrame({"연도": [2026, "합계"], "월": [6, None], "매출": [5, 5]}, dtype=object)

    assert read(told)[0]["sales"] == {"2026-06": 5.0}


def test_a_month_below_a_total_still_belongs_to_the_year_above_it():
    told = pd.DataFrame({"연도": [2026, "소계", None], "월": [6, None, 7], "매출": [5, 5, 6]}, dtype=object)

    found, notes = read(told)

    assert found["sales"] == {"2026-06": 5.0, "2026-07": 6.0}
    assert notes["total_rows"]["count"] == 1


def test_a_month_without_its_year_is_refused():
    with pytest.raises(
        InputError, match=r"'6월' \(row labelled 0\) is no month \(str\); write it with its year"
    ):
        read(sales(("6월", 5)))


def test_january_that_may_be_october_is_refused():
    with pytest.raises(InputError, match=r"sales: 2026\.1 \(row labelled 1\) is no month"):
        read(sales(("2026.09", 5), ("2026.1", 6)))
    assert read(sales(("2026.9", 5), ("2026.1", 6)))[0]["sales"] == {"2026-01": 6.0, "2026-09": 5.0}


def test_the_rows_of_other_shops_are_left_out_and_counted():
    told = pd.DataFrame(
        {"shop_id": ["A", "B", "A"], "month": ["2026-06", "2026-06", "2026-07"], "amount": [5, 50, 6]}
    )

    found, notes = read(told, owners={"shop_id": "A"})

    assert found["sales"] == {"2026-06": 5.0, "2026-07": 6.0}
    assert notes["other_owners"] == {"count": 1, "owner": "shop_id"}


def test_an_id_that_became_a_decimal_number_is_the_same_id():
    told = pd.DataFrame({"점포 번호": [17.0, 18.0], "month": ["2026-06"] * 2, "amount": [5, 50]})

    assert read(told, owners={"shop_id": "17"})[0]["sales"] == {"2026-06": 5.0}


def test_a_table_of_several_shops_needs_to_know_whose_it_is():
    told = pd.DataFrame({"shop_id": ["A", "B"], "month": ["2026-06"] * 2, "amount": [5, 50]})

    with pytest.raises(
        InputError, match=r"sales: the table names 2 different shop_id; tell .* shop=\{'shop_id': \.\.\.\}"
    ):
        read(told)
    with pytest.raises(InputError, match=r"sales: no row belongs to shop_id 'C'; the table names 2 other"):
        read(told, owners={"shop_id": "C"})


def test_footfall_belongs_to_the_district():
    told = pd.DataFrame({"district_id": ["x", "y"], "month": ["2026-06"] * 2, "weekday": [5, 50]})

    found, _ = read(told, "footfall", owners={"shop_id": "A", "district_id": "y"})

    assert found["footfall_weekday"] == {"2026-06": 50.0}


def test_a_correction_counts_only_once_public():
    told = pd.DataFrame(
        {
            "month": ["2026-06", "2026-06", "2026-07"],
            "amount": [5, 4, 6],
            "known_on": ["2026-07-20", "2026-10-05", "2026-08-20"],
        }
    )

    before, noted = read(told, as_of=month_number("2026-09"))
    after, later = read(told, as_of=month_number("2026-10"))

    assert before["sales"] == {"2026-06": 5.0, "2026-07": 6.0}
    assert noted["not_yet_public"] == {"count": 1, "day": "2026-09-30"}
    assert after["sales"] == {"2026-06": 4.0, "2026-07": 6.0}
    assert later["superseded_rows"] == {"count": 1}


def test_two_words_of_one_day_on_a_month_contradict():
    told = pd.DataFrame({"month": ["2026-06"] * 2, "amount": [5, 4], "known_on": ["2026-07-20"] * 2})

    with pytest.raises(InputError, match=r"month 2026-06 .* is given twice"):
        read(told)


def test_a_day_of_publication_that_is_none_is_refused():
    told = pd.DataFrame({"month": ["2026-06"], "amount": [5], "known_on": ["soon"]})

    with pytest.raises(InputError, match=r"sales: known_on 'soon' \(row labelled 0\) is no day"):
        read(told)


@pytest.mark.parametrize(
    ("heading", "argument", "column", "wanted"),
    [("매출(만원)", "sales", "sales", 50_000), ("매출(천)", "sales", "sales", 5_000), ("매출(VAT 포함)", "sales", "sales", 5),
     ("건수(천건)", "transactions", "transactions", 5_000), ("유동인구(천명)", "footfall", "footfall_weekday", 5_000),
     ("재방문 고객 비중(%)", "customers", "returning_share", 0.05)],
)  # fmt: skip
def test_the_unit_in_a_heading_counts(heading, argument, column, wanted):
    found, _ = read(sales(("2026-06", 5), columns=("월", heading)), argument)

    assert found[column] == {"2026-06": wanted}


def test_a_unit_that_is_said_twice_has_to_be_the_same():
    told = sales(("2026-06", 5), columns=("월", "매출(만원)"))

    assert read(told, unit="만원")[0]["sales"] == {"2026-06": 50_000.0}
    with pytest.raises(InputError, match=r"sales: unit=천원 was declared, but the table says 만원"):
        read(told, unit="천원")


@pytest.mark.parametrize(
    ("heading", "argument"), [("매출(USD)", "sales"), ("매출(천건)", "sales"), ("건수(만원)", "transactions")]
)
def test_a_unit_that_does_not_fit_is_refused(heading, argument):
    with pytest.raises(InputError, match=r"is said to be in .*, which does not fit; money is wanted in KRW"):
        read(sales(("2026-06", 5), columns=("월", heading)), argument)


def test_what_was_read_from_where_is_noted():
    _, notes = read(sales(("2026-06", 5), columns=("기준월", "매출액(천원)")))

    assert notes["column"] == {
        "source": "DataFrame", "months": "기준월", "column": "매출액(천원)", "field": "amount", "count": 1, "unit": " (천원)",
    }  # fmt: skip


def test_a_table_without_a_row_tells_nothing():
    assert read(sales())[0] == {"sales": {}}
