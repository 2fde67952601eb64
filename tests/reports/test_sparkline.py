"""The line the size of a word: points by hand, on a ground of 30 by 10 inside a margin of 3."""

from __future__ import annotations

import pytest

from sbwarn.reports.sparkline import last_point, sparkline_path

UNKNOWN = float("nan")
SIZE = {"width": 36, "height": 16}


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([0.0, 5.0, 10.0], "M3,13 L18,8 L33,3"),
        ([10.0, 10.0], "M3,3 L33,3"),
        ([0.0, 0.0], "M3,13 L33,13"),
        ([-5.0, 10.0], "M3,13 L33,3"),
        ([10.0], "M3,3 h0"),
    ],
)
def test_the_line_goes_from_nothing_at_the_bottom_to_the_highest_at_the_top(values, path):
    assert sparkline_path(values, **SIZE) == path


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([10.0, 5.0, UNKNOWN, 5.0, 10.0, 0.0], "M3,3 L9,8 M21,8 L27,3 L33,13"),
        ([UNKNOWN, 5.0, 10.0], "M18,8 L33,3"),
        ([5.0, 10.0, UNKNOWN], "M3,8 L18,3"),
        ([UNKNOWN, 10.0, UNKNOWN], "M18,3 h0"),
        ([5.0, float("inf"), 10.0], "M3,8 h0 M33,3 h0"),
    ],
)
def test_the_line_breaks_where_a_month_is_unknown(values, path):
    assert sparkline_path(values, **SIZE) == path


@pytest.mark.parametrize("values", [[], [UNKNOWN], [UNKNOWN, UNKNOWN]])
def test_there_is_no_line_where_nothing_is_known(values):
    assert sparkline_path(values, **SIZE) == ""


@pytest.mark.parametrize(
    ("values", "point"),
    [
        ([10.0, 5.0], (33.0, 8.0)),
        ([0.0], (3.0, 13.0)),
        ([UNKNOWN, 10.0], (33.0, 3.0)),
        ([10.0, -1.0], (33.0, 13.0)),
    ],
)
def test_the_dot_marks_the_last_month(values, point):
    assert last_point(values, **SIZE) == point


@pytest.mark.parametrize("values", [[], [UNKNOWN], [10.0, UNKNOWN]])
def test_there_is_no_dot_where_the_last_month_is_unknown(values):
    assert last_point(values, **SIZE) is None
