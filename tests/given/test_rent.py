"""Rent as people know it."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.given.context import Context, usual_lags
from sbwarn.given.month import month_number
from sbwarn.given.notes import Notes
from sbwarn.given.rent import read_rent
from sbwarn.tables.panel import DEPTH

LEASE = {
    "monthly_rent": 1_500_000,
    "deposit": 20_000_000,
    "starts_on": "2026-07-15",
    "ends_on": "2027-02-28",
    "maintenance_fee": 100_000,
}
PAID = {
    "rent": dict.fromkeys(("2026-07", "2026-08", "2026-09"), 1_500_000.0),
    "deposit": dict.fromkeys(("2026-07", "2026-08", "2026-09"), 20_000_000.0),
    "maintenance": dict.fromkeys(("2026-07", "2026-08", "2026-09"), 100_000.0),
}


@dataclass
class Lease:
    """A lease in somebody's own words."""

    rent: float = 1_500_000
    deposit: float = 20_000_000
    starts_on: date = date(2026, 7, 15)
    ends_on: date = date(2027, 2, 28)
    maintenance: float = 100_000


def read(told, **more):
    around = Context(
        **{
            "notes": Notes(),
            "lags": usual_lags(),
            "currency": "KRW",
            "as_of": month_number("2026-09"),
            **more,
        }
    )
    found = read_rent(told, around)
    return found.monthly, found.ends, {note.kind: dict(note.facts) for note in around.notes.taken()}


@pytest.mark.parametrize("told", [1_500_000, 1_500_000.0, "150만원", "1,500,000", "₩1,500,000"])
def test_one_number_is_the_rent_of_the_last_closed_month(told):
    monthly, ends, notes = read(told)

    assert (monthly, ends) == ({"rent": {"2026-09": 1_500_000.0}}, None)
    assert notes["rent_now"] == {"month": "2026-09"}


def test_one_number_has_the_declared_unit():
    assert (
        read(150, unit="만원")[0] == read(150, unit={"rent": "만원"})[0] == {"rent": {"2026-09": 1_500_000.0}}
    )


@pytest.mark.parametrize("unknown", [float("nan"), "-", "미상", pd.NA])
def test_an_unknown_rent_is_not_zero(unknown):
    assert read(unknown)[0] == {"rent": {}}


@pytest.mark.parametrize(
    "told",
    [
        LEASE,
        Lease(),
        pd.Series(LEASE),
        {
            "월세": "150만원",
            "보증금": "2천만원",
            "계약시작일": "2026.7.15",
            "계약종료일": "2027.2.28",
            "관리비": "10만원",
        },
    ],
    ids=["dict", "dataclass", "Series", "Korean"],
)
def test_a_lease_is_paid_in_each_of_its_months(told):
    monthly, ends, notes = read(told)

    assert monthly == PAID
    assert ends == date(2027, 2, 28)
    assert notes["lease"] == {"first": "2026-07", "last": "2026-09", "count": 3}


def test_a_lease_without_a_beginning_is_known_for_the_last_closed_month():
    monthly, ends, _ = read({"monthly_rent": 1_500_000})

    assert (monthly, ends) == ({"rent": {"2026-09": 1_500_000.0}}, None)


def test_a_lease_of_long_ago_fills_the_panel_and_no_more():
    monthly, _, _ = read({"monthly_rent": 1, "starts_on": "2010-01-01"})

    assert len(monthly["rent"]) == DEPTH
    assert max(monthly["rent"]) == "2026-09"


def test_the_rent_after_the_end_of_a_lease_is_doubted_not_guessed():
    monthly, ends, notes = read({**LEASE, "ends_on": "2026-08-31"})

    assert sorted(monthly["rent"]) == ["2026-07", "2026-08"]
    assert ends == date(2026, 8, 31)
    assert notes["doubt_lease_over"] == {"ends": "2026-08-31"}


