"""Months as people write them."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from sbwarn.given.month import month_key, month_number, read_month
from sbwarn.tables.month import as_month, ordinal


@pytest.mark.parametrize(
    "value",
    [
        "2026-03", "202603", 202603, 202603.0, np.int64(202603), "2026.3", "2026.03", "2026/3", "2026년 3월", "2026년3월분",
        "2026. 3.", " 2026-3 ", "２０２６－０３", "2026-03-31", "20260301", "2026년 3월 15일", date(2026, 3, 15),
        datetime.fromisoformat("2026-03-31T23:00"), pd.Timestamp("2026-03-31"), np.datetime64("2026-03"), np.datetime64("2026-03-15"),
        pd.Period("2026-03"), pd.Period("2026-03-15", freq="D"), np.str_("2026-03"),
    ],
)  # fmt: skip
def test_a_month_is_understood(value):
    assert read_month(value) == ("2026-03", "plain")


def test_what_had_to_be_assumed_is_told():
    assert read_month("26년 3월") == ("2026-03", "short_year")
    assert read_month(46082) == ("2026-03", "serial")
    assert read_month("46082") == ("2026-03", "serial")


@pytest.mark.parametrize(
    "value",
    ["soon", "2026-13", "2026-00", "3월", "2026", 2026, 2026.1, 2026.3, 20263, "26.3", "26-03", "99년 3월", 0, 5, True, None, [], "1026-02",
     "2126-02", pd.Period("2026Q1"), pd.Period("2026", freq="Y"), "2026-03" * 20],
    ids=repr,
)  # fmt: skip
def test_what_is_no_month_or_may_be_two_is_none(value):
    assert read_month(value) is None


@pytest.mark.parametrize("month", ["1970-01", "1999-12", "2026-03", "2099-12"])
def test_months_count_as_panels_count_them(month):
    assert month_number(month) == ordinal(as_month(month))
    assert month_key(month_number(month)) == month
