"""Seoul's trade-area files: footfall, residents and trade areas as issued, beside the sales of convenience stores."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.indicators.build import build, named
from sbwarn.indicators.peertable import peer_table
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.enrich import enriched
from sbwarn.tables.history import History
from sbwarn.tables.schema import table_schema
from sbwarn.tables.source import import_files, read_source

SEOUL = Path(__file__).parents[3] / "shared" / "data" / "seoul"
pytestmark = pytest.mark.skipif(not SEOUL.is_dir(), reason="the Seoul files are not beside the project")

FILES = (
    "footfall_by_dong", "footfall_by_trade_area_2024", "residents_by_dong", "workers_by_dong", "trade_areas",
    "change_indicator_by_trade_area",
)  # fmt: skip
DONG = "11680521"
"""논현1동, an office district of Gangnam-gu."""
WEEKDAYS = [f"{day}요일_유동인구_수" for day in "월화수목금"]
WEEKEND = [f"{day}요일_유동인구_수" for day in "토일"]
INDICATORS = (
    "footfall_level",
    "footfall_yoy",
    "footfall_slope_6m",
    "weekend_against_weekday",
    "sales_against_footfall",
)


@pytest.fixture(scope="module")
def part() -> DataSet:
    return import_files(
        read_source("seoul_footfall"), [SEOUL / f"{name}.csv" for name in FILES], name="seoul"
    )


@pytest.fixture(scope="module")
def raw() -> dict[str, dict[str, float]]:
    """The file's own figures of one dong, by quarter, read without the library."""
    with (SEOUL / "footfall_by_dong.csv").open(encoding="cp949", newline="") as page:
        lines = [line for line in csv.DictReader(page) if line["행정동_코드"] == DONG]
    return {
        line["기준_년분기_코드"]: {name: float(value) for name, value in line.items() if name.endswith("인구_수")}
        for line in lines
    }  # fmt: skip


def stores() -> DataSet:
    """The convenience stores of each trade area as one shop; a third of the quarter's sales in each of its months."""
    page = pd.read_csv(
        SEOUL / "convenience_stores_gangnam.csv", encoding="utf-8-sig", dtype={"상권_코드": str}
    )
    last = pd.to_datetime(
        page["기준_년"].astype(str) + "-" + (page["기준_분기"] * 3).astype(int).astype(str).str.zfill(2)
    ).to_numpy(dtype="datetime64[M]")
    months = [
        pd.DataFrame(
            {
                "shop_id": page["상권_코드"],
                "month": (last - back).astype("datetime64[s]"),
                "amount": page["당월_매출_금액"] / 3,
                "known_on": (last + 4).astype("datetime64[D]").astype("datetime64[s]")
                - np.timedelta64(1, "D"),
            }
        )
        for back in range(3)
    ]
    shops = pd.DataFrame(
        {
            "shop_id": page["상권_코드"],
            "industry_code": "CVS",
            "district_id": page["행정동_코드"].astype(int).astype(str),
            "name": page["상권_코드_명"],
        }
    ).drop_duplicates("shop_id")
    tables = {"shops": shops, "sales": pd.concat(months, ignore_index=True)}
    checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in tables.items()}
    return dataset_of(checked, name="stores", currency="KRW", lags={"sales": 3})


@pytest.fixture(scope="module")
def history(part) -> History:
    return History(enriched(stores(), part))


def values(history: History, as_of: str) -> pd.DataFrame:
    panel = history.as_known(as_of)
    found = build(panel, peer_table(panel), wanted=named(INDICATORS))
    return pd.DataFrame(found, columns=INDICATORS, index=panel.shops.ids).assign(
        district=panel.shops.district
    )


def mean_day(figures: dict[str, float], names: list[str], days: int) -> float:
    return sum(figures[name] for name in names) / len(names) * 7 / days


def test_every_line_of_every_file_is_used_excluded_or_rejected(part):
    lines = {}
    for name in FILES:
        with (SEOUL / f"{name}.csv").open(encoding="cp949", newline="") as page:
            lines[f"{name}.csv"] = sum(1 for _ in csv.reader(page)) - 1

    told = {each["file"]: each for each in part.sources}

    assert {name: each["rows"] for name, each in told.items()} == lines
    assert all(each["rows"] == each["used"] + each["excluded"] + each["rejected"] for each in told.values())
    assert (
        sum(each["used"] for each in told.values()) == sum(lines.values()) - 4
    )  # markets that have not opened
    assert len(part.tables["footfall"]) == 3 * part.accounts["footfall"]["used"]


