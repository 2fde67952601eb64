"""What a class has meant: observed beside told, with an interval no narrower than either way to it."""

import numpy as np
import pytest

from sbwarn.figures.classrates import class_figures
from sbwarn.tables.wilson import wilson


def test_rate_and_mean_risk_by_hand():
    risk, level = np.array([0.1, 0.3, 0.5, 0.7]), np.array([0, 0, 1, 1])
    happened = np.array([0.0, 1.0, 1.0, np.nan])

    found = class_figures(risk, level, happened, np.arange(4), seed=1, names=("low", "high"))

    assert found["class/low/rate"].value == 0.5
    assert found["class/low/mean_risk"].value == pytest.approx(0.2)
    assert (found["class/high/rate"].n, found["class/high/rate"].events) == (1, 1)
    assert found["class/high/mean_risk"].value == pytest.approx(0.5)


def test_a_class_without_rows_is_left_out():
    found = class_figures(np.array([0.1]), np.array([1]), np.array([0.0]), np.arange(1), seed=1)

    assert list(found) == ["class/watch/rate", "class/watch/mean_risk"]


def test_the_interval_is_never_narrower_than_wilsons():
    n = 400
    happened = (np.arange(n) % 10 == 0).astype(float)
    low, high = wilson(40, n)

    alone = class_figures(np.full(n, 0.1), np.zeros(n, dtype=int), happened, np.arange(n), seed=1)

    assert alone["class/normal/rate"].low <= low
    assert alone["class/normal/rate"].high >= high


def test_months_of_one_shop_are_no_independent_evidence():
    shop, happened = np.repeat(np.arange(40), 10), np.repeat((np.arange(40) % 10 == 0).astype(float), 10)
    _, high = wilson(40, 400)

    found = class_figures(np.full(400, 0.1), np.zeros(400, dtype=int), happened, shop, seed=1)

    assert found["class/normal/rate"].high > high + 0.03


def test_nothing_known_nothing_told():
    assert class_figures(np.array([0.1]), np.array([0]), np.array([np.nan]), np.arange(1), seed=1) == {}
