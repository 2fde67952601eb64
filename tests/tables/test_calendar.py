"""Working days and the feasts that wander, against the calendars on the wall."""

import numpy as np
import pytest

from sbwarn.tables.calendar import calendar
from sbwarn.tables.month import as_month


def days(country: str, month: str) -> dict[str, float]:
    """What the calendar brings to one month."""
    found = calendar(country, as_month(month).ordinal, 1)
    return {name: float(getattr(found, name)[0]) for name in ("working_days", "run_up", "feast")}


@pytest.mark.parametrize(
    ("month", "feast"),
    [
        ("2023-01", 1.0),  # Seollal on 22 January 2023
        ("2024-02", 1.0),  # 10 February 2024
        ("2025-01", 1.0),  # 29 January 2025
        ("2026-02", 1.0),  # 17 February 2026
        ("2024-09", 1.0),  # Chuseok on 17 September 2024
        ("2025-10", 1.0),  # 6 October 2025
        ("2025-09", 0.0),
        ("2026-09", 1.0),  # 25 September 2026
        ("2026-03", 0.0),
    ],
)
def test_a_feast_lies_in_its_month(month, feast):
    assert days("KR", month)["feast"] == feast


def test_the_fortnight_before_chuseok_2025_lies_in_two_months():
    # 22 to 30 September are nine days, 1 to 5 October five.
    assert days("KR", "2025-09")["run_up"] == pytest.approx(9 / 14)
    assert days("KR", "2025-10")["run_up"] == pytest.approx(5 / 14)


def test_working_days_leave_out_sundays_and_holidays():
    # January 2025: 31 days, 4 Sundays, New Year, and 27 to 30 January off.
    assert days("KR", "2025-01")["working_days"] == 22


def test_a_country_without_such_feasts_has_none():
    found = calendar("US", as_month("2016-12").ordinal, 24)

    assert not found.feast.any()
    assert not found.run_up.any()
    # July 2016: 31 days, 5 Sundays, Independence Day on a Monday.
    assert found.working_days[-6] == 25


def test_a_run_of_months_is_the_same_however_it_is_asked_for():
    long = calendar("KR", as_month("2026-09").ordinal, 120)
    short = calendar("KR", as_month("2026-09").ordinal, 7)

    for name in ("working_days", "run_up", "feast"):
        np.testing.assert_array_equal(getattr(short, name), getattr(long, name)[-7:])


def test_the_language_of_the_machine_does_not_matter(monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")

    assert days("KR", "2033-01")["feast"] == pytest.approx(2 / 3)  # 31 January 2033
