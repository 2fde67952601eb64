"""Files as people have them."""

import gzip
import sys
import zipfile

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbwarn.errors import InputError, SbwarnError, SettingError
from sbwarn.given import file
from sbwarn.given.context import Context, usual_lags
from sbwarn.given.monthly import read_monthly
from sbwarn.given.notes import Notes

LINES = ["월,매출액", '2026년 6월,"12,300,000"', '2026년 7월,"11,000,000"']
WANTED = {"sales": {"2026-06": 12_300_000.0, "2026-07": 11_000_000.0}}


def read(path, argument="sales", **more):
    around = Context(**{"notes": Notes(), "lags": usual_lags(), "currency": "KRW", **more})
    found = read_monthly(argument, path, around)
    return found, {note.kind: dict(note.facts) for note in around.notes.taken()}


def written(folder, text, *, name="sales.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder, **sheets):
    path = folder / "sales.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_csv_is_read_in_the_charsets_that_offices_use(tmp_path, encoding, ending):
    found, notes = read(written(tmp_path, ending.join(LINES), encoding=encoding))

    assert found == WANTED
    assert ("file_repair" in notes) is (encoding == "cp949")


@pytest.mark.parametrize("as_text", [str, lambda path: path])
def test_a_path_may_be_a_text(tmp_path, as_text):
    assert read(as_text(written(tmp_path, "\n".join(LINES))))[0] == WANTED


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_found(tmp_path, delimiter):
    text = "\n".join(
        ["월" + delimiter + "매출액", f'"2026-06"{delimiter}"12,300,000"', f"202607{delimiter}11000000"]
    )

    assert read(written(tmp_path, text, name="sales.txt"))[0] == WANTED


def test_a_packed_csv_and_a_parquet_are_read(tmp_path):
    packed = tmp_path / "sales.csv.gz"
    packed.write_bytes(gzip.compress("\n".join(LINES).encode()))
    table = tmp_path / "sales.parquet"
    pd.DataFrame({"month": pd.to_datetime(["2026-06", "2026-07"]), "amount": [12.3e6, 11e6]}).to_parquet(
        table
    )

    assert read(packed)[0] == WANTED
    found, notes = read(table)
    assert found == WANTED
    assert notes["column"]["source"] == "sales.parquet"


def test_titles_units_totals_and_remarks_around_the_table_are_understood(tmp_path):
    text = "\n".join(
        [
            "2026년 매출 현황,",
            ",(단위: 천원)",
            "",
            *LINES[:1],
            '2026-06,"12,300"',
            '2026-07,"11,000"',
            '합계,"23,300"',
            "※ 카드사 자료",
        ]
    )

    found, notes = read(written(tmp_path, text))

    assert found == WANTED
    assert notes["title_rows"] == {"count": 2}
    assert notes["total_rows"] == {"count": 1, "row": "7"}
    assert notes["remark_rows"] == {"count": 1, "row": "8"}
    assert notes["column"]["unit"] == " (천원)"
    assert notes["file_repair"] == {"repair": "empty_line", "count": 1}


def test_the_unit_above_the_table_may_not_contradict_the_declared_one(tmp_path):
    path = written(tmp_path, "\n".join(["(단위: 천원),", *LINES]))

    with pytest.raises(InputError, match=r"sales: unit=만원 was declared, but the table says 천원"):
        read(path, unit="만원")


def test_a_unit_above_the_table_in_another_currency_is_refused(tmp_path):
    path = written(tmp_path, "\n".join(["단위: USD,", *LINES]))

    with pytest.raises(InputError, match=r"sales: sales\.csv is said to be in USD, which does not fit"):
        read(path)


def test_a_wrong_amount_is_told_by_the_row_of_the_file(tmp_path):
    text = "\n".join(["제목,", "", *LINES, "2026-08,약 900만"])

    with pytest.raises(InputError, match=r"sales: '약 900만' for 2026-08 \(row 6\) is no amount"):
        read(written(tmp_path, text))


def test_a_workbook_is_read_with_its_days_and_numbers(tmp_path):
    days = pd.to_datetime(["2026-06-01", "2026-07-01"])
    path = workbook(
        tmp_path,
        매출=[
            ["월", "매출액"],
            [days[0].to_pydatetime(), 12_300_000],
            [days[1].to_pydatetime(), "11,000,000"],
        ],
    )

    found, notes = read(path)

    assert found == WANTED
    assert notes["column"]["source"] == "sales.xlsx [매출]"


def test_the_sheet_that_holds_months_and_amounts_is_found_and_told(tmp_path):
    rows = [
        [],
        ["", "매출 현황"],
        ["", "(단위: 천원)"],
        ["", "연도", "월", "매출"],
        ["", 2026, 6, 12_300],
        ["", "", 7, 11_000],
        ["", "합계", "", 23_300],
    ]
    path = workbook(tmp_path, 표지=[["우리 가게"]], 자료=rows)

    found, notes = read(path)

    assert found == WANTED
    assert notes["column"]["source"] == "sales.xlsx [자료]"
    assert notes["years_carried"] == {"count": 1, "year": "2026"}
    assert notes["title_rows"] == {"count": 3}


def test_a_wrong_amount_of_a_sheet_is_told_by_the_row_that_the_sheet_shows(tmp_path):
    path = workbook(tmp_path, 자료=[[], [], ["월", "매출"], ["2026-06", "#DIV/0!"]])

    with pytest.raises(InputError, match=r"sales: '#DIV/0!' for 2026-06 \(row 4\)"):
        read(path)


def test_two_sheets_that_would_do_are_refused(tmp_path):
    rows = [["월", "매출"], ["2026-06", 5]]

    with pytest.raises(
        InputError, match=r"sales: sales\.xlsx holds months and amounts in several sheets \(2025, 2026\)"
    ):
        read(workbook(tmp_path, **{"2025": rows, "2026": rows}))


def test_a_hidden_sheet_is_not_read(tmp_path):
    path = tmp_path / "sales.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, amount in (("2026", 12_300_000), ("old", 1)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["월", "매출"])
            sheet.write_row(1, 0, ["2026-06", amount])
        sheet.hide()

    assert read(path)[0] == {"sales": {"2026-06": 12_300_000.0}}


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("sales.xls", b"x", r"sales: 'sales\.xls' is no table that is read \(\.xls\); use \.csv"),
        ("sales", b"x", r"sales: .* is no table that is read \(\?\)"),
        ("sales.xlsm", b"x", r"sales: .* is no table that is read \(\.xlsm\)"),
        ("sales.csv", None, r"sales: .*sales\.csv: no such file"),
        ("sales.csv", b"", r"the table has no rows"),
        ("sales.csv", b"<html><body>login", r"this is a web page"),
        ("sales.csv", b"\x81\x00", r"NUL bytes"),
        ("sales.csv", b"month,amount\n2026-06,\"5", r"line 2 cannot be read"),
        ("sales.csv", b"month,amount\n2026-06,5,6\n", r"1 lines have more or fewer than 2 fields, first line numbers 2"),
        ("sales.csv", b"month,amount,shop_id\n2026-06,5\n", r"1 lines have more or fewer than 3 fields"),
        ("sales.csv", b"shop,phone\nKim Chulsoo,010-1234-5678\n", r"found in sales\.csv \(headings: shop, phone\)"),
        ("sales.csv", b"Kim Chulsoo,010-1234-5678\n", r"headings: text of 11 characters, text of 13 characters"),
        ("sales.xlsx", b"PK not a zip", r"the file is damaged"),
        ("sales.parquet", b"PAR1", r"the file is damaged"),
    ],
    ids=lambda value: "" if isinstance(value, str) else str(value)[:24],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_by_its_name(tmp_path, name, content, text):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError, match=text):
        read(path)


