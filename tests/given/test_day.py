"""Days as people write them."""

from datetime import date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from sbwarn.given.day import read_day

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01", "2026.3.1", "2026. 3. 1.", "2026/03/01", "20260301", 20260301, 20260301.0, np.int64(20260301),
        "2026년 3월 1일", "2026-03-01 09:30", "2026-03-01T00:00:00", "2026. 3. 1. 오전 12:00:00", 46082, "46082", DAY,
        datetime.fromisoformat("2026-03-01T23:59"), pd.Timestamp("2026-03-01"), np.datetime64("2026-03-01"), pd.Period("2026-03-01"),
    ],
)  # fmt: skip
def test_a_day_is_understood(value):
    found = read_day(value)

    assert (found.day, found.exact) == (DAY, True)
    assert type(found.day) is date


@pytest.mark.parametrize("value", ["2026-03", "202603", 202603, "2026년 3월", pd.Period("2026-03")])
def test_a_month_is_its_first_day_and_says_so(value):
    found = read_day(value)

    assert (found.day, found.exact) == (DAY, False)


@pytest.mark.parametrize(
    "value",
    ["last year", "2026-02-30", "2026-13-01", "01-03-2026", "3월 1일", 2026.1, 26, 20263, True, None, [], "1026-02-01",
     "2026-03-01 soon", pd.Period("2026Q1"), "2026-03-01" * 9],
    ids=repr,
)  # fmt: skip
def test_what_is_no_day_or_may_be_two_is_none(value):
    assert read_day(value) is None


def test_the_day_is_the_one_on_the_clock_of_the_place_that_wrote_it():
    seoul = timezone(timedelta(hours=9))

    assert read_day(datetime(2026, 3, 1, 0, 30, tzinfo=seoul)).day == DAY
    assert read_day(pd.Timestamp("2026-03-01 00:30", tz="Asia/Seoul")).day == DAY
