"""What alerts cost and bring: by hand, with what is not known yet left out of every share of crises."""

import numpy as np
import pytest

from sbwarn.figures.burden import burden_figures, new_alerts, within_capacity
from sbwarn.labels.events import FAR


def rows() -> dict[str, np.ndarray]:
    """Four shops in three months; a falls in month 5, b is alerted in vain, c falls in month 4 unalerted; the outcome of
    the third month is not known."""
    month = np.tile([1, 2, 3], 4)
    shop = np.repeat(list("abcd"), 3)
    alert = np.array([0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0], dtype=bool)
    happened = np.array([1, 1, np.nan, 0, 0, np.nan, 1, 1, np.nan, 0, 0, np.nan])
    event = np.repeat([5, FAR, 4, FAR], 3)
    return {"alert": alert, "happened": happened, "month": month, "shop": shop, "event": event}


def test_the_figures_by_hand():
    found = burden_figures(**rows(), seed=1)
    values = {name.removeprefix("burden/"): each.value for name, each in found.items()}

    assert values == {
        "alerts_per_100": pytest.approx(100 * 4 / 12),
        "alerts_per_month": pytest.approx(4 / 3),
        # Alerted and followed by a crisis: a in month 2; alerted in vain: b in month 1.
        "precision": pytest.approx(1 / 2),
        "number_needed": pytest.approx(2.0),
        # New after the first month: a in 2, b in 3, whose outcome is not known.
        "new_per_100": pytest.approx(100 * 2 / 8),
        "new_per_month": pytest.approx(2 / 2),
        "new_precision": 1.0,
        "too_late": 0.0,
        "reached": pytest.approx(1 / 2),
        "reached_in_time": pytest.approx(1 / 2),
    }


def test_an_alert_after_the_shop_had_stopped_is_right_and_too_late():
    late = rows()
    late["event"] = np.repeat([1, FAR, 4, FAR], 3)

    found = burden_figures(**late, seed=1)

    assert found["burden/too_late"].value == pytest.approx(1 / 2)
    assert found["burden/reached"].value == pytest.approx(1 / 2)
    assert found["burden/reached_in_time"].value == 0.0


def test_whether_an_alert_is_too_late_is_asked_where_the_outcome_is_known():
    late = rows() | {"event": np.repeat([2, FAR, 4, FAR], 3)}

    found = burden_figures(**late, seed=1)

    assert (found["burden/too_late"].n, found["burden/too_late"].events) == (2, 0)


def test_counts_say_what_they_count():
    found = burden_figures(**rows(), seed=1)

    assert (found["burden/precision"].n, found["burden/precision"].events) == (2, 1)
    assert (found["burden/reached"].n, found["burden/reached"].events) == (2, 1)
    assert (found["burden/alerts_per_100"].n, found["burden/alerts_per_100"].events) == (12, 4)


def test_without_alerts_there_is_no_precision():
    quiet = rows() | {"alert": np.zeros(12, dtype=bool)}

    found = burden_figures(**quiet, seed=1)

    assert "burden/precision" not in found
    assert found["burden/alerts_per_100"].value == 0.0


def test_one_month_cannot_tell_what_is_new():
    first = {name: each[::3] for name, each in rows().items()}

    assert not [name for name in burden_figures(**first, seed=1) if "new_" in name]


def test_no_rows_no_figures():
    assert burden_figures(**{name: each[:0] for name, each in rows().items()}, seed=1) == {}


def test_the_interval_holds_the_value():
    rng = np.random.default_rng(2)
    shop, month = np.repeat(np.arange(100), 5), np.tile(np.arange(5), 100)
    alert, happened = rng.random(500) < 0.2, (rng.random(500) < 0.1).astype(float)

    found = burden_figures(alert, happened, month, shop, np.full(500, 7), seed=1)

    for name, figure in found.items():
        assert figure.low <= figure.value <= figure.high, name
        assert figure.low < figure.high or figure.value in (0.0, 1.0), name


def test_the_capacity_is_kept_in_each_month():
    rng = np.random.default_rng(3)
    month, risk = rng.integers(0, 4, 200), np.round(rng.random(200), 1)

    chosen = within_capacity(risk, month, np.arange(200), capacity=15)

    for each in range(4):
        inside = month == each
        assert chosen[inside].sum() == 15
        assert risk[inside & chosen].min() >= risk[inside & ~chosen].max()


def test_equal_risks_are_told_apart_by_the_shop_in_any_order_of_rows():
    shop = np.array(["c", "a", "b"])

    chosen = within_capacity(np.full(3, 0.5), np.ones(3, dtype=int), shop, capacity=2)

    assert sorted(shop[chosen]) == ["a", "b"]


def test_an_alert_is_new_after_a_month_without_or_unscored():
    alert = np.array([True, True, False, True, True])
    month, shop = np.array([1, 2, 3, 4, 6]), np.full(5, "a")

    assert new_alerts(alert, month, shop).tolist() == [True, False, False, True, True]
