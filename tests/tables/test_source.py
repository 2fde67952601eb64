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
    with pytest.raises(SettingError, match="'ohio' is not declared; known are leeds_footfall, plain, "):
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


DONG = "기준_년분기_코드,행정동_코드,행정동_코드_명"
BANDS = "시간대_11_14_유동인구_수,시간대_17_21_유동인구_수"
WEEK = ",".join(f"{day}요일_유동인구_수" for day in "월화수목금토일")
PEOPLE = f"{DONG},총_유동인구_수,{BANDS},{WEEK}\n"


def seoul(*paths: Path) -> DataSet:
    return import_files(read_source("seoul_footfall"), paths, name="seoul")


def people(folder: Path, *lines: str, encoding: str = "cp949") -> Path:
    path = folder / "footfall_by_dong.csv"
    path.write_bytes((PEOPLE + "\n".join(lines) + "\n").encode(encoding))
    return path


# 91 days, a total of 910: ten a day; weekdays 120 each are 600 of 65 days, weekends 155 each are 310 of 26 days.
SECOND_QUARTER = "20242,11680521,논현1동,910,91,182,120,120,120,120,120,155,155"


def test_a_mean_day_is_the_quarters_figure_over_the_weekdays_share_of_its_days(tmp_path: Path):
    footfall = seoul(people(tmp_path, SECOND_QUARTER)).tables["footfall"]

    assert footfall["weekday"].tolist() == pytest.approx([600 / 65] * 3, rel=1e-12)
    assert footfall["weekend"].tolist() == pytest.approx([310 / 26] * 3, rel=1e-12)


def test_lunch_and_dinner_are_bands_over_the_total(tmp_path: Path):
    row = seoul(people(tmp_path, SECOND_QUARTER)).tables["footfall"].iloc[0]

    assert row[["lunch_share", "dinner_share"]].tolist() == pytest.approx([0.1, 0.2], rel=1e-12)


def test_a_quarter_stands_in_each_of_its_months_and_is_public_three_months_after_its_end(tmp_path: Path):
    footfall = seoul(people(tmp_path, SECOND_QUARTER)).tables["footfall"]

    assert footfall["month"].dt.strftime("%Y-%m").tolist() == ["2024-04", "2024-05", "2024-06"]
    assert set(footfall["known_on"]) == {pd.Timestamp("2024-09-30")}


def test_accounts_count_the_lines_of_the_file_though_a_line_makes_three_rows(tmp_path: Path):
    data = seoul(people(tmp_path, SECOND_QUARTER, "20240" + SECOND_QUARTER[5:], SECOND_QUARTER))

    account = data.accounts["footfall"]

    assert {name: account[name] for name in ("rows_in", "used", "excluded", "rejected")} == {
        "rows_in": 3, "used": 1, "excluded": 1, "rejected": 1,
    }  # fmt: skip
    assert {name: data.sources[0][name] for name in ("rows", "used", "excluded", "rejected")} == {
        "rows": 3, "used": 1, "excluded": 1, "rejected": 1,
    }  # fmt: skip


def test_a_period_that_is_no_quarter_is_rejected_as_it_was_written(tmp_path: Path):
    data = seoul(people(tmp_path, SECOND_QUARTER, "20240" + SECOND_QUARTER[5:]))

    assert data.tables["rejects"][["row", "column", "rule", "value"]].values.tolist() == [
        ["footfall_by_dong.csv:3", "month", "type", "20240"]
    ]


def test_a_figure_that_is_no_number_is_rejected_as_it_was_written(tmp_path: Path):
    data = seoul(people(tmp_path, SECOND_QUARTER, SECOND_QUARTER[:-3] + "n/a"))

    assert data.tables["rejects"][["column", "rule", "value"]].values.tolist() == [["weekend", "type", "n/a"]]


def test_residents_and_workers_of_one_dong_become_one_state_of_it(tmp_path: Path):
    residents = put(
        tmp_path / "residents.csv",
        f"{DONG},총_상주인구_수,연령대_60_이상_상주인구_수\n20241,11110615,종로1?2가동,200,50\n",
    )
    workers = put(tmp_path / "workers.csv", f"{DONG},총_직장_인구_수\n20241,11110615,종로1?2가동,700\n")

    data = seoul(residents, workers)

    states = data.tables["districts"][["name", "residents", "over_60_share", "workers"]]
    assert states.values.tolist() == [["종로1·2가동", 200.0, 0.25, 700.0]]
    assert (data.accounts["districts"]["rows_in"], data.accounts["districts"]["used"]) == (2, 2)


def test_two_files_that_contradict_each_other_are_refused(tmp_path: Path):
    first = put(tmp_path / "one.csv", f"{DONG},총_직장_인구_수\n20241,11110615,가동,700\n")
    second = put(tmp_path / "two.csv", f"{DONG},총_직장_인구_수\n20241,11110615,가동,701\n")

    with pytest.raises(InputError, match="rows contradict each other"):
        seoul(first, second)


def test_a_file_that_no_part_fits_is_refused_with_what_was_expected(tmp_path: Path):
    path = put(tmp_path / "sales.csv", SALES)

    with pytest.raises(InputError, match="no part of source seoul_footfall fits its columns"):
        seoul(path)


def rent_page(folder: Path, *lines: str) -> Path:
    return put(folder / "rent.csv", "\n".join(lines) + "\n")


def rents(*paths: Path) -> DataSet:
    return import_files(read_source("seoul_rent"), paths, name="rent")


