"""Fairness: rates by hand, small groups together, and doubt where nobody was alerted."""

import numpy as np
import pytest

from sbwarn.figures.fairness import fairness_figures

NAMES = ("a", "b", "c")


def city(
    rates: tuple[float, float, float], *, crises: float = 0.2, shops: int = 200
) -> dict[str, np.ndarray]:
    """Three groups whose first shops are alerted and whose every fifth has a crisis."""
    number = np.tile(np.arange(shops), 3)
    group = np.repeat(NAMES, shops)
    limit = np.repeat(rates, shops) * shops
    return {
        "alert": number < limit,
        "happened": (number % round(1 / crises) == 0).astype(float),
        "shop": np.arange(3 * shops),
        "group": group,
    }


def figures(rows: dict[str, np.ndarray], **options: object):
    return fairness_figures(**rows, dimension="district", seed=1, draws=100, **options)


def test_adverse_impact_is_the_lowest_rate_for_the_highest():
    found = figures(city((0.1, 0.2, 0.4)))

    assert found["fairness/district/adverse_impact"].value == pytest.approx(0.25)
    assert found["fairness/district/adverse_impact"].n == 400
    assert found["fairness/district/b/alert_rate"].value == pytest.approx(0.2)


def test_the_gap_in_crises_found_is_highest_less_lowest():
    found = figures(city((0.1, 0.2, 0.4)))

    assert found["fairness/district/tpr_gap"].value == pytest.approx(0.3)
    assert found["fairness/district/a/true_positive_rate"].events == 4
    assert found["fairness/district/a/true_positive_rate"].n == 40


def test_even_groups_have_a_ratio_of_one_and_no_gap():
    found = figures(city((0.2, 0.2, 0.2)))

    assert found["fairness/district/adverse_impact"].value == 1.0
    assert found["fairness/district/tpr_gap"].value == 0.0


def test_the_crises_of_the_same_two_groups_stand_beside_it():
    rows = city((0.1, 0.2, 0.4))
    rows["happened"] = np.where((rows["group"] == "a") & (np.arange(600) % 10 != 0), 0.0, rows["happened"])

    found = figures(rows, fewest_events=10)

    assert found["fairness/district/crisis_ratio"].value == pytest.approx(0.5)


def test_a_group_in_which_nobody_is_alerted_still_has_doubt():
    found = figures(city((0.0, 0.2, 0.4)))["fairness/district/adverse_impact"]

    assert found.value == 0.0
    assert found.high > 0.01


def test_small_groups_are_put_together():
    rows = city((0.1, 0.2, 0.4))
    rows["group"] = np.where(rows["group"] == "b", np.where(np.arange(600) % 2 == 0, "d", "e"), rows["group"])

    found = figures(rows, fewest_rows=150)

    assert found["fairness/district/other/alert_rate"].value == pytest.approx(0.2)
    assert "fairness/district/d/alert_rate" not in found


def test_one_group_alone_is_compared_with_nobody():
    rows = city((0.1, 0.2, 0.4))

    assert figures(rows | {"group": np.full(600, "a")}) == {}


def test_unknown_outcomes_are_left_out():
    rows = city((0.1, 0.2, 0.4))
    more = {name: np.append(each, each[:100]) for name, each in rows.items()}
    more["happened"][600:] = np.nan

    assert figures(more) == figures(rows)
