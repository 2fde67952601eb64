"""A data set on disk: what was written is read back, and what was changed since is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, covers, dataset_of, read_dataset, write_dataset
from sbwarn.tables.schema import TABLES, table_schema


def small(lags: Mapping[str, int] | None = None) -> DataSet:
    """Two shops, of which the second tells neither name nor opening, and one rejected row."""
    raw = {
        "shops": pd.DataFrame(
            {
                "shop_id": ["007", "B"],
                "industry_code": ["CAFE", "BAR"],
                "district_id": ["D1", "D1"],
                "opened_on": ["2020-03-01", None],
                "name": ["행복분식", None],
                "floor_area_m2": [33.5, None],
            }
        ),
        "sales": pd.DataFrame(
            {
                "shop_id": ["007", "007", "B", "Z"],
                "month": ["2026-01", "2026-03", "2026-02", "2026-02"],
                "amount": ["5", "0", "6", "7"],
            }
        ),
    }
    checked = {
        name: check_table(rows, table_schema(name), where=name, repairs={"empty_line": 1})
        for name, rows in raw.items()
    }
    return dataset_of(checked, name="small", currency="KRW", lags=lags)


@pytest.mark.parametrize("table", ["shops", "sales"])
def test_a_table_is_read_back_as_it_was_written(tmp_path: Path, table: str):
    data = small()

    back = write_dataset(data, tmp_path / "out")

    pd.testing.assert_frame_equal(back.tables[table], data.tables[table])


def test_unknown_values_come_back_as_none_nan_and_nat(tmp_path: Path):
    shops = write_dataset(small(), tmp_path / "out").tables["shops"]

    unknown = shops.loc[1]

    assert (unknown["name"], np.isnan(unknown["floor_area_m2"]), unknown["opened_on"]) == (None, True, pd.NaT)


def test_days_come_back_as_seconds_and_numbers_as_float64(tmp_path: Path):
    sales = write_dataset(small(), tmp_path / "out").tables["sales"]

    assert sales[["month", "amount"]].dtypes.astype(str).tolist() == ["datetime64[s]", "float64"]


def test_a_leading_zero_outlives_the_disk(tmp_path: Path):
    back = write_dataset(small(), tmp_path / "out")

    assert back.tables["shops"]["shop_id"].tolist() == ["007", "B"]


def test_rejects_are_kept_with_the_data_set(tmp_path: Path):
    rejects = write_dataset(small(), tmp_path / "out").tables["rejects"]

    assert rejects[["rule", "value"]].values.tolist() == [["unknown_shop", "Z"]]


def test_accounts_are_kept_with_the_data_set(tmp_path: Path):
    sales = write_dataset(small(), tmp_path / "out").accounts["sales"]

    assert {key: sales[key] for key in ("rows_in", "used", "excluded", "rejected", "repairs")} == {
        "rows_in": 4, "used": 3, "excluded": 0, "rejected": 1, "repairs": {"empty_line": 1},
    }  # fmt: skip


def test_the_same_data_written_twice_are_the_same_bytes(tmp_path: Path):
    write_dataset(small(), tmp_path / "one")
    write_dataset(small(), tmp_path / "two")

    files = [
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")
    ]

    assert files[0] == files[1]


def test_a_data_set_that_was_read_writes_the_same_bytes_again(tmp_path: Path):
    first = write_dataset(small(), tmp_path / "one")

    again = write_dataset(first, tmp_path / "two")

    assert again.digests == first.digests


def test_a_table_changed_on_disk_is_refused(tmp_path: Path):
    write_dataset(small(), tmp_path)
    path = tmp_path / "sales.parquet"
    rows = pd.read_parquet(path)
    rows.assign(amount=rows["amount"] * 2).to_parquet(path)

    with pytest.raises(InputError, match=r"sales\.parquet: the bytes are not the ones that were written"):
        read_dataset(tmp_path)


def test_a_table_lost_from_disk_is_named(tmp_path: Path):
    write_dataset(small(), tmp_path)
    (tmp_path / "sales.parquet").unlink()

    with pytest.raises(InputError, match=r"sales\.parquet: no such file"):
        read_dataset(tmp_path)


def test_a_folder_without_a_marker_is_no_data_set(tmp_path: Path):
    with pytest.raises(InputError, match=r"no dataset\.toml in it"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("page", [b"name = ", b"\xff\xfe", b'name = "small"'])
def test_a_damaged_marker_is_refused(tmp_path: Path, page: bytes):
    write_dataset(small(), tmp_path)
    (tmp_path / "dataset.toml").write_bytes(page)

    with pytest.raises(InputError, match=r"dataset\.toml: the file is damaged"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("table", ["shops", "sales"])
def test_no_data_set_does_without_shops_and_sales(table: str):
    rows = pd.DataFrame(
        {
            "shop_id": ["A"],
            "month": ["2026-01"],
            "amount": [1.0],
            "industry_code": ["I"],
            "district_id": ["D"],
        }
    )
    other = "sales" if table == "shops" else "shops"
    columns = [name for name in table_schema(other).names if name in rows]
    checked = {other: check_table(rows[columns], table_schema(other), where=other)}

    with pytest.raises(InputError, match=rf"table\(s\) {table} are missing"):
        dataset_of(checked, name="half", currency="KRW")


def test_a_table_closes_after_the_months_of_its_schema():
    lags = small().lags

    assert list(lags) == list(TABLES)
    assert (lags["shops"], lags["sales"], lags["rent"], lags["footfall"], lags["market"]) == (0, 1, 0, 1, 2)


def test_a_source_may_say_otherwise_when_a_month_closes(tmp_path: Path):
    back = write_dataset(small(lags={"sales": 2}), tmp_path / "out")

    assert back.lags == {**small().lags, "sales": 2}


def test_the_months_are_the_first_and_the_last_with_sales():
    assert small().months == ("2026-01", "2026-03")


def test_the_covered_months_count_from_1970():
    assert covers(small()) == (56 * 12, 56 * 12 + 2)


def test_a_new_data_set_takes_the_place_of_the_old_one(tmp_path: Path):
    write_dataset(small(), tmp_path / "out")

    write_dataset(small(lags={"sales": 3}), tmp_path / "out")

    assert read_dataset(tmp_path / "out").lags["sales"] == 3
