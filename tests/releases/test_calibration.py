"""Curves as numbers: what they map, that they never fall, that one shop gets the bits of many, and the way to JSON."""

import json

import numpy as np
import pytest

from sbwarn.releases.calibration import (
    EDGE,
    KINDS,
    PLAIN,
    Bent,
    Calibration,
    Stepped,
    Straight,
    calibration_of,
)
from sbwarn.releases.venn import NOTHING, Venn

LEVEL = (0.1, -2.0, 0.3)
BANDS = [{"upper": [0.1, 0.9], "low": [0.01, 0.3], "high": [0.05, 0.7], "n": [40, 20]}] * 3
STEPS = Venn(at=(1 / 3,), p0=(0.1, 0.3), p1=(0.2, 0.4), low=((0.01, 0.3),) * 4, high=((0.3, 0.7),) * 4, n=60)
CURVES = {
    "none": (Straight(),) * 3,
    "platt": (Straight(slope=0.1), Straight(slope=1 / 3), Straight(slope=1.7)),
    "beta": (Bent(a=0.9, b=1 / 3), Bent(a=0.0, b=1.0), Bent(a=2.0, b=0.0)),
    "isotonic": (
        Stepped(at=(-5.0, -1 / 3, 0.2), to=(-6.1, -6.1, 0.7), slope=0.9),
        Stepped(at=(-1.0,), to=(0.5,), slope=0.1),
        Stepped(at=(-4.0, -3.9, 2.0), to=(-7.0, 0.1, 0.1), slope=1.0),
    ),
}


def made(kind) -> Calibration:
    return Calibration(
        kind=kind, curves=CURVES[kind], level=LEVEL, n=(500, 0, 90), venn=(STEPS, STEPS, NOTHING)
    )


def test_log_odds_taken_at_their_word_are_their_own_hazards():
    odds = np.log(np.array([[0.1, 0.2, 0.5]]) / np.array([[0.9, 0.8, 0.5]]))

    assert PLAIN.hazards(odds)[0] == pytest.approx([0.1, 0.2, 0.5])


def test_the_bent_curve_is_the_one_of_the_paper():
    p = np.array([0.02, 0.3, 0.9])

    found = Bent(a=0.7, b=1.4)(np.log(p / (1 - p)))

    np.testing.assert_allclose(found, 0.7 * np.log(p) - 1.4 * np.log(1 - p), rtol=1e-12)


def test_between_the_knots_the_steps_are_straight_lines_and_beyond_them_the_slope():
    curve = Stepped(at=(-2.0, 0.0, 1.0), to=(-3.0, -1.0, 4.0), slope=0.5)

    inside = np.array([-2.0, -1.5, 0.0, 0.25, 1.0])
    np.testing.assert_allclose(curve(inside), np.interp(inside, curve.at, curve.to))
    assert curve(np.array([-6.0, 3.0])).tolist() == [-5.0, 5.0]


def test_the_last_bits_of_a_product_do_not_lift_a_point_above_the_knot_to_its_right():
    rng = np.random.default_rng(8)
    for _ in range(300):
        at, to = np.sort(rng.normal(size=4)), np.sort(rng.normal(size=4))
        around = np.sort(np.concatenate([np.nextafter(at, -9), at, np.nextafter(at, 9)]))

        found = Stepped(at=tuple(at), to=tuple(to), slope=0.5)(around)

        assert (np.diff(found) >= 0).all()