def test_the_days_of_the_week_do_not_carry_the_number_of_such_days():
    """Were a weekday's figure a sum over its days, a quarter with 14 Mondays would show 8 % more of them."""
    page = pd.read_csv(SEOUL / "footfall_by_dong.csv", encoding="cp949")
    of_week = page.groupby("기준_년분기_코드")[WEEKDAYS + WEEKEND].sum()
    numbers = []
    for quarter in of_week.index.astype(str):
        days = pd.date_range(*_span(quarter))
        numbers.append(np.bincount(days.day_of_week, minlength=7))
    figure, number = _apart(of_week.to_numpy()), _apart(np.array(numbers))

    elasticity = (figure * number).sum() / (number**2).sum()

    assert abs(elasticity) < 0.05  # 1 if it were a sum


def _apart(table: np.ndarray) -> np.ndarray:
    """Logarithms without what is common to a quarter or to a day of the week."""
    logs = np.log(table)
    logs = logs - logs.mean(axis=1, keepdims=True)
    return logs - logs.mean(axis=0)


def _span(quarter: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    period = pd.Period(f"{quarter[:4]}Q{quarter[4]}", freq="Q")
    return period.start_time, period.end_time.normalize()


def test_one_dong_and_quarter_by_hand(part, raw):
    rows = part.tables["footfall"]
    row = rows.loc[(rows["district_id"] == DONG) & (rows["month"] == "2023-05-01")].iloc[0]
    quarter = raw["20232"]

    assert row["weekday"] == pytest.approx(mean_day(quarter, WEEKDAYS, 91), rel=1e-12)
    assert row["weekend"] == pytest.approx(mean_day(quarter, WEEKEND, 91), rel=1e-12)
    # A mean day of the week makes the mean day of the quarter.
    assert (5 * row["weekday"] + 2 * row["weekend"]) / 7 == pytest.approx(
        quarter["총_유동인구_수"] / 91, rel=1e-4
    )
    lunch = quarter["시간대_11_14_유동인구_수"] / quarter["총_유동인구_수"]
    assert row["lunch_share"] == pytest.approx(lunch, rel=1e-12)
    assert row["known_on"] == pd.Timestamp("2023-09-30")


def test_mean_days_are_of_a_citys_size(part):
    rows = part.tables["footfall"]
    dongs = rows.loc[(rows["district_id"].str.len() == 8) & (rows["month"] == "2024-06-01")]

    assert len(dongs) == 425
    assert 10_000 < dongs["weekday"].median() < 100_000
    assert dongs[["lunch_share", "dinner_share"]].sum(axis=1).between(0.2, 0.5).all()


def test_residents_and_workers_meet_in_one_state_and_names_have_their_dot_back(part):
    states = part.tables["districts"]
    latest = states.loc[states["known_on"] == "2025-09-30"].set_index("district_id")

    assert latest.loc[DONG, ["residents", "workers"]].tolist() == [20996.0, 45242.0]
    assert latest.loc["11110615", "name"] == "종로1·2·3·4가동"
    assert not states["name"].str.contains("?", regex=False).any()


def test_seoul_alone_cannot_be_scored(part):
    with pytest.raises(InputError, match="shops, sales are missing"):
        History(part)


def test_footfall_and_sales_meet_in_the_indicators(history, raw):
    # As of September 2023 the second quarter is the last that is public.
    shop = values(history, "2023-09").query("district == @DONG").iloc[0]

    now, year_ago = mean_day(raw["20232"], WEEKDAYS, 91), mean_day(raw["20222"], WEEKDAYS, 91)
    before = mean_day(raw["20231"], WEEKDAYS, 90)
    slope = np.polyfit(np.arange(6), np.log([before] * 3 + [now] * 3), 1)[0]
    assert shop["footfall_level"] == pytest.approx(now, rel=1e-9)
    assert shop["footfall_yoy"] == pytest.approx(now / year_ago - 1, rel=1e-9)
    assert shop["footfall_slope_6m"] == pytest.approx(slope, rel=1e-6)
    assert shop["weekend_against_weekday"] == pytest.approx(
        mean_day(raw["20232"], WEEKEND, 91) / now, rel=1e-9
    )


def test_an_office_district_is_emptier_at_the_weekend(history):
    found = values(history, "2023-09")

    assert found["weekend_against_weekday"].between(0.4, 1.2).all()
    assert found["weekend_against_weekday"].median() < 1.0
    assert found["sales_against_footfall"].notna().mean() > 0.8


def test_a_quarter_counts_only_once_it_is_public(history, raw):
    level = values(history, "2023-08").query("district == @DONG")["footfall_level"].iloc[0]

    # The first quarter's figure still stands: the second becomes public on the last day of September.
    assert level == pytest.approx(mean_day(raw["20231"], WEEKDAYS, 90), rel=1e-9)


def test_between_two_quarters_the_last_public_one_is_joined_backward(history):
    months = [values(history, month)["footfall_level"] for month in ("2023-06", "2023-07", "2023-08")]

    pd.testing.assert_series_equal(months[0], months[1].loc[months[0].index])
    pd.testing.assert_series_equal(months[1], months[2].loc[months[1].index])