def test_rents_are_won_a_pyeong_and_become_won_a_square_metre(tmp_path: Path):
    data = rents(rent_page(tmp_path, '"2022","4","11650660",내곡동,"00",전체층,8807355,118800,206873,21'))

    assert data.tables["market"]["rent_per_m2"].tolist() == pytest.approx([36_000.0], rel=1e-12)
    assert data.tables["market"]["month"].tolist() == [pd.Timestamp("2022-12-01")]


def test_single_floors_zeros_and_impossible_counts_are_told_apart(tmp_path: Path):
    page = rent_page(
        tmp_path,
        "2022,4,11650660,내곡동,00,전체층,100,118800,118801,21",
        "2022,4,11650660,내곡동,01,1층,100,118800,118801,9",
        "2022,4,11650661,다른동,00,전체층,0,0,0,3",
        "2022,4,11740690,둔촌제1동,00,전체층,100,118800,118801,1386418",
    )

    account = rents(page).accounts["market"]

    assert (account["rows_in"], account["used"]) == (4, 1)
    assert account["excluded_by"] == {"other_floor": 1, "no_value": 1}
    assert account["rejected_by"] == {"impossible_count": 1}


def test_the_yearly_rent_of_an_area_becomes_an_index_and_no_level(tmp_path: Path):
    page = put(
        tmp_path / "rone.json",
        '{"data": {"명동": {"baseline": {"wrttime": "202402"}, "yearly": {"2022": 60, "2024": 50}}}}',
    )

    market = rents(page).tables["market"]

    assert market[["district_id", "rent_index"]].values.tolist() == [["명동", 120.0], ["명동", 100.0]]
    assert market["rent_per_m2"].isna().all()
    assert market["known_on"].dt.strftime("%Y-%m-%d").tolist() == ["2023-03-31", "2025-03-31"]


def test_a_page_that_is_no_rent_page_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="the file is damaged"):
        rents(put(tmp_path / "rone.json", "[]"))


HOURLY = "Date,InCount,LocationName,Hour,Month,Year,Day\n"


def counted(folder: Path, *days: str, persons: int = 10, counter: str = "Briggate", hours: int = 24) -> Path:
    lines = [
        f"{day[8:]}/{day[5:7]}/{day[:4]},{persons},{counter},{hour},{int(day[5:7])},{day[:4]},{int(day[8:])}"
        for day in days
        for hour in range(hours)
    ]
    return put(
        folder / f"{counter}_{days[0]}_{len(days)}_{hours}_{persons}.csv", HOURLY + "\n".join(lines) + "\n"
    )


def leeds(*paths: Path) -> DataSet:
    return import_files(read_source("leeds_footfall"), paths, name="leeds")


def december(first: int, last: int) -> list[str]:
    return [f"2012-12-{day:02d}" for day in range(first, last + 1)]


def test_a_counters_month_is_the_mean_of_its_days_and_holidays_are_weekend(tmp_path: Path):
    page = counted(tmp_path, *december(1, 24))
    # Christmas Day and Boxing Day 2012 fell on a Tuesday and a Wednesday.
    page.write_text(page.read_text() + "".join(
        counted(tmp_path, *december(25, 26), persons=40).read_text().splitlines(keepends=True)[1:]))  # fmt: skip

    row = leeds(page).tables["footfall"].iloc[0]

    # Eight Saturdays and Sundays up to the 24th, with 240 persons each, and two holidays with 960.
    assert (row["weekday"], row["weekend"]) == (240.0, (8 * 240 + 2 * 960) / 10)
    assert (row["lunch_share"], row["dinner_share"]) == (3 / 24, 4 / 24)


def test_a_counter_that_was_silent_for_much_of_a_month_is_unknown_and_not_zero(tmp_path: Path):
    whole = counted(tmp_path, *december(1, 31))
    thin = counted(tmp_path, *december(1, 21), counter="Headrow")

    data = leeds(_merged(tmp_path, whole, thin))

    assert data.tables["footfall"]["district_id"].tolist() == ["Briggate"]
    assert data.accounts["footfall"]["excluded_by"] == {"thin_month": 21 * 24}


def test_days_in_part_and_days_of_nothing_but_zeros_do_not_count(tmp_path: Path):
    whole = counted(tmp_path, *december(1, 29))
    part = counted(tmp_path, *december(30, 30), hours=8)
    silent = counted(tmp_path, *december(31, 31), persons=0)

    data = leeds(_merged(tmp_path, whole, part, silent))

    account = data.accounts["footfall"]
    assert account["excluded_by"] == {"part_of_a_day": 8, "silent_day": 24}
    assert account["rows_in"] == account["used"] + account["excluded"] + account["rejected"] == 31 * 24 - 16
    assert data.tables["footfall"]["weekday"].tolist() == [240.0]


def test_hours_that_come_twice_count_once(tmp_path: Path):
    page = counted(tmp_path, *december(1, 31))
    again = counted(tmp_path, *december(1, 3))

    data = leeds(_merged(tmp_path, page, again))

    assert data.accounts["footfall"]["excluded_by"] == {"identical": 72}
    assert data.tables["footfall"]["weekday"].tolist() == [240.0]


def test_a_count_that_is_no_number_is_rejected_with_its_line(tmp_path: Path):
    page = counted(tmp_path, *december(1, 31))
    page.write_text(page.read_text().replace(",10,", ",x,", 1))

    data = leeds(page)

    assert data.tables["rejects"][["row", "column", "value"]].values.tolist() == [
        [f"{page.name}:2", "persons", "x"]
    ]
    assert data.accounts["footfall"]["excluded_by"] == {"part_of_a_day": 23}


def _merged(folder: Path, *pages: Path) -> Path:
    lines = [line for page in pages for line in page.read_text().splitlines()[1:]]
    return put(folder / "all.csv", HOURLY + "\n".join(lines) + "\n")