def test_without_the_reader_of_workbooks_the_extra_is_named(tmp_path, monkeypatch):
    path = workbook(tmp_path, 자료=[["월", "매출"], ["2026-06", 5]])
    monkeypatch.setitem(sys.modules, "python_calamine", None)

    with pytest.raises(SettingError, match=r"\.xlsx needs an extra: pip install"):
        read(path)


def test_a_packed_file_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "sales.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("x", "y")

    with pytest.raises(InputError, match="the file is damaged"):
        read(path)


FRAGMENTS = st.sampled_from(
    ["월,매출", "month,amount", "연도;월;금액", "2026-06,5", '"12,300"', ",", ";", "\t", '"', "\n", "합계", "(단위: 천원)", "\ufeff", "\x00", "원", "9" * 30]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FRAGMENTS, max_size=14), st.sampled_from(["utf-8", "cp949", "utf-16"]))
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(tmp_path, fragments, encoding):
    path = (
        written(tmp_path, "\n".join(fragments), encoding=encoding)
        if encoding != "cp949"
        else tmp_path / "sales.csv"
    )
    if encoding == "cp949":
        path.write_bytes("\n".join(fragments).encode("cp949", errors="replace"))
    try:
        found, _ = read(path)
    except SbwarnError:
        return

    assert all(0 <= amount < float("inf") for amount in found["sales"].values())


def test_a_workbook_that_would_unpack_too_large_is_not_opened(tmp_path, monkeypatch):
    path = workbook(tmp_path, 자료=[["월", "매출"], ["2026-06", 5]])
    monkeypatch.setattr(file, "MOST_UNPACKED", 1000)

    with pytest.raises(InputError, match="more than 1000 bytes after unpacking"):
        read(path)


def test_a_sheet_that_spans_too_many_cells_is_not_laid_out(tmp_path):
    path = tmp_path / "sales.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "월")
        sheet.write(1_000_000, 50, 5)

    with pytest.raises(InputError, match="more than"):
        read(path)