def test_a_lease_that_lies_ahead_tells_nothing_of_now():
    monthly, _, notes = read({**LEASE, "starts_on": "2026-11-01"})

    assert monthly == {"rent": {}, "deposit": {}, "maintenance": {}}
    assert notes["doubt_lease_ahead"] == {"starts": "2026-11-01", "month": "2026-09"}
    assert "lease" not in notes


def test_a_lease_may_lack_what_nobody_knows():
    monthly, ends, _ = read({"deposit": 5, "monthly_rent": None, "ends_on": "2027-02"})

    assert monthly == {"deposit": {"2026-09": 5.0}}
    assert ends == date(2027, 2, 1)


def test_the_parts_of_a_lease_have_the_declared_unit():
    assert read({"monthly_rent": 150, "deposit": 2000}, unit="만원")[0] == {
        "rent": {"2026-09": 1_500_000.0},
        "deposit": {"2026-09": 20_000_000.0},
    }


def test_a_part_of_a_lease_that_means_nothing_here_is_named_without_its_value():
    notes = read({**LEASE, "landlord": "김철수"})[2]

    assert notes["ignored_fact"] == {"name": "landlord"}


def test_a_series_of_rents_is_rents():
    assert read(pd.Series({"2026-08": 5, "2026-09": 6}))[0] == {"rent": {"2026-08": 5.0, "2026-09": 6.0}}
    assert read([5, 6])[0] == {"rent": {"2026-08": 5.0, "2026-09": 6.0}}


def test_a_table_of_rents_tells_deposit_and_the_end_that_was_last_stated():
    table = pd.DataFrame(
        {
            "월": ["2026-07", "2026-08", "2026-09", "2026-10"],
            "임대료(만원)": [150, 150, 155, 155],
            "보증금": "2천만원",
            "계약종료일": ["2026-08-31", "2028-08-31", None, "2030-01-31"],
        }
    )

    monthly, ends, _ = read(table)

    assert monthly["rent"]["2026-09"] == 1_550_000.0
    assert monthly["deposit"] == dict.fromkeys(table["월"], 20_000_000.0)
    assert ends == date(2028, 8, 31), "what is said of a month that is not closed is not known yet"


def test_a_file_of_rents_is_read(tmp_path):
    path = tmp_path / "월세.csv"
    path.write_text("월,월세\n2026-08,150만원\n2026-09,150만원\n", "cp949")

    assert read(path)[0] == read(str(path))[0] == {"rent": {"2026-08": 1_500_000.0, "2026-09": 1_500_000.0}}


@pytest.mark.parametrize("told", [1_500_000, LEASE])
def test_a_rent_of_now_needs_to_know_when_now_is(told):
    with pytest.raises(InputError, match=r"rent: 1 amount\(s\) without months; say as_of"):
        read(told, as_of=None)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (-5, r"rent: -5 for 2026-09 is read as -5; wanted 0 … 1,000,000,000,000"),
        ("high", r"rent: 'high' for 2026-09 is no amount \(str\)"),
        (True, r"rent: True for 2026-09 is no amount"),
        ({"2026-08": -5}, r"rent: -5 for 2026-08"),
        ({**LEASE, "deposit": "much"}, r"rent\.deposit: 'much' for 2026-09 is no amount"),
        ({**LEASE, "2026-08": 5}, r"rent: months stand beside the names of a lease \(monthly_rent, deposit"),
        ({**LEASE, "월세": 5}, r"rent: monthly_rent is told twice"),
        (
            {**LEASE, "ends_on": "2026-07-01"},
            r"rent: the lease ends on 2026-07-01, before it begins on 2026-07-15",
        ),
        ({**LEASE, "starts_on": "soon"}, r"rent: starts_on 'soon' is no day"),
        ({"landlord": "김철수"}, r"rent: 'landlord' is no month"),
        (Ellipsis, r"rent: got a ellipsis; wanted a dict"),
        ("rent.csv", r"rent: rent\.csv: no such file"),
    ],
    ids=str,
)
def test_a_rent_that_cannot_be_used_is_refused(told, text):
    with pytest.raises(InputError, match=text):
        read(told)