def test_one_knot_is_a_line_through_it():
    assert Stepped(at=(1.0,), to=(2.0,), slope=0.5)(np.array([-1.0, 1.0, 5.0])).tolist() == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_risk_never_falls_as_the_log_odds_rise(kind):
    rng = np.random.default_rng(1)
    knots = [each for curve in CURVES["isotonic"] for each in curve.at]
    odds = np.sort(np.concatenate([rng.normal(-2, 4, 20_000), knots, np.nextafter(knots, 9), [-1e6, 1e6]]))

    risk = made(kind).hazards(np.repeat(odds[:, None], 3, axis=1))

    assert (np.diff(risk, axis=0) >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_one_shop_gets_the_bits_of_many(kind):
    calibration, odds = made(kind), np.random.default_rng(2).normal(-2, 3, (600, 3))

    together = calibration.hazards(odds)

    alone = np.concatenate([calibration.hazards(odds[place : place + 1]) for place in range(len(odds))])
    np.testing.assert_array_equal(alone, together)


@pytest.mark.parametrize("kind", KINDS)
def test_no_hazard_is_certain_or_impossible(kind):
    risk = made(kind).hazards(np.array([[-1e6] * 3, [1e6] * 3]))

    assert EDGE <= risk.min() <= risk.max() <= 1 - EDGE


@pytest.mark.parametrize("kind", KINDS)
def test_the_way_to_json_and_back_keeps_every_bit(kind):
    calibration, odds = made(kind), np.random.default_rng(3).normal(-2, 3, (300, 3))

    back = calibration_of(calibration.to_json())

    assert back == calibration
    np.testing.assert_array_equal(back.hazards(odds), calibration.hazards(odds))
    assert back.to_json() == calibration.to_json()


def test_the_bands_of_protocol_2_are_read_as_intervals_that_hang_on_no_grade():
    page = json.loads(made("beta").to_json())
    del page["venn"]

    found = calibration_of(json.dumps(page | {"bands": BANDS})).venn[1]

    low, high = found.interval(np.array([0.05, 0.1, 0.2, 0.8]), np.array([0, 1, 2, 3]))
    assert (low.tolist(), high.tolist()) == ([0.01, 0.01, 0.2, 0.3], [0.05, 0.1, 0.7, 0.8])
    assert (found.p0, found.n) == ((), 60)


def test_a_calibration_of_protocol_1_is_read_as_lines():
    old = {"slope": [0.9, 1.1, 0.7], "intercept": [-0.1, 0.0, 0.2], "n": [40, 30, 0], "bands": []}

    found = calibration_of(json.dumps(old))

    odds = np.random.default_rng(4).normal(-2, 2, (50, 3))
    straight = np.array(old["intercept"]) + np.array(old["slope"]) * odds
    np.testing.assert_array_equal(found.hazards(odds), 1 / (1 + np.exp(-straight)))
    assert (found.kind, found.n, found.slope) == ("platt", (40, 30, 0), (0.9, 1.1, 0.7))


@pytest.mark.parametrize(
    ("kind", "curve"),
    [
        ("platt", {"slope": -0.1}),
        ("platt", {"slope": 0.0}),
        ("platt", {"slope": "nan"}),
        ("beta", {"a": -0.1, "b": 1.0}),
        ("beta", {"a": 0.0, "b": 0.0}),
        ("isotonic", {"at": [0.0, 1.0], "to": [1.0, 0.5], "slope": 1.0}),
        ("isotonic", {"at": [1.0, 0.0], "to": [0.0, 0.5], "slope": 1.0}),
        ("isotonic", {"at": [0.0, 1.0], "to": [0.5], "slope": 1.0}),
        ("isotonic", {"at": [], "to": [], "slope": 1.0}),
        ("isotonic", {"at": [0.0], "to": [0.5], "slope": -1.0}),
    ],
)
def test_a_curve_that_falls_is_refused(kind, curve):
    page = json.loads(made(kind).to_json()) | {"curves": [curve] * 3}

    with pytest.raises(ValueError, match="must rise with the log-odds"):
        calibration_of(json.dumps(page))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "spline"},
        {"curves": [{"slope": 1.0}] * 2},
        {"level": [0.0, "inf", 0.0]},
        {"curves": [{"a": 1.0, "b": 1.0}] * 3},
        {"curves": 3},
        {"bands": [{"upper": []}]},
        {"venn": [{"at": []}]},
    ],
)
def test_a_text_that_says_something_else_is_refused(change):
    page = json.loads(made("platt").to_json()) | change

    with pytest.raises((KeyError, TypeError, ValueError)):
        calibration_of(json.dumps(page))


@pytest.mark.parametrize("kind", KINDS)
def test_pushes_times_the_steepness_add_up_to_the_way_that_the_risk_went(kind):
    calibration, rng = made(kind), np.random.default_rng(5)
    start, end = -2.5, rng.normal(-1, 2, (40, 3))
    shares = rng.dirichlet(np.ones(4), size=(40, 3))
    pushes = shares * (end - start)[..., None]

    told = (pushes * calibration.steepness(start, end)[..., None]).sum(axis=-1)

    interval = np.tile([0, 1, 2], 40)
    way = calibration.log_odds(end.ravel(), interval) - calibration.log_odds(np.full(120, start), interval)
    np.testing.assert_allclose(told.ravel(), way, atol=1e-9)
    assert (calibration.steepness(start, end) >= 0).all()


def test_the_slope_of_lines_is_their_own_and_that_of_curves_lies_between_their_ends():
    assert made("platt").slope == (0.1, 1 / 3, 1.7)
    assert 1 / 3 < made("beta").slope[0] < 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_log_odds_of_single_intervals_are_those_of_the_table(kind):
    calibration, odds = made(kind), np.random.default_rng(6).normal(-2, 1, (30, 3))
    interval = np.arange(30) % 3

    found = calibration.log_odds(odds[np.arange(30), interval], interval)

    hazards = calibration.hazards(odds)[np.arange(30), interval]
    np.testing.assert_allclose(1 / (1 + np.exp(-found)), hazards, atol=2 * EDGE)
