"""Files into tables of text: what each kind gives, and what each kind of damage is called."""

from __future__ import annotations

import gzip
import pickle
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from sbwarn.errors import InputError
from sbwarn.tables.read import read_lines, read_table

TEXT = "shop_id,name\n007,행복분식\n008,달빛 카페\n"


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_hangul_is_read_in_each_of_its_encodings(tmp_path: Path, encoding: str):
    path = put(tmp_path / "shops.csv", TEXT.encode(encoding))

    table, _ = read_table(path)

    assert table.to_dict("list") == {"shop_id": ["007", "008"], "name": ["행복분식", "달빛 카페"]}


def test_cp949_is_counted_as_a_repair_line_by_line(tmp_path: Path):
    path = put(tmp_path / "shops.csv", TEXT.encode("cp949"))

    assert read_table(path)[1] == {"encoding_cp949": 3}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_no_repair(tmp_path: Path, encoding: str):
    path = put(tmp_path / "shops.csv", TEXT.encode(encoding))

    assert read_table(path)[1] == {}


def test_a_packed_file_gives_what_the_plain_one_gives(tmp_path: Path):
    plain = put(tmp_path / "shops.csv", TEXT)
    packed = put(tmp_path / "shops.csv.gz", gzip.compress(TEXT.encode()))

    pd.testing.assert_frame_equal(read_table(packed)[0], read_table(plain)[0])


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path):
    path = put(tmp_path / "shops.csv", "a,b\n1,2\n\n3,4\n")

    assert read_table(path)[0].index.tolist() == [2, 4]


def test_empty_lines_are_skipped_and_counted(tmp_path: Path):
    path = put(tmp_path / "shops.csv", "a,b\n1,2\n\n , \n3,4\n")

    table, repairs = read_table(path)

    assert (len(table), repairs) == (2, {"empty_line": 2})


def test_a_quoted_field_keeps_its_comma_and_its_line_break(tmp_path: Path):
    path = put(tmp_path / "shops.csv", 'a,b\n"x, y","up\ndown"\n')

    assert read_table(path)[0].values.tolist() == [["x, y", "up\ndown"]]


def test_windows_line_ends_leave_no_trace(tmp_path: Path):
    path = put(tmp_path / "shops.csv", "a,b\r\n1,2\r\n")

    assert read_table(path)[0].to_dict("list") == {"a": ["1"], "b": ["2"]}


def test_parquet_keeps_its_types(tmp_path: Path):
    path = tmp_path / "sales.parquet"
    pd.DataFrame({"shop_id": ["007"], "amount": [1.5]}).to_parquet(path)

    table, _ = read_table(path)

    assert (table["shop_id"].tolist(), table["amount"].tolist()) == (["007"], [1.5])


def test_parquet_rows_are_numbered_from_two_like_any_other(tmp_path: Path):
    path = tmp_path / "sales.parquet"
    pd.DataFrame({"amount": [1.5, 2.5]}).to_parquet(path)

    assert read_table(path)[0].index.tolist() == [2, 3]


def test_a_sheet_keeps_an_id_that_was_written_as_text(tmp_path: Path):
    path = workbook(tmp_path / "shops.xlsx", [["shop_id"], ["007"]])

    assert read_table(path)[0]["shop_id"].tolist() == ["007"]


def test_a_whole_number_in_a_sheet_has_no_decimal_point(tmp_path: Path):
    path = workbook(tmp_path / "shops.xlsx", [["shop_id", "amount"], [1001, 2.5]])

    assert read_table(path)[0].values.tolist() == [["1001", "2.5"]]


def test_an_empty_cell_of_a_sheet_is_empty_text(tmp_path: Path):
    path = workbook(tmp_path / "shops.xlsx", [["a", "b"], ["1", None], ["2", "x"]])

    assert read_table(path)[0]["b"].tolist() == ["", "x"]


def test_the_rows_of_a_sheet_are_numbered_as_the_sheet_shows_them(tmp_path: Path):
    path = workbook(tmp_path / "shops.xlsx", [["a"], ["1"], ["2"]])

    assert read_table(path)[0].index.tolist() == [2, 3]


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"nowhere\.csv: no such file"):
        read_table(tmp_path / "nowhere.csv")


def test_ragged_lines_are_told_by_line_number(tmp_path: Path):
    path = put(tmp_path / "shops.csv", "a,b\n1,2\n3\n4,5\n6,7,8\n")

    with pytest.raises(
        InputError, match=r"2 lines have more or fewer than 2 fields, first line numbers 3, 5"
    ):
        read_table(path)


def test_a_quotation_mark_that_is_not_closed_is_refused(tmp_path: Path):
    path = put(tmp_path / "shops.csv", 'a,b\n1,"2\n3,4\n')

    with pytest.raises(InputError, match="quotation mark"):
        read_table(path)


