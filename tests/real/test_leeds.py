"""Leeds' pedestrian counters as issued: half a million hours, three spellings of the date, days that come twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sbwarn.indicators.build import build, named
from sbwarn.indicators.peertable import peer_table
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.enrich import enriched
from sbwarn.tables.history import History
from sbwarn.tables.schema import table_schema
from sbwarn.tables.source import import_files, read_source

LEEDS = Path(__file__).parents[3] / "shared" / "data" / "leeds"
pytestmark = pytest.mark.skipif(not LEEDS.is_dir(), reason="the Leeds counters are not beside the project")

INDICATORS = ("footfall_level", "footfall_yoy", "weekend_against_weekday")


@pytest.fixture(scope="module")
def part() -> DataSet:
    return import_files(read_source("leeds_footfall"), [LEEDS / "footfall_hourly.csv.gz"], name="leeds")


@pytest.fixture(scope="module")
def monthly() -> pd.DataFrame:
    """The council's own months: a sum and a number of hours."""
    return pd.read_csv(LEEDS / "footfall_monthly.csv").set_index(["LocationName", "m"])


def one_shop_a_counter(part: DataSet) -> DataSet:
    counters = sorted(part.tables["footfall"]["district_id"].unique())
    months = pd.date_range("2009-01-01", "2016-12-01", freq="MS")
    tables = {
        "shops": pd.DataFrame({"shop_id": counters, "industry_code": "SHOP", "district_id": counters}),
        "sales": pd.DataFrame(
            {
                "shop_id": np.repeat(counters, len(months)),
                "month": np.tile(months, len(counters)),
                "amount": 1000.0,
            }
        ),
    }
    checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in tables.items()}
    return dataset_of(checked, name="shops", currency="GBP", country="GB")


@pytest.fixture(scope="module")
def values(part) -> pd.DataFrame:
    """The indicators as of January 2016, when December 2015 is the last closed month."""
    panel = History(enriched(one_shop_a_counter(part), part)).as_known("2016-01")
    found = build(panel, peer_table(panel), wanted=named(INDICATORS))
    return pd.DataFrame(found, columns=INDICATORS, index=panel.shops.ids)


def of(part: DataSet, counter: str) -> pd.DataFrame:
    rows = part.tables["footfall"]
    return rows.loc[rows["district_id"] == counter].set_index("month")


def test_every_hour_is_used_excluded_or_rejected(part):
    account = part.accounts["footfall"]

    assert account["rows_in"] == 554_360
    assert account["used"] + account["excluded"] + account["rejected"] == 554_360
    assert account["excluded_by"] == {
        "identical": 576,  # eight counters, three days of July 2016
        "part_of_a_day": 8,
        "silent_day": 48,  # one counter, two days of nothing
        "thin_month": 360,  # the same counter's first month, half of it
    }
    assert account["notes"]["date_written_otherwise"] == 108_672


def test_persons_add_up_to_the_councils_own_months(part, monthly):
    """Where every day counts, the month's mean day lies between its weekday and its weekend."""
    plain = monthly.loc[
        monthly["size"] == 24 * pd.PeriodIndex(monthly.index.get_level_values("m"), freq="M").days_in_month
    ]
    for counter, month in plain.index[::50]:
        row = of(part, counter).loc[f"{month}-01"]
        mean = plain.loc[(counter, month), "sum"] / pd.Period(month).days_in_month

        assert (
            min(row["weekday"], row["weekend"]) - 1e-6 <= mean <= max(row["weekday"], row["weekend"]) + 1e-6
        )


def test_one_counter_month_by_hand(part):
    page = pd.read_csv(
        LEEDS / "footfall_hourly.csv.gz", usecols=["InCount", "LocationName", "Hour", "NewDate"]
    )
    page = page.loc[(page["LocationName"] == "Briggate") & page["NewDate"].str.endswith("-Jul-2016")]
    hours = page.drop_duplicates().assign(day=pd.to_datetime(page["NewDate"], format="%d-%b-%Y"))
    weekday = hours.loc[hours["day"].dt.day_of_week < 5]  # July has no public holiday

    row = of(part, "Briggate").loc["2016-07-01"]

    assert len(page) - len(hours) == 72  # three days come twice
    assert row["weekday"] == pytest.approx(weekday.groupby("day")["InCount"].sum().mean(), rel=1e-12)
    free = hours.loc[hours["day"].dt.day_of_week >= 5].groupby("day")["InCount"].sum().mean()
    assert row["weekend"] == pytest.approx(free, rel=1e-12)
    lunch = weekday.loc[weekday["Hour"].between(11, 13), "InCount"].sum() / weekday["InCount"].sum()
    assert row["lunch_share"] == pytest.approx(lunch, rel=1e-12)


def test_december_is_the_busiest_month_of_a_shopping_street(part):
    briggate = of(part, "Briggate")["weekday"]

    by_month = briggate.groupby(briggate.index.month).median()

    assert by_month.idxmax() == 12


def test_a_month_seen_by_half_is_unknown_and_no_month_is_zero(part):
    barratts = of(part, "CommercialStBarratts")

    assert barratts.index.min() == pd.Timestamp("2009-08-01")  # July 2009 has 15 of 31 days
    assert part.tables["footfall"]["weekday"].min() > 1000


def test_the_indicators_read_the_counter_of_the_shops_district(part, values):
    briggate = of(part, "Briggate")
    last, year_ago = briggate.loc["2015-10-01":"2015-12-01"], briggate.loc["2014-10-01":"2014-12-01"]

    row = values.loc["Briggate"]

    assert row["footfall_level"] == pytest.approx(last["weekday"].mean(), rel=1e-9)
    assert row["footfall_yoy"] == pytest.approx(
        last["weekday"].mean() / year_ago["weekday"].mean() - 1, rel=1e-9
    )
    ratio = last["weekend"].mean() / last["weekday"].mean()
    assert row["weekend_against_weekday"] == pytest.approx(ratio, rel=1e-9)


def test_the_indicators_are_of_a_city_centres_size(values):
    assert values["footfall_level"].between(5_000, 60_000).all()
    assert values["footfall_yoy"].between(-0.6, 1.0).all()
    assert values["weekend_against_weekday"].between(0.6, 2.0).all()
