"""Months as people write them and as arrays hold them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError, SettingError
from sbwarn.tables.month import as_month, from_ordinal, last_day, month_range, ordinal, ordinals

SEPTEMBER = pd.Period("2016-09", "M")


@pytest.mark.parametrize(
    "written",
    ["2016-09", "2016/9", "201609", "2016.09", " 2016-09 ", 201609, date(2016, 9, 30), pd.Timestamp("2016-09-01"),
     np.datetime64("2016-09-15"), pd.Period("2016-09-15", "D"), SEPTEMBER],
)  # fmt: skip
def test_each_way_to_write_a_month_means_the_same_month(written: object):
    assert as_month(written) == SEPTEMBER  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["2016-13", "2016-00", "2016", "September 2016", "", "2016-09-01"])
def test_what_is_no_month_is_refused_by_the_name_of_its_argument(written: str):
    with pytest.raises(SettingError, match=r"as_of: .* is no month"):
        as_month(written, argument="as_of")


@pytest.mark.parametrize(
    ("month", "number"), [("1970-01", 0), ("1971-02", 13), ("1969-12", -1), ("2026-01", 672)]
)
def test_a_month_is_numbered_from_january_1970(month: str, number: int):
    assert ordinal(as_month(month)) == number


@pytest.mark.parametrize("number", [-1, 0, 13, 672])
def test_the_number_of_a_month_leads_back_to_it(number: int):
    assert ordinal(from_ordinal(number)) == number


def test_the_days_of_one_month_have_one_number():
    days = pd.Series(pd.to_datetime(["2026-01-01", "2026-01-31", "2026-02-01"]))

    assert ordinals(days).tolist() == [672, 672, 673]


def test_an_unknown_day_has_the_number_that_stands_for_unknown():
    days = np.array(["NaT"], dtype="datetime64[s]")

    assert ordinals(days, unknown=-99).tolist() == [-99]


@pytest.mark.parametrize(
    ("month", "day"),
    [
        ("2016-02", "2016-02-29"),
        ("2015-02", "2015-02-28"),
        ("2100-02", "2100-02-28"),
        ("2016-12", "2016-12-31"),
    ],
)
def test_the_last_day_follows_the_calendar(month: str, day: str):
    assert last_day(as_month(month)) == np.datetime64(day)


def test_a_range_of_months_holds_both_ends():
    assert [str(month) for month in month_range("2016-11", "2017-01")] == ["2016-11", "2016-12", "2017-01"]


def test_a_range_of_one_month_is_that_month():
    assert month_range("2016-09", "2016-09") == [SEPTEMBER]


def test_a_range_that_runs_backward_is_refused():
    with pytest.raises(InputError, match="2016-08 lies before the first month 2016-09"):
        month_range("2016-09", "2016-08")