def test_a_header_that_says_a_name_twice_is_refused(tmp_path: Path):
    path = put(tmp_path / "shops.csv", "shop_id,name, name\n1,2,3\n")

    with pytest.raises(InputError, match=r"column name\(s\) name occur twice"):
        read_table(path)


def test_a_sheet_whose_header_says_a_name_twice_is_refused(tmp_path: Path):
    path = workbook(tmp_path / "shops.xlsx", [["shop_id", "name", "name"], ["1", "2", "3"]])

    with pytest.raises(InputError, match=r"column name\(s\) name occur twice"):
        read_table(path)


@pytest.mark.parametrize("page", ["<!DOCTYPE html><p>sign in", "  \n<HTML><body>403"])
def test_a_web_page_is_told_from_a_table(tmp_path: Path, page: str):
    path = put(tmp_path / "shops.csv", page)

    with pytest.raises(InputError, match="web page"):
        read_table(path)


def test_nul_bytes_are_refused(tmp_path: Path):
    path = put(tmp_path / "shops.csv", b"a,b\n1,\x002\n")

    with pytest.raises(InputError, match="NUL"):
        read_table(path)


def test_bytes_in_no_known_encoding_are_refused(tmp_path: Path):
    path = put(tmp_path / "shops.csv", b"a,b\n1,\xff\xff\n")

    with pytest.raises(InputError, match="utf-8-sig, cp949"):
        read_table(path)


def test_a_packed_file_cut_short_is_damaged(tmp_path: Path):
    path = put(tmp_path / "shops.csv.gz", gzip.compress(TEXT.encode() * 50)[:-9])

    with pytest.raises(InputError, match="damaged"):
        read_table(path)


def test_a_file_that_only_claims_to_be_packed_is_damaged(tmp_path: Path):
    path = put(tmp_path / "shops.csv.gz", TEXT)

    with pytest.raises(InputError, match="damaged"):
        read_table(path)


@pytest.mark.parametrize("name", ["shops.parquet", "shops.xlsx"])
def test_a_file_of_other_bytes_than_its_name_says_is_damaged(tmp_path: Path, name: str):
    path = put(tmp_path / name, b"these are no such bytes")

    with pytest.raises(InputError, match="damaged"):
        read_table(path)


@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_a_file_cut_in_half_is_damaged(tmp_path: Path, kind: str):
    whole = tmp_path / f"whole.{kind}"
    if kind == "parquet":
        pd.DataFrame({"a": range(100)}).to_parquet(whole)
    else:
        workbook(whole, [["a"], ["1"]])
    half = put(tmp_path / f"half.{kind}", whole.read_bytes()[: whole.stat().st_size // 2])

    with pytest.raises(InputError, match="damaged"):
        read_table(half)


class Trap:
    """Leaves a mark beside the file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.mark,))


def test_a_pickle_is_refused_by_its_kind(tmp_path: Path):
    path = put(tmp_path / "shops.pkl", pickle.dumps({"shop_id": ["1"]}))

    with pytest.raises(InputError, match=r"kind \.pkl are not read"):
        read_table(path)


def test_a_pickle_is_never_opened(tmp_path: Path):
    path = put(tmp_path / "shops.pkl", pickle.dumps(Trap(tmp_path / "sprung")))

    with pytest.raises(InputError):
        read_table(path)

    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("content", ["", "\n \n", ",,\n,,\n"])
def test_a_file_without_content_is_empty(tmp_path: Path, content: str):
    path = put(tmp_path / "shops.csv", content)

    with pytest.raises(InputError, match="no rows"):
        read_table(path)


def test_a_sheet_without_content_is_empty(tmp_path: Path):
    path = workbook(tmp_path / "shops.xlsx", [])

    with pytest.raises(InputError, match="no rows"):
        read_table(path)


def test_a_file_of_a_header_alone_is_a_table_without_rows(tmp_path: Path):
    path = put(tmp_path / "shops.csv", "shop_id,name\n")

    assert read_table(path)[0].shape == (0, 2)


def test_lines_are_numbered_from_one_and_may_differ_in_length(tmp_path: Path):
    path = put(tmp_path / "lines.csv", "a\n\nb,c\n")

    lines = read_lines(path)

    assert (lines.rows, lines.numbers) == ([["a"], ["b", "c"]], [1, 3])


def test_lines_are_read_in_the_encoding_that_the_source_declares(tmp_path: Path):
    path = put(tmp_path / "lines.csv", "CAFÉ,1\n".encode("cp1252"))

    assert read_lines(path, encodings=("utf-8-sig", "cp1252")).rows == [["CAFÉ", "1"]]
