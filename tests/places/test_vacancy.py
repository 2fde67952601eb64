"""Vacancy of premises, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.places.vacancy import VACANCY_COLUMNS, vacancy


def shops(*rows: tuple[str, str | None, str, bool]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["shop_id", "site_id", "district_id", "trading"])


def test_premises_are_vacant_only_if_none_of_their_shops_trades():
    table = shops(
        ("A", "s1", "D1", False),
        ("B", "s1", "D1", True),
        ("C", "s2", "D1", False),
        ("D", "s2", "D1", False),
        ("E", "s3", "D1", True),
        ("F", "s4", "D1", True),
    )

    found = vacancy(table)

    assert found[["district_id", "sites", "vacant", "share"]].values.tolist() == [["D1", 4, 1, 0.25]]


def test_a_shop_that_trades_first_and_a_dead_one_after_it_still_fill_the_premises():
    assert list(vacancy(shops(("A", "s1", "D1", True), ("B", "s1", "D1", False)))["vacant"]) == [0]


def test_premises_lie_in_the_district_of_their_latest_shop():
    found = vacancy(shops(("A", "s1", "D1", False), ("B", "s1", "D2", False)))

    assert list(found["district_id"]) == ["D1", "D2"]
    assert list(found["sites"]) == [0, 1]
    assert list(found["vacant"]) == [0, 1]


def test_shops_without_premises_are_counted_apart():
    found = vacancy(shops(("A", "s1", "D1", True), ("B", None, "D1", False), ("C", None, "D2", False)))

    assert list(found["unplaced"]) == [1, 1]
    assert list(found["sites"]) == [1, 0]
    assert list(found["vacant"]) == [0, 0]


def test_a_district_without_known_premises_has_no_share():
    found = vacancy(shops(("A", "s1", "D1", True), ("B", None, "D2", False)))

    assert np.isnan(found.loc[1, ["share", "low", "high"]].to_numpy(float)).all()


def test_the_interval_is_wilsons():
    # Newcombe (1998), Statistics in Medicine 17:857-872, table I: 0 of 20 gives 0 to 0.1611.
    found = vacancy(shops(*((f"A{n}", f"s{n}", "D1", True) for n in range(20))))

    assert found["low"].iloc[0] == pytest.approx(0.0, abs=1e-9)
    assert found["high"].iloc[0] == pytest.approx(0.1611, abs=5e-5)


@pytest.mark.parametrize("table", [shops(), shops(("A", None, "D1", True))])
def test_without_any_premises_the_table_is_empty(table):
    found = vacancy(table)

    assert found.empty
    assert tuple(found.columns) == VACANCY_COLUMNS


def test_districts_come_in_the_order_of_their_key():
    found = vacancy(shops(("A", "s1", "D2", True), ("B", "s2", "D1", True)))

    assert list(found["district_id"]) == ["D1", "D2"]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="lacks the columns trading"):
        vacancy(shops(("A", "s1", "D1", True)).drop(columns="trading"))
