"""The workbook, read back: typed cells, frozen headers, filters, and nothing that runs."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from sbwarn.reports.monthly import write_monthly
from tests.reports.city import ACCOUNTING, city, vacancy_of, watch_of

openpyxl = pytest.importorskip("openpyxl")

if TYPE_CHECKING:
    from pathlib import Path

    from sbwarn.scoring.month import ScoredMonth

TITLES = {
    "ko": ["관찰 목록", "전체 점포", "상권", "산출 안 됨", "항목 설명"],
    "en": ["Watch list", "All shops", "Districts", "Not scored", "Dictionary"],
}
HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "{=1+1}", "https://evil.example", "007"]


def book_of(folder: Path, month: ScoredMonth | None = None, language: str = "en"):
    month = city({"D1": 20, "D2": 3, "D3": 9}, unscored=3) if month is None else month
    out = folder / "report"
    write_monthly(month, watch_of(month), vacancy_of({}), ACCOUNTING, out, language=language)
    with warnings.catch_warnings():
        # openpyxl warns that it drops data bars and the like; no cell is lost.
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        return openpyxl.load_workbook(out / "watchlist.xlsx", data_only=False)


def column_of(sheet, header: str) -> list[object]:
    place = [cell.value for cell in sheet[2]].index(header)
    return [row[place].value for row in sheet.iter_rows(min_row=3)]


def hostile(text: str) -> ScoredMonth:
    month = city({"D1": 20}, names=dict.fromkeys(range(20), text))
    scores = month.scores.assign(reasons_en=text, strengths_en=text, industry_code=text)
    districts = month.districts.assign(name_en=text)
    return replace(month, dataset=text, scores=scores, districts=districts)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text, tmp_path):
    book = book_of(tmp_path, hostile(text))

    assert [cell.coordinate for sheet in book for row in sheet for cell in row if cell.data_type == "f"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_stays_the_text_that_it_is(text, tmp_path):
    book = book_of(tmp_path, hostile(text))

    assert column_of(book["All shops"], "Name") == [text] * 20


def test_no_cell_is_a_link(tmp_path):
    book = book_of(tmp_path, hostile("https://evil.example"))

    assert [cell.coordinate for sheet in book for row in sheet for cell in row if cell.hyperlink] == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_sheets_are_named_in_the_language_of_the_office(language, tmp_path):
    book = book_of(tmp_path, language=language)

    assert book.sheetnames == TITLES[language]


@pytest.mark.parametrize(
    ("language", "headers"),
    [("ko", ["점포 번호", "6개월 위험", "등급"]), ("en", ["Shop number", "Risk 6 months", "Class"])],
)
def test_the_headers_are_in_the_language_of_the_office(language, headers, tmp_path):
    book = book_of(tmp_path, language=language)

    assert set(headers) <= {cell.value for cell in book.worksheets[0][2]}


def test_every_header_of_the_other_sheets_is_in_the_dictionary(tmp_path):
    book = book_of(tmp_path)

    headers = {cell.value for sheet in book.worksheets[:4] for cell in sheet[2]}
    dictionary = {cell.value for row in book["Dictionary"].iter_rows(min_row=3) for cell in row}
    assert headers - dictionary == set()


def test_risks_are_numbers_shown_as_shares(tmp_path):
    book = book_of(tmp_path, city({"D1": 20}))

    place = [cell.value for cell in book["All shops"][2]].index("Risk 6 months") + 1
    cells = [row[0] for row in book["All shops"].iter_rows(min_row=3, min_col=place, max_col=place)]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("n", "0.0%")}


def test_the_risks_of_the_workbook_are_those_of_the_month(tmp_path):
    month = city({"D1": 20})

    book = book_of(tmp_path, month)

    assert column_of(book["All shops"], "Risk 6 months") == month.scores["risk_6m"].tolist()


def test_a_shop_number_keeps_its_leading_zeros(tmp_path):
    book = book_of(tmp_path, city({"D1": 2}))

    assert column_of(book["All shops"], "Shop number") == ["00000", "00001"]


def test_the_review_day_is_a_date(tmp_path):
    book = book_of(tmp_path)

    place = [cell.value for cell in book["Watch list"][2]].index("Review on")
    days = [row[place].value for row in book["Watch list"].iter_rows(min_row=3)]
    assert days == [datetime(2016, 10, 14)] * 10  # noqa: DTZ001


def test_an_unknown_risk_is_an_empty_cell(tmp_path):
    book = book_of(tmp_path, city({"D1": 2}, unscored=1))

    assert column_of(book["All shops"], "Risk 6 months")[-1] is None


@pytest.mark.parametrize("place", range(5))
def test_the_headers_of_every_sheet_stay_in_sight(place, tmp_path):
    sheet = book_of(tmp_path).worksheets[place]

    assert sheet.freeze_panes == ("D3", "C3", "B3", "C3", "B3")[place]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_sheet_has_a_filter_over_all_its_headers(language, tmp_path):
    book = book_of(tmp_path, language=language)

    filters = [sheet.auto_filter.ref for sheet in book]
    assert filters == [f"A2:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}" for sheet in book]


def test_the_shops_without_a_score_stand_on_their_own_sheet_with_the_reason(tmp_path):
    book = book_of(tmp_path)

    assert column_of(book["Not scored"], "Scored?") == [
        "the shop is closed in the register",
        "fewer than two months of sales are known",
        "the shop is closed in the register",
    ]


def test_the_districts_hide_what_the_page_hides(tmp_path):
    book = book_of(tmp_path)

    scored = dict(
        zip(
            column_of(book["Districts"], "District"),
            column_of(book["Districts"], "Shops scored"),
            strict=True,
        )
    )
    assert scored == {"D1-dong": 20, "D2-dong": "hidden", "D3-dong": "hidden", "All": 32}


@pytest.mark.parametrize(("language", "word"), [("ko", "합성 자료입니다"), ("en", "Synthetic data")])
def test_every_sheet_of_a_simulated_city_begins_with_a_warning(language, word, tmp_path):
    book = book_of(tmp_path, city({"D1": 20}, synthetic=True), language)

    assert [sheet["A1"].value.startswith(word) for sheet in book] == [True] * 5


def test_no_sheet_of_a_real_city_begins_with_a_warning(tmp_path):
    book = book_of(tmp_path)

    assert [sheet["A1"].value.startswith("Synthetic") for sheet in book] == [False] * 5


@pytest.mark.parametrize(("synthetic", "word"), [(True, "yes"), (False, "no")])
def test_every_shop_says_whether_it_is_synthetic(synthetic, word, tmp_path):
    book = book_of(tmp_path, city({"D1": 3}, synthetic=synthetic))

    assert column_of(book["All shops"], "Synthetic") == [word] * 3
