"""Agencies' files become a data set: the Texas receipts as they are published, and tables in our own columns."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from sbwarn.errors import InputError, SettingError
from sbwarn.tables.dataset import DataSet
from sbwarn.tables.source import import_files, read_source

SHOPS = "shop_id,industry_code,district_id\nA,CAFE,D1\nB,BAR,D2\n"
SALES = "shop_id,month,amount\nA,2026-01,5\nB,2026-01,6\n"


def line(
    permit: str = "MB123456", *, month: str = "2016/08", tax: str = "670.00", name: str = "BLUE BAR",
    address: str = "1 MAIN ST", county: str = "221",
) -> str:  # fmt: skip
    """A line in the layout of nearly all files: ten fields, the last a number without quotation marks."""
    fields = [permit, name, address, "ABILENE", "TX", "79601", county, "", month]
    return ",".join(f'"{field}"' for field in fields) + f",{tax}"


def line_without_filler(permit: str, month: str, tax: str) -> str:
    """A line in the layout of 2017-08: the month one place earlier, a blank behind the tax."""
    return f'"{permit}","BLUE BAR","1 MAIN ST","ABILENE","TX","79601","221","{month}",{tax},""'


def publish(folder: Path, month: str, *lines: str) -> Path:
    path = folder / f"mixed_beverage_{month}.csv.gz"
    path.write_bytes(gzip.compress(("\r\n".join(lines) + "\r\n").encode("cp1252"), mtime=0))
    return path


def texas(*paths: Path) -> DataSet:
    return import_files(read_source("texas_receipts"), paths, name="texas")


def plain(paths: Sequence[Path]) -> DataSet:
    return import_files(read_source("plain"), paths, name="own")


def put(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_sales_are_the_tax_over_its_rate(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line(tax="670.00")))

    assert data.tables["sales"]["amount"].tolist() == pytest.approx([10_000.0], rel=1e-12)


def test_a_line_is_known_on_the_last_day_of_its_files_month(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line()))

    assert data.tables["sales"]["known_on"].tolist() == [pd.Timestamp("2016-09-30")]


def test_a_line_is_about_the_month_that_it_names(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line(month="2016/07")))

    assert data.tables["sales"]["month"].tolist() == [pd.Timestamp("2016-07-01")]


def test_the_first_line_of_a_file_is_no_header(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line("MB000001"), line("MB000002")))

    assert data.tables["sales"]["shop_id"].tolist() == ["MB000001", "MB000002"]


def test_a_comma_inside_a_quoted_name_parts_no_field(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line(name="BAR, GRILL")))

    assert data.tables["shops"]["name"].tolist() == ["BAR, GRILL"]


def test_a_shop_is_read_off_its_line(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line("MB123456", address="1 MAIN  ST", county="221")))

    shop = data.tables["shops"].iloc[0]

    assert shop[["industry_code", "district_id", "site_id"]].tolist() == ["MB", "221", "1 MAIN ST|79601"]


def test_a_permit_with_a_space_is_no_odd_permit(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line("N 123456")))

    assert data.accounts["sales"]["notes"] == {}


def test_a_permit_with_a_space_keeps_it(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line("N 123456")))

    assert data.tables["shops"][["shop_id", "industry_code"]].values.tolist() == [["N 123456", "N"]]


def test_an_odd_permit_is_noted(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line("MB12")))

    assert data.accounts["sales"]["notes"] == {"odd_permit": 1}


def test_a_reported_zero_is_a_zero_and_is_noted(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line(tax="0.00")))

    assert (data.tables["sales"]["amount"].tolist(), data.accounts["sales"]["notes"]) == (
        [0.0],
        {"zero_report": 1},
    )


def test_the_layout_without_filler_gives_the_same_sales(tmp_path: Path):
    data = texas(publish(tmp_path, "2017_08", line_without_filler("MB123456", "2017/07", "67.00")))

    assert data.tables["sales"]["amount"].tolist() == pytest.approx([1_000.0], rel=1e-12)


def test_the_layout_without_filler_is_counted_as_a_repair(tmp_path: Path):
    path = publish(
        tmp_path,
        "2017_08",
        line_without_filler("MB123456", "2017/07", "67"),
        line_without_filler("MB654321", "2017/06", "67"),
    )

    assert texas(path).accounts["sales"]["repairs"] == {"layout_without_filler": 2}


def test_a_long_file_of_one_month_alone_is_noticed(tmp_path: Path):
    path = publish(tmp_path, "2016_09", *(line(f"MB{number:06d}") for number in range(101)))

    assert texas(path).accounts["sales"]["notes"] == {"one_month_file": 101}


def test_a_short_file_of_one_month_alone_is_nothing_odd(tmp_path: Path):
    path = publish(tmp_path, "2016_09", *(line(f"MB{number:06d}") for number in range(100)))

    assert texas(path).accounts["sales"]["notes"] == {}


def test_a_long_file_with_one_late_report_is_nothing_odd(tmp_path: Path):
    reports = [line(f"MB{number:06d}") for number in range(101)]

    path = publish(tmp_path, "2016_09", *reports, line("MB000200", month="2016/05"))

    assert texas(path).accounts["sales"]["notes"] == {}


def test_a_correction_in_a_later_file_is_kept_as_a_later_version(tmp_path: Path):
    september = publish(tmp_path, "2016_09", line(tax="6.70"))
    october = publish(tmp_path, "2016_10", line(tax="13.40"))

    sales = texas(october, september).tables["sales"]

    assert list(zip(sales["known_on"].dt.strftime("%Y-%m-%d"), sales["amount"].round(6), strict=True)) == [
        ("2016-09-30", 100.0),
        ("2016-10-31", 200.0),
    ]


def test_the_later_line_of_one_file_is_the_correction(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line(tax="6.70"), line(tax="13.40")))

    assert data.tables["sales"]["amount"].tolist() == pytest.approx([200.0], rel=1e-12)


def test_lines_that_stand_twice_in_a_file_are_noted_and_settled(tmp_path: Path):
    accounts = texas(publish(tmp_path, "2016_09", line(tax="6.70"), line(tax="13.40"))).accounts["sales"]

    assert (accounts["notes"], accounts["excluded_by"]) == (
        {"twice_in_file": 2},
        {"superseded_same_day": 1},
    )


def test_a_shop_that_moves_has_a_version_for_each_place(tmp_path: Path):
    september = publish(tmp_path, "2016_09", line(address="1 MAIN ST", county="221"))
    october = publish(tmp_path, "2016_10", line(month="2016/09", address="9 OAK AVE", county="15"))

    shops = texas(september, october).tables["shops"]

    assert shops[["site_id", "district_id"]].values.tolist() == [
        ["1 MAIN ST|79601", "221"],
        ["9 OAK AVE|79601", "15"],
    ]


def test_a_shop_that_stays_has_one_version_from_its_first_file(tmp_path: Path):
    september = publish(tmp_path, "2016_09", line())
    october = publish(tmp_path, "2016_10", line(month="2016/09"))

    shops = texas(september, october).tables["shops"]

    assert shops["known_on"].tolist() == [pd.Timestamp("2016-09-30")]


def test_a_tax_that_is_no_number_is_rejected_as_it_was_written(tmp_path: Path):
    data = texas(publish(tmp_path, "2016_09", line("MB000001"), line("MB000002", tax="n/a")))

    assert data.tables["rejects"][["row", "rule", "value"]].values.tolist() == [
        ["mixed_beverage_2016_09.csv.gz:2", "type", "n/a"]
    ]


def test_every_file_is_told_with_its_rows(tmp_path: Path):
    september = publish(tmp_path, "2016_09", line("MB000001"), line("MB000002"))
    october = publish(tmp_path, "2016_10", line("MB000001", month="2016/09"))

    sources = texas(october, september).sources

    assert [(each["file"], each["rows"]) for each in sources] == [
        ("mixed_beverage_2016_09.csv.gz", 2),
        ("mixed_beverage_2016_10.csv.gz", 1),
    ]


def test_a_file_in_no_declared_layout_is_refused(tmp_path: Path):
    path = publish(tmp_path, "2016_09", "permit;month;tax", "MB123456;2016-08;670")

    with pytest.raises(InputError, match="no layout of source texas_receipts fits"):
        texas(path)


def test_a_line_with_too_few_fields_is_told_by_number(tmp_path: Path):
    good = [line(f"MB{number:06d}") for number in range(20)]
    path = publish(tmp_path, "2016_09", *good, '"MB999999","BAR"')

    with pytest.raises(InputError, match="first line numbers 21"):
        texas(path)


def test_a_file_whose_name_tells_no_month_is_refused(tmp_path: Path):
    path = publish(tmp_path, "september", line())

    with pytest.raises(InputError, match="publication month"):
        texas(path)


def test_the_same_delivery_under_two_names_is_refused(tmp_path: Path):
    first = publish(tmp_path, "2016_09", line())
    second = publish(tmp_path, "2016_10", line())

    with pytest.raises(InputError, match="the same delivery twice"):
        texas(first, second)


def test_no_files_at_all_are_refused():
    with pytest.raises(SettingError, match="no files"):
        texas()


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"2016_09\.csv\.gz: no such file"):
        texas(tmp_path / "2016_09.csv.gz")


def test_an_unknown_source_is_refused_with_the_known_ones():
    with pytest.raises(SettingError, match="'ohio' is not declared; known are plain, texas_receipts"):
        read_source("ohio")


def test_tables_in_our_own_columns_become_a_data_set(tmp_path: Path):
    data = plain([put(tmp_path / "shops.csv", SHOPS), put(tmp_path / "sales.csv", SALES)])

    assert data.tables["sales"][["shop_id", "amount"]].values.tolist() == [["A", 5.0], ["B", 6.0]]


def test_each_finished_file_is_reported_to_the_caller(tmp_path: Path):
    paths = [put(tmp_path / "shops.csv", SHOPS), put(tmp_path / "sales.csv", SALES)]
    told: list[str] = []

    import_files(read_source("plain"), paths, name="own", progress=told.append)

    assert told == ["sales.csv", "shops.csv"]


def test_the_callers_currency_goes_before_the_sources(tmp_path: Path):
    paths = [put(tmp_path / "shops.csv", SHOPS), put(tmp_path / "sales.csv", SALES)]

    data = import_files(read_source("plain"), paths, name="own", currency="EUR")

    assert data.currency == "EUR"


def test_bad_rows_are_rejected_by_the_line_of_their_file(tmp_path: Path):
    paths = [
        put(tmp_path / "shops.csv", SHOPS),
        put(tmp_path / "sales.csv", "shop_id,month,amount\nA,2026-01,-5\nB,2026-01,6\nZ,2026-01,7\n"),
    ]

    rejects = plain(paths).tables["rejects"]

    assert rejects[["row", "rule"]].values.tolist() == [[2, "minimum"], [4, "unknown_shop"]]


def test_a_table_named_twice_is_refused(tmp_path: Path):
    paths = [put(tmp_path / "shops.csv", SHOPS), put(tmp_path / "shops.2026.csv", SHOPS + "C,BAR,D2\n")]

    with pytest.raises(InputError, match="table shops was already given"):
        plain(paths)


def test_a_file_named_after_no_table_is_refused(tmp_path: Path):
    path = put(tmp_path / "umsatz.csv", SALES)

    with pytest.raises(InputError, match=r"umsatz\.csv: the file name does not begin with a table's name"):
        plain([path])


def test_sales_without_shops_are_no_data_set(tmp_path: Path):
    path = put(tmp_path / "sales.csv", SALES)

    with pytest.raises(InputError, match=r"table\(s\) shops are missing"):
        plain([path])
