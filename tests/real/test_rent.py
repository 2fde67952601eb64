"""Seoul's rents as issued: the unit is found out, not believed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from sbwarn.tables.dataset import DataSet
from sbwarn.tables.source import import_files, read_source

RENT = Path(__file__).parents[3] / "shared" / "data" / "rent"
pytestmark = pytest.mark.skipif(not RENT.is_dir(), reason="the rent files are not beside the project")

FLOORS, AREAS = RENT / "seoul_rent_by_dong_floor_2022Q4.csv", RENT / "rone_rent_yearly_seoul.json"
SAME_PLACE = {
    "혜화동": "11110650", "목동": "11470510", "신사역": "11680510", "청담": "11680565", "테헤란로": "11680640",
    "홍대/합정": "11440660", "신촌/이대": "11410585", "건대입구": "11215710", "동교/연남": "11440710",
    "경희대": "11230710", "명동": "11140550", "서래마을": "11650580",
}  # fmt: skip
"""Areas of R-ONE and the dong in which most of each lies."""
A_PYEONG, A_SQUARE_METRE = 10_000.0, 10_000.0 / 3.3
"""What turns the R-ONE page's ten thousand won a pyeong into won a pyeong and won a square metre."""


@pytest.fixture(scope="module")
def part() -> DataSet:
    return import_files(read_source("seoul_rent"), [FLOORS, AREAS], name="rent")


def lines() -> list[list[str]]:
    with FLOORS.open(encoding="utf-8", newline="") as page:
        return list(csv.reader(page))


def test_every_line_is_used_excluded_or_rejected(part):
    told = {each["file"]: each for each in part.sources}

    floors, areas = told[FLOORS.name], told[AREAS.name]

    assert floors["rows"] == len(lines()) == floors["used"] + floors["excluded"] + floors["rejected"]
    assert (floors["used"], floors["excluded"], floors["rejected"]) == (410, 849 + 14, 1)
    yearly = sum(len(area["yearly"]) for area in json.loads(AREAS.read_text("utf-8"))["data"].values())
    assert areas["rows"] == areas["used"] == yearly


def test_the_third_price_is_the_rent_with_one_percent_of_the_deposit(part):
    prices = np.array([[float(cell) for cell in line[6:9]] for line in lines() if line[6] != "0"])

    np.testing.assert_allclose((prices[:, 2] - prices[:, 1]) / prices[:, 0], 0.01, rtol=2e-4)


def test_prices_are_a_pyeong_and_not_a_square_metre():
    ground = {line[2]: float(line[8]) for line in lines() if line[4] == "01" and float(line[8]) > 0}
    areas = json.loads(AREAS.read_text("utf-8"))["data"]
    both = [
        (ground[dong], areas[area]["yearly"]["2022"]) for area, dong in SAME_PLACE.items() if dong in ground
    ]
    here, there = np.array(both).T

    assert len(both) >= 10
    assert np.median(here / (there * A_PYEONG)) == pytest.approx(1.0, abs=0.25)
    assert np.median(here / (there * A_SQUARE_METRE)) > 2.5


def test_rents_a_square_metre_are_of_the_size_that_the_survey_tells(part):
    rent = part.tables["market"]["rent_per_m2"].dropna()

    assert len(rent) == 410
    # R-ONE: 30,000 to 60,000 won a square metre in most of Seoul's areas; whole dongs are cheaper.
    assert 20_000 < rent.median() < 50_000


def test_one_dong_by_hand(part):
    market = part.tables["market"]

    row = market.loc[market["district_id"] == "11680640"].iloc[0]

    assert row["rent_per_m2"] == pytest.approx(143_264 / 3.3, rel=1e-12)
    assert f"{row['month']:%Y-%m} {row['known_on']:%Y-%m-%d}" == "2022-12 2023-03-31"


def test_the_dong_with_a_million_contracts_is_rejected(part):
    rejects = part.tables["rejects"]

    assert rejects[["rule", "value"]].values.tolist() == [["impossible_count", "1386418"]]
    assert "11740690" not in set(part.tables["market"]["district_id"])


def test_an_areas_index_moves_as_its_rent_does(part):
    market = part.tables["market"]

    index = market.loc[market["district_id"] == "뚝섬"].set_index("month")["rent_index"]

    assert index["2024-12-01"] == 100.0
    assert index["2022-12-01"] == pytest.approx(100 * 14.4 / 16.4, rel=1e-12)
