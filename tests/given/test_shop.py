"""What is told of the shop itself."""

from collections import namedtuple
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.given.notes import Notes
from sbwarn.given.shop import facts_of

FACTS = {
    "shop_id": "A17",
    "industry_code": "I56",
    "district_id": "SJ01",
    "floor_area_m2": 33.0,
    "opened_on": date(2023, 4, 1),
}
WRITTEN = {**FACTS, "opened_on": "2023-04-01"}


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop in somebody's own words."""

    shop_id: str = "A17"
    industry_code: str = "I56"
    district_id: str = "SJ01"
    floor_area_m2: float = 33.0
    opened_on: date = date(2023, 4, 1)
    closed_on: date | None = None
    owner: dict = field(default_factory=dict)


def read(shop):
    notes = Notes()
    return facts_of(shop, notes), [(note.kind, dict(note.facts)) for note in notes.taken()]


@pytest.mark.parametrize(
    "shop",
    [
        WRITTEN,
        pd.Series(WRITTEN),
        Shop(),
        namedtuple("Row", WRITTEN)(**WRITTEN),  # noqa: PYI024 - as pandas' itertuples makes them
        next(pd.DataFrame([WRITTEN]).itertuples(index=False)),
        pd.DataFrame([{**WRITTEN, "name": None, "lon": np.nan, "closed_on": pd.NaT, "brand": ""}]),
        pd.DataFrame([WRITTEN]).iloc[0],
        {"점포 번호": "A17", "업종 코드": "I56", "상권": "SJ01", "면적": "33㎡", "개업일": "2023. 4. 1."},
        {**WRITTEN, "opened_on": np.datetime64("2023-04-01"), "floor_area_m2": np.float32(33)},
        {**WRITTEN, "opened_on": pd.Timestamp("2023-04-01"), "floor_area_m2": "33.0"},
    ],
    ids=[
        "dict",
        "Series",
        "dataclass",
        "namedtuple",
        "itertuples",
        "DataFrame",
        "row",
        "Korean",
        "numpy",
        "texts",
    ],
)
def test_every_form_of_a_shop_says_the_same(shop):
    assert read(shop)[0] == FACTS


@pytest.mark.parametrize("code", [56, 56.0, np.int64(56), np.float64(56), " 56 "])
def test_a_code_is_a_text_without_a_decimal_point(code):
    found, notes = read({**FACTS, "industry_code": code})

    assert found["industry_code"] == "56"
    assert ("id_from_float", {"name": "industry_code"}) in notes or not isinstance(code, (float, np.floating))


def test_a_row_of_a_table_keeps_whole_numbers_whole():
    rows = pd.DataFrame({"industry_code": [56], "district_id": [1], "floor_area_m2": [33.5]})

    assert read(rows)[0]["industry_code"] == "56"


def test_a_shop_may_be_called_na_and_an_unknown_fact_is_left_out():
    found, _ = read({**FACTS, "name": "NA", "brand": None, "floor_area_m2": "미상", "opened_on": "-"})

    assert found == {"shop_id": "A17", "industry_code": "I56", "district_id": "SJ01", "name": "NA"}


def test_an_area_in_pyeong_is_turned_into_square_metres_and_noted():
    for shop in ({"면적": "10평"}, {"면적(평)": 10}, {"floor_area_m2": "10 평"}):
        found, notes = read({**{name: FACTS[name] for name in ("industry_code", "district_id")}, **shop})

        assert found["floor_area_m2"] == pytest.approx(33.0579, abs=1e-4)
        assert notes == [("pyeong", {"name": "floor_area_m2", "value": "33.1"})]


def test_a_day_of_which_only_the_month_is_told_is_noted():
    found, notes = read({**FACTS, "lease_ends_on": "2027년 2월"})

    assert found["lease_ends_on"] == date(2027, 2, 1)
    assert notes == [("day_from_month", {"name": "lease_ends_on", "day": "2027-02-01"})]


def test_what_is_not_used_is_named_but_never_its_value():
    found, notes = read({**FACTS, "phone": "010-1234-5678", "대표자": "김철수", "김철수": 1})

    assert found == FACTS
    assert [facts["name"] for kind, facts in notes if kind == "ignored_fact"] == [
        "phone",
        "대표자",
        "text of 3 characters",
    ]


@pytest.mark.parametrize(
    ("shop", "text"),
    [
        ({"industry_code": None}, r"shop: industry_code is missing \(given: shop_id, industry_code, district_id"),
        ({"industry_code": ""}, r"shop: industry_code is missing"),
        ({"district_id": float("nan")}, r"shop: district_id is missing"),
        ({"district_id": pd.NA}, r"shop: district_id is missing"),
        ({"industry_code": 5.5}, r"shop: industry_code = 5\.5 \(float\); wanted a text, or a whole number"),
        ({"industry_code": ["I56"]}, r"shop: industry_code = list of 1 \(list\); wanted a text"),
        ({"district_id": True}, r"shop: district_id = True \(bool\)"),
        ({"opened_on": "last year"}, r"shop: opened_on 'last year' is no day; write it as YYYY-MM-DD"),
        ({"opened_on": "010-1234-5678"}, r"shop: opened_on text of 13 characters is no day"),
        ({"floor_area_m2": -3}, r"shop: floor_area_m2 = -3 \(int\); wanted a number > 0"),
        ({"floor_area_m2": 0}, r"shop: floor_area_m2 = 0 \(int\)"),
        ({"floor_area_m2": "33만"}, r"shop: floor_area_m2 = '33만' \(str\); wanted a number > 0"),
        ({"floor_area_m2": True}, r"shop: floor_area_m2 = True \(bool\)"),
        ({"floor_area_m2": float("inf")}, r"shop: floor_area_m2 = inf \(float\)"),
        ({"lat": 127.28901}, r"shop: lat = float \(float\); wanted a number -90 … 90"),
        ({"name": ["김철수"]}, r"shop: name = list \(list\)"),
        ({"면적": 40}, r"shop: floor_area_m2 is told twice with different values \(again as 면적\)"),
    ],
    ids=str,
)  # fmt: skip
def test_a_fact_that_cannot_be_used_is_named(shop, text):
    with pytest.raises(InputError, match=text):
        read({**FACTS, **shop})


def test_a_name_with_a_slip_is_guessed_at():
    with pytest.raises(
        InputError,
        match=r"industry_code is missing \(given: industy_code, district_id\); did you mean industy_code\?",
    ):
        read({"industy_code": "I56", "district_id": "SJ01"})


def test_one_fact_told_twice_alike_is_one_fact():
    assert read({**FACTS, "면적": "33㎡"})[0] == FACTS


@pytest.mark.parametrize(
    ("shop", "text"),
    [(None, "NoneType"), (["A17"], "list"), (3.5, "float"), (Shop, "type"), (pd.DataFrame([WRITTEN] * 2), "DataFrame of 2 rows")],
)  # fmt: skip
def test_what_is_no_record_of_one_shop_is_refused(shop, text):
    with pytest.raises(
        InputError, match=rf"shop: got a {text}; wanted a dict, .* with industry_code, district_id"
    ):
        read(shop)
