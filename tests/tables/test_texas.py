"""Three files of the Texas receipts, counted once more with nothing but the csv module."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from sbwarn.tables.source import import_files, read_source

RECEIPTS = Path(__file__).parents[3] / "shared" / "data" / "texas_receipts"
FILES = [RECEIPTS / f"MIXEDBEV_{month}.CSV.gz" for month in ("2016_05", "2017_07", "2017_08")]
TAX = 0.067
pytestmark = pytest.mark.skipif(not RECEIPTS.is_dir(), reason="the Texas receipts are not beside the project")


@pytest.fixture(scope="module")
def dataset():
    return import_files(read_source("texas_receipts"), FILES, name="texas")


@pytest.fixture(scope="module")
def taxes() -> dict[tuple[str, str, str], list[float]]:
    """Every tax of a file, permit and month, in the order of the lines; the file of 2017-08 has its own layout."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for path in FILES:
        month, tax = (7, 8) if "2017_08" in path.name else (8, 9)
        with gzip.open(path, "rt", encoding="cp1252", newline="") as page:
            for row in csv.reader(page):
                key = (path.name, row[0].strip(), row[month].strip())
                found.setdefault(key, []).append(float(row[tax]))
    return found


def test_every_line_is_used_or_left_out_for_a_counted_reason(dataset, taxes):
    account = dataset.accounts["sales"]
    lines = sum(len(each) for each in taxes.values())

    assert account["rows_in"] == lines == sum(entry["rows"] for entry in dataset.sources)
    assert account["used"] == len(taxes)
    assert account["excluded"] == lines - len(taxes)
    assert account["rejected"] == 0


def test_sales_are_the_last_told_taxes_over_the_rate(dataset, taxes):
    told_last = sum(each[-1] for each in taxes.values())

    assert dataset.tables["sales"]["amount"].sum() == pytest.approx(told_last / TAX, rel=1e-12)


def test_every_permit_is_a_shop(dataset, taxes):
    assert set(dataset.tables["shops"]["shop_id"]) == {permit for _, permit, _ in taxes}


def test_a_line_is_known_on_the_last_day_of_its_files_month(dataset):
    days = dataset.tables["sales"]["known_on"].dt.strftime("%Y-%m-%d")

    assert sorted(days.unique()) == ["2016-05-31", "2017-07-31", "2017-08-31"]


def test_the_file_that_claims_one_month_for_all_is_noted(dataset):
    notes, repairs = dataset.accounts["sales"]["notes"], dataset.accounts["sales"]["repairs"]
    august = next(entry["rows"] for entry in dataset.sources if "2017_08" in entry["file"])

    assert notes["one_month_file"] == august
    assert repairs["layout_without_filler"] == august
