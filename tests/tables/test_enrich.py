"""A part of another delivery joins a data set, and every row stays accounted for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.tables.dataset import DataSet, read_dataset, write_dataset
from sbwarn.tables.enrich import enriched
from sbwarn.tables.history import History
from sbwarn.tables.source import import_files, read_source

SHOPS = "shop_id,industry_code,district_id\nA,CAFE,D1\nB,BAR,D2\n"
SALES = "shop_id,month,amount\nA,2026-01,5\nB,2026-01,6\n"
FOOTFALL = "district_id,month,weekday\nD1,2026-01,100\n"


def data(folder: Path, *, complete: bool = True, currency: str = "KRW", **tables: str) -> DataSet:
    folder.mkdir(exist_ok=True)
    paths = []
    for table, text in tables.items():
        paths.append(folder / f"{table}.csv")
        paths[-1].write_text(text, "utf-8")
    return import_files(read_source("plain"), paths, name=folder.name, currency=currency, complete=complete)


@pytest.fixture
def base(tmp_path: Path) -> DataSet:
    return data(tmp_path / "base", shops=SHOPS, sales=SALES)


def test_a_part_without_shops_can_be_written_and_read(tmp_path: Path):
    write_dataset(data(tmp_path / "part", complete=False, footfall=FOOTFALL), tmp_path / "out")

    part = read_dataset(tmp_path / "out")

    assert (part.missing, part.months) == (("shops", "sales"), ("2026-01", "2026-01"))


def test_a_part_without_any_month_has_none(tmp_path: Path):
    part = data(tmp_path / "part", complete=False, districts="district_id,name\nD1,Dong\n")

    assert part.months == ("", "")


def test_the_history_of_a_part_is_refused_in_words(tmp_path: Path):
    part = data(tmp_path / "part", complete=False, footfall=FOOTFALL)

    with pytest.raises(InputError, match=r"table\(s\) shops, sales are missing"):
        History(part)


def test_a_part_brings_its_tables(tmp_path: Path, base: DataSet):
    whole = enriched(base, data(tmp_path / "part", complete=False, footfall=FOOTFALL))

    panel = History(whole).as_known("2026-02")

    assert panel.quantities["footfall_weekday"][-1].tolist()[0] == 100.0
    assert whole.name == "base"
    assert [source["file"] for source in whole.sources] == ["sales.csv", "shops.csv", "footfall.csv"]


def test_rows_are_added_to_a_table_that_is_there_and_those_that_repeat_count_once(
    tmp_path: Path, base: DataSet
):
    once = enriched(base, data(tmp_path / "part", complete=False, footfall=FOOTFALL))

    twice = enriched(
        once, data(tmp_path / "more", complete=False, footfall=FOOTFALL + "D2,2026-01,7\n")
    )  # fmt: skip

    account = twice.accounts["footfall"]
    assert twice.tables["footfall"]["weekday"].tolist() == [100.0, 7.0]
    assert (account["rows_in"], account["used"], account["excluded_by"]) == (3, 2, {"already_there": 1})


def test_contradictions_are_refused(tmp_path: Path, base: DataSet):
    once = enriched(base, data(tmp_path / "part", complete=False, footfall=FOOTFALL))

    with pytest.raises(InputError, match="rows contradict each other"):
        enriched(once, data(tmp_path / "more", complete=False, footfall=FOOTFALL.replace("100", "101")))


def test_the_same_file_is_refused(tmp_path: Path, base: DataSet):
    part = data(tmp_path / "part", complete=False, footfall=FOOTFALL)

    with pytest.raises(InputError, match="the same delivery twice"):
        enriched(enriched(base, part), part)


def test_rows_of_unknown_shops_become_rejects(tmp_path: Path, base: DataSet):
    rent = "shop_id,month,monthly_rent\nA,2026-01,1\nZ,2026-01,1\n"

    whole = enriched(base, data(tmp_path / "part", complete=False, rent=rent))

    account = whole.accounts["rent"]
    assert (account["rows_in"], account["used"], account["rejected_by"]) == (2, 1, {"unknown_shop": 1})
    assert whole.tables["rejects"]["value"].tolist() == ["Z"]


def test_other_money_is_refused(tmp_path: Path, base: DataSet):
    rent = "shop_id,month,monthly_rent\nA,2026-01,1\n"

    with pytest.raises(InputError, match="amounts in USD cannot join a data set in KRW"):
        enriched(base, data(tmp_path / "part", complete=False, currency="USD", rent=rent))


def test_persons_join_whatever_the_currency(tmp_path: Path, base: DataSet):
    part = data(tmp_path / "part", complete=False, currency="USD", footfall=FOOTFALL)

    assert enriched(base, part).currency == "KRW"


def test_another_lag_of_a_table_that_is_there_is_refused(tmp_path: Path, base: DataSet):
    from dataclasses import replace

    once = enriched(base, data(tmp_path / "part", complete=False, footfall=FOOTFALL))
    other = data(tmp_path / "more", complete=False, footfall="district_id,month,weekday\nD2,2026-01,7\n")

    with pytest.raises(InputError, match=r"closed after 1 month\(s\) in the data set and after 3"):
        enriched(once, replace(other, lags={**other.lags, "footfall": 3}))


def test_the_parts_lag_holds_for_a_table_that_it_brings(tmp_path: Path, base: DataSet):
    from dataclasses import replace

    part = data(tmp_path / "part", complete=False, footfall=FOOTFALL)

    assert enriched(base, replace(part, lags={**part.lags, "footfall": 3})).lags["footfall"] == 3


def test_an_enriched_data_set_is_written_and_read_whole(tmp_path: Path, base: DataSet):
    whole = enriched(base, data(tmp_path / "part", complete=False, footfall=FOOTFALL))

    found = write_dataset(whole, tmp_path / "out")

    assert found.missing == ()
    pd.testing.assert_frame_equal(found.tables["footfall"], whole.tables["footfall"])
