"""Neighbours on the map, against distances worked out by hand and against counting one by one."""

import numpy as np
import pytest

from sbwarn.indicators.neighbours import EARTH_M, Points, neighbour_columns
from sbwarn.tables.surroundings import Units
from tests.few_shops import few_shops

EVERY = frozenset(
    (
        "near_trading",
        "near_same_trade",
        "near_stopped",
        "near_mix",
        "near_units",
        "near_empty",
        "anchor_m",
        "anchor_gone",
    )
)
METRE = 1 / 111_195
"""Degrees of latitude, about."""


def street(*metres: float) -> dict[str, np.ndarray]:
    """Coordinates of places on one meridian, so many metres north of the first."""
    return {"lon": np.full(len(metres), 127.25), "lat": 36.5 + METRE * np.array(metres, dtype=float)}


def shops(*metres: float, **told):
    return few_shops(len(metres), **street(*metres), **told)


def points(*metres: float, industry: list[str], trading: list[bool]) -> Points:
    return Points(
        **street(*metres),
        industry=np.array(industry, dtype=object),
        trading=np.array(trading),
        stopped=~np.array(trading),
    )


def test_shops_within_a_walk_are_counted_the_shop_itself_included():
    around = points(0, 200, 290, 310, industry=["cafe"] * 4, trading=[True] * 4)

    found = neighbour_columns(shops(0), around, None, EVERY)

    assert found["near_trading"].tolist() == [3]


def test_a_stopped_shop_is_no_trading_one():
    around = points(0, 100, 200, industry=["cafe"] * 3, trading=[True, False, False])

    found = neighbour_columns(shops(0), around, None, EVERY)

    assert (found["near_trading"].tolist(), found["near_stopped"].tolist()) == ([1], [2])


def test_the_same_trade_is_counted_by_its_code():
    around = points(0, 50, 100, industry=["cafe", "bar", "cafe"], trading=[True] * 3)

    found = neighbour_columns(
        shops(0, 50, industry=np.array(["cafe", "bar"], dtype=object)), around, None, EVERY
    )

    assert found["near_same_trade"].tolist() == [2, 1]


def test_the_mix_is_an_entropy():
    around = points(0, 50, 100, 150, industry=["cafe", "bar", "cafe", "bar"], trading=[True] * 4)

    found = neighbour_columns(shops(0, 5000), around, None, EVERY)

    assert found["near_mix"][0] == pytest.approx(np.log(2))
    assert np.isnan(found["near_mix"][1])


def test_units_next_door_and_the_nearest_anchor():
    units = Units(
        **street(10, 90, 150, 600),
        empty=np.array([True, False, True, False]),
        anchor=np.array([False, False, False, True]),
        anchor_gone=np.array([False, False, True, False]),
    )

    found = neighbour_columns(shops(0), None, units, EVERY)

    assert found["near_units"].tolist() == [2]
    assert found["near_empty"].tolist() == [1]
    assert found["anchor_m"] == pytest.approx([600], rel=0.001)
    assert found["anchor_gone"].tolist() == [1]


def test_without_coordinates_nothing_is_known():
    around = points(0, 50, industry=["cafe"] * 2, trading=[True] * 2)

    found = neighbour_columns(few_shops(2), around, None, EVERY)

    assert all(np.isnan(column).all() for column in found.values())
    assert set(found) == EVERY


def test_a_spatial_index_counts_what_a_loop_counts():
    rng = np.random.default_rng(3)
    lon, lat = 127.25 + rng.uniform(0, 0.02, 300), 36.5 + rng.uniform(0, 0.02, 300)
    around = Points(
        lon=lon, lat=lat, industry=rng.choice(["a", "b", "c"], 300).astype(object),
        trading=rng.random(300) < 0.8, stopped=rng.random(300) < 0.2,
    )  # fmt: skip
    few = few_shops(40, lon=lon[:40], lat=lat[:40], industry=around.industry[:40])

    found = neighbour_columns(few, around, None, EVERY)

    for shop in range(40):
        near = haversine(lon[shop], lat[shop], lon, lat) <= 300
        assert found["near_trading"][shop] == (near & around.trading).sum()
        same = around.industry == few.industry[shop]
        assert found["near_same_trade"][shop] == (near & around.trading & same).sum()


def haversine(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Metres on the sphere."""
    east, north, easts, norths = (np.radians(each) for each in (lon, lat, lons, lats))
    half = (
        np.sin((norths - north) / 2) ** 2 + np.cos(north) * np.cos(norths) * np.sin((easts - east) / 2) ** 2
    )
    return 2 * EARTH_M * np.arcsin(np.sqrt(half))
