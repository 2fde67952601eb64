"""The score table as CSV: what a spreadsheet would run stays text, and what is a number stays one."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sbwarn.reports.csvfile import harmless, write_csv

if TYPE_CHECKING:
    from pathlib import Path


def written(table: pd.DataFrame, folder: Path) -> list[list[str]]:
    path = folder / "scores.csv"
    write_csv(table, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_file_begins_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "scores.csv"

    write_csv(pd.DataFrame({"name": ["한솔분식"]}), path)

    assert path.read_bytes() == b"\xef\xbb\xbfname\r\n" + "한솔분식\r\n".encode()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_an_apostrophe_stands_before_a_text_that_begins_like_a_formula(first, tmp_path):
    rows = written(pd.DataFrame({"name": [f"{first}1+1"]}), tmp_path)

    assert rows == [["name"], [f"'{first}1+1"]]


def test_a_formula_is_disarmed_in_a_column_of_objects_as_well(tmp_path):
    mixed = pd.DataFrame({"name": pd.Series(["=1+1", None, 3], dtype=object)})

    rows = written(mixed, tmp_path)

    assert rows == [["name"], ["'=1+1"], [""], ["3"]]


def test_a_formula_is_disarmed_in_a_categorical_column_as_well(tmp_path):
    table = pd.DataFrame({"name": pd.Series(["=1+1", "A"], dtype="category")})

    rows = written(table, tmp_path)

    assert rows == [["name"], ["'=1+1"], ["A"]]


@pytest.mark.parametrize("text", ["1+1", "a=b", "", " =1", "'=1", "한솔분식"])
def test_a_harmless_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_negative_numbers_get_no_apostrophe(tmp_path):
    table = pd.DataFrame({"change": [-0.25, 0.5], "rank": [-1, 2], "known": [True, False]})

    rows = written(table, tmp_path)

    assert rows == [["change", "rank", "known"], ["-0.25", "-1", "True"], ["0.5", "2", "False"]]


def test_an_unknown_number_is_an_empty_cell(tmp_path):
    table = pd.DataFrame({"shop_id": ["A", "B"], "risk_6m": [0.25, float("nan")]})

    rows = written(table, tmp_path)

    assert rows == [["shop_id", "risk_6m"], ["A", "0.25"], ["B", ""]]


def test_commas_quotes_and_line_breaks_come_back_as_they_were(tmp_path):
    text = 'one, "two"\nthree'

    rows = written(pd.DataFrame({"reasons": [text]}), tmp_path)

    assert rows == [["reasons"], [text]]


def test_the_table_of_the_caller_keeps_its_formula(tmp_path):
    table = pd.DataFrame({"name": ["=1+1"]})

    write_csv(table, tmp_path / "scores.csv")

    assert table["name"].tolist() == ["=1+1"]
