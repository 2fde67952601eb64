"""Everything that was handed over for one shop."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbwarn.errors import InputError, SbwarnError, SettingError
from sbwarn.given.call import given_of
from sbwarn.messages import knows, speaking

SHOP = {"shop_id": "A17", "industry_code": "I56", "district_id": "SJ01", "opened_on": "2023-04-01"}
SALES = {f"2026-{month:02d}": 9e6 - 1e5 * month for month in range(1, 9)}


def kinds(found) -> list[tuple[str, str]]:
    return [(note.argument, note.kind) for note in found.notes]


def test_plain_input_is_taken_as_it_is_without_a_note():
    found = given_of(SHOP, SALES, {"2026-09": 1_500_000})

    assert found.facts == {**SHOP, "opened_on": date(2023, 4, 1)}
    assert found.monthly == {"sales": SALES, "rent": {"2026-09": 1_500_000.0}}
    assert str(found.as_of) == "2026-09"
    assert found.notes == ()


def test_the_record_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        given_of(SHOP, SALES).as_of = None


def test_one_stands_where_the_last_known_sales_are_closed():
    assert str(given_of(SHOP, {**SALES, "2026-09": None}).as_of) == "2026-09"
    assert str(given_of(SHOP, {**SALES, "2026-09": 0}).as_of) == "2026-10"
    assert str(given_of(SHOP, SALES, lags={"sales": 2}).as_of) == "2026-10"


@pytest.mark.parametrize(
    "as_of",
    ["2026-09", "2026년 9월", 202609, date(2026, 9, 30), pd.Period("2026-09"), np.datetime64("2026-09")],
)
def test_the_month_one_stands_on_may_be_told(as_of):
    assert str(given_of(SHOP, {"2025-01": 5}, as_of=as_of).as_of) == "2026-09"


@pytest.mark.parametrize("as_of", ["2026-00", "now", 9, 2026.9])
def test_a_month_that_is_none_cannot_be_stood_on(as_of):
    with pytest.raises(SettingError, match=r"as_of: .* is no month; write it as YYYY-MM"):
        given_of(SHOP, SALES, as_of=as_of)


def test_lists_of_everything_end_with_their_last_closed_months():
    found = given_of(SHOP, [5, 6], [7, 8], [9, 10], as_of="2026-09")

    assert found.monthly == {
        "sales": {"2026-07": 5.0, "2026-08": 6.0},
        "rent": {"2026-08": 7.0, "2026-09": 8.0},
        "footfall_weekday": {"2026-07": 9.0, "2026-08": 10.0},
    }


def test_a_list_of_rents_takes_its_month_from_the_sales():
    assert given_of(SHOP, SALES, [7, 8]).monthly["rent"] == {"2026-08": 7.0, "2026-09": 8.0}


def test_a_unit_counts_for_money_alone():
    found = given_of(SHOP, {"2026-08": 1230}, {"monthly_rent": 150, "deposit": 2000}, {"2026-08": 800},
                     transactions={"2026-08": 420}, unit="만원")  # fmt: skip

    assert found.monthly["sales"] == {"2026-08": 12_300_000.0}
    assert found.monthly["rent"] == {"2026-09": 1_500_000.0}
    assert found.monthly["deposit"] == {"2026-09": 20_000_000.0}
    assert found.monthly["footfall_weekday"] == {"2026-08": 800.0}
    assert found.monthly["transactions"] == {"2026-08": 420.0}


def test_receipts_of_their_own_count_instead_of_those_beside_the_sales():
    table = pd.DataFrame({"월": ["2026-08"], "매출": [5], "거래건수": [1]})

    found = given_of(SHOP, table, transactions={"2026-08": 2})

    assert found.monthly["transactions"] == {"2026-08": 2.0}
    assert ("transactions", "instead") in kinds(found)


def test_the_end_of_a_lease_becomes_a_fact_of_the_shop():
    assert given_of(SHOP, SALES, {"monthly_rent": 5, "ends_on": "2027-02-28"}).facts["lease_ends_on"] == date(
        2027, 2, 28
    )
    with pytest.raises(
        InputError, match=r"rent: the lease ends on 2027-02-28, but shop says lease_ends_on = 2028-01-31"
    ):
        given_of({**SHOP, "lease_ends_on": "2028-01-31"}, SALES, {"monthly_rent": 5, "ends_on": "2027-02-28"})


def test_the_rows_of_the_shop_are_found_in_tables_of_many():
    sales = pd.DataFrame({"shop_id": ["A17", "B"], "month": ["2026-08"] * 2, "amount": [5, 50]})
    footfall = pd.DataFrame({"district_id": ["SJ01", "SJ02"], "month": ["2026-08"] * 2, "weekday": [7, 70]})

    found = given_of(SHOP, sales, footfall=footfall)

    assert found.monthly == {"sales": {"2026-08": 5.0}, "footfall_weekday": {"2026-08": 7.0}}


def test_months_that_do_not_count_and_gaps_are_noted():
    found = given_of(SHOP, {"2020-01": 1, "2026-03": 1, "2026-06": 1, "2026-09": 1}, as_of="2026-09")

    noted = {note.kind: dict(note.facts) for note in found.notes}
    assert noted["months_after"] == {"count": 1, "last": "2026-08"}
    assert noted["months_before"] == {"count": 1, "first": "2023-08"}
    assert noted["gaps"] == {"count": 2, "first": "2026-03", "last": "2026-06"}


def test_doubts_are_told_apart():
    found = given_of(SHOP, {"2026-07": 900, "2026-08": 850}, 1_500_000)

    assert [note.kind for note in found.doubts] == ["doubt_level", "doubt_rent"]
    assert found.monthly["sales"] == {"2026-07": 900.0, "2026-08": 850.0}


@pytest.mark.parametrize(
    "sales", [None, {}, {"2026-08": None}, pd.Series(dtype=float), pd.DataFrame({"month": [], "amount": []})]
)
def test_without_a_known_month_there_is_nothing_to_score(sales):
    with pytest.raises(InputError, match="sales: no month is given, or none with a known amount"):
        given_of(SHOP, sales)


def test_an_argument_that_tells_nothing_is_noted():
    assert ("footfall", "nothing_known") in kinds(given_of(SHOP, SALES, footfall={"2026-08": None}))


def everything():
    """Input that is noted in every way that one call can be."""
    sales = pd.DataFrame(
        {
            "shop_id": ["A17"] * 7 + ["B"],
            "월": ["2026-01", "26년 2월", 46082, "2026-04", "2026-05", "합계", "※ 참고", "2026-05"],
            "매출(만원)": ["1,230만원", "1,100", 1000, None, 0.09, 1, None, 5],
            "known_on": [None, None, None, None, None, None, None, None],
        }
    )
    shop = {
        **SHOP,
        "면적": "10평",
        "phone": "010-1234-5678",
        "lease_ends_on": "2027-02",
        "industry_code": 56.0,
    }
    lease = {"월세": "150만원", "계약종료일": "2027-02-01", "landlord": "김철수"}
    return given_of(
        shop,
        sales,
        lease,
        [800],
        transactions={"2026-05": 5, 202605: 5},
        as_of="2026-09",
        unit={"sales": "만원"},
    )


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_note_is_a_sentence_in_both_languages_and_holds_nothing_personal(language):
    found = everything()

    assert len(found.notes) >= 12
    for note in found.notes:
        assert knows(f"given.note.{note.kind}")
        said = note.text(language)
        assert said.startswith(f"{note.argument}: ")
        assert "김철수" not in said
        assert "1234" not in said
        with speaking(language):
            assert note.text() == said
    json.dumps([dict(note.facts) for note in found.notes], allow_nan=False)


def test_the_same_input_gives_the_same_record_in_every_thread():
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: everything(), range(64)))

    assert all(each == found[0] for each in found)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.dates(), st.datetimes(), st.text(max_size=12),
    st.complex_numbers(), st.binary(max_size=4), st.from_regex(r"[0-9,.억만천원₩△()% -]{0,10}", fullmatch=True),
)  # fmt: skip
LABELS = st.one_of(
    st.none(), st.floats(), st.integers(), st.dates(), st.text(max_size=9),
    st.from_regex(r"20[0-9]{2}[-./년 ]?[0-9]{1,2}(월)?", fullmatch=True), st.integers(202001, 203012),
)  # fmt: skip


@given(
    st.dictionaries(LABELS, SCALARS, max_size=6),
    st.one_of(SCALARS, st.dictionaries(LABELS, SCALARS, max_size=3)),
)
def test_whatever_stands_there_is_understood_or_refused_in_words(sales, rent):
    try:
        found = given_of(SHOP, sales, rent)
    except SbwarnError as failure:
        refused = str(failure)
    else:
        refused = ""

    if refused:
        assert refused.startswith(("sales: ", "rent: "))
        return
    for months in found.monthly.values():
        assert list(months) == sorted(months)
        assert all(type(amount) is float and 0 <= amount < float("inf") for amount in months.values())


@given(st.lists(SCALARS, max_size=5))
def test_whatever_stands_in_a_list_is_understood_or_refused_in_words(amounts):
    try:
        found = given_of(SHOP, amounts, as_of="2026-09")
    except SbwarnError:
        return

    assert len(found.monthly.get("sales", {})) <= len(amounts)


PERSONAL = ["김철수", "010-1234-5678", "owner@shop.kr", "900101-1234567", "Kim Chulsoo"]


@pytest.mark.parametrize("value", PERSONAL)
@pytest.mark.parametrize(
    "call",
    [
        lambda value: given_of(value, SALES),
        lambda value: given_of({**SHOP, "opened_on": value}, SALES),
        lambda value: given_of(SHOP, value),
        lambda value: given_of({**SHOP, "floor_area_m2": value}, SALES),
        lambda value: given_of({"name": value, value: value}, SALES),
        lambda value: given_of(SHOP, {"2026-08": value}),
        lambda value: given_of(SHOP, {value: 5}),
        lambda value: given_of(SHOP, [5, value], as_of="2026-09"),
        lambda value: given_of(SHOP, pd.DataFrame({value: [1], "x": [2]})),
        lambda value: given_of(SHOP, pd.DataFrame({"월": [value], "매출": [2]}, index=[value])),
        lambda value: given_of(SHOP, SALES, value),
        lambda value: given_of(SHOP, SALES, {"monthly_rent": 5, "ends_on": value}),
        lambda value: given_of(SHOP, SALES, {"monthly_rent": 5, value: value, "2026-08": 1}),
        lambda value: given_of(SHOP, SALES, unit=value),
        lambda value: given_of(SHOP, SALES, as_of=value),
        lambda value: given_of(SHOP, SALES, customers={value: value}),
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_message_repeats_a_personal_value(call, value, language):
    with speaking(language), pytest.raises(SbwarnError) as refused:
        call(value)

    failure: BaseException | None = refused.value
    while failure is not None:
        assert value not in str(failure)
        failure = failure.__cause__
