"""The feature table: its columns and dtypes, one month and a range, and what it says of missing inputs."""

import numpy as np
import pandas as pd
import pytest

from sbwarn import build_features
from sbwarn.engines.features import KEYS, every, lacking
from sbwarn.errors import CatalogueError, InputError, SettingError
from sbwarn.indicators.build import catalogue
from sbwarn.tables.dataset import write_dataset
from tests import small_city

MONTHS = ["2026-05", "2026-06", "2026-08"]


def test_there_is_a_row_a_shop_and_a_column_an_indicator():
    features = build_features(small_city.dataset(), "2026-08")

    panel = small_city.history().as_known("2026-08")
    assert features["shop_id"].tolist() == panel.shops.ids.tolist()
    assert list(features.columns) == [*KEYS, *(fact.name for fact in every())]


def test_the_columns_have_the_documented_types():
    kinds = build_features(small_city.history(), "2026-08").dtypes.astype(str)

    assert kinds[list(KEYS)].tolist() == ["str", "period[M]", "bool"]
    assert set(kinds.drop(list(KEYS))) == {"float64"}


def test_values_are_finite_or_unknown():
    features = build_features(small_city.history(), MONTHS)

    assert not np.isinf(features.drop(columns=list(KEYS)).to_numpy()).any()


def test_a_month_of_a_range_is_the_same_as_that_month_alone():
    several = build_features(small_city.history(), MONTHS)

    for month in MONTHS:
        part = several.loc[several["as_of"] == pd.Period(month, "M")].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, build_features(small_city.history(), month), check_exact=True)


def test_a_folder_serves_as_well_as_a_data_set(tmp_path):
    write_dataset(small_city.dataset(), tmp_path / "city")

    from_folder = build_features(tmp_path / "city", "2026-08", indicators=["sales_mom", "rent_per_m2"])

    whole = build_features(small_city.history(), "2026-08")
    pd.testing.assert_frame_equal(from_folder, whole[[*KEYS, "sales_mom", "rent_per_m2"]], check_exact=True)


def test_private_facts_come_only_when_they_are_asked_for():
    private = {fact.name for fact in catalogue() if fact.private}

    assert private
    assert not private & set(build_features(small_city.history(), "2026-08").columns)
    assert private <= set(build_features(small_city.history(), "2026-08", private=True).columns)


def test_a_missing_table_makes_its_indicators_unknown_and_the_summary_says_which():
    tables = {
        name: rows for name, rows in small_city.dataset().tables.items() if name not in ("rejects", "costs")
    }
    without = small_city.checked(tables)

    features = build_features(without, "2026-08")

    assert features["energy_change_12m"].isna().all()
    assert "energy_change_12m" in lacking(features.attrs["coverage"])["costs.energy_kwh"]
    assert not features["sales_mom"].isna().all()


def test_an_unknown_indicator_is_refused():
    with pytest.raises(CatalogueError, match="sales_mood"):
        build_features(small_city.history(), "2026-08", indicators=["sales_mood"])


def test_no_month_at_all_is_refused():
    with pytest.raises(SettingError, match="as_of"):
        build_features(small_city.history(), [])


def test_a_month_before_the_data_is_refused():
    with pytest.raises(InputError, match="1999-01"):
        build_features(small_city.history(), "1999-01")
