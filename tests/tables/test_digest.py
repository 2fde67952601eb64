"""Fingerprints of files and tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sbwarn.tables.digest import digest_file, digest_table


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"shop_id": ["A", "B"], "amount": [1.0, 2.0], "month": pd.to_datetime(["2026-01-01", "2026-02-01"])}
    )


def test_the_digest_of_a_file_is_the_sha256_of_its_bytes(tmp_path: Path):
    (tmp_path / "page").write_bytes(b"abc")

    # The example of FIPS 180-2.
    assert (
        digest_file(tmp_path / "page") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_the_index_does_not_count():
    assert digest_table(table().set_axis([7, 8])) == digest_table(table())


def test_the_unit_of_time_does_not_count():
    seconds = table().astype({"month": "datetime64[s]"})

    assert digest_table(seconds) == digest_table(table().astype({"month": "datetime64[ns]"}))


@pytest.mark.parametrize(
    "other",
    [
        table().iloc[::-1],
        table().rename(columns={"amount": "total"}),
        table().assign(amount=[1.0, 2.0000000000000004]),
        table().assign(shop_id=["A", "C"]),
        table().assign(month=table()["month"] + pd.Timedelta(days=1)),
        table()[["amount", "shop_id", "month"]],
    ],
    ids=["row order", "column name", "number", "text", "day", "column order"],
)
def test_any_other_content_has_another_digest(other: pd.DataFrame):
    assert digest_table(other) != digest_table(table())
