"""Where ours stands: the first line says so, whichever way it is."""

import numpy as np
import pytest

from sbwarn.training.ladder import NOWHERE, standing


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(5)
    truth = rng.normal(size=4000)
    happened = rng.random(4000) < 1 / (1 + np.exp(2.5 - 1.2 * truth))
    return truth, happened, rng.integers(0, 900, 4000)


def test_a_ladder_that_is_beaten_is_said_with_the_nearest_rung(rows):
    truth, happened, shop = rows
    noise = np.random.default_rng(1).normal(size=4000)
    forecasts = {"ours": truth, "lags": truth + 1.5 * noise, "momentum": noise}

    found = standing(forecasts, happened, shop, horizon=6, seed=1)

    assert found.unbeaten == []
    line = found.line("en")
    assert line.startswith("Ours beats every rung")
    assert "the model of plain sales" in line
    assert f"n={len(truth):,}" in line
    assert "모든 기준 모형" in found.line("ko")


def test_a_rung_that_is_as_good_is_named_in_the_first_words(rows):
    truth, happened, shop = rows
    noise = np.random.default_rng(1).normal(size=4000)
    forecasts = {"ours": truth + 0.02 * noise, "scorecard": truth, "momentum": noise}

    found = standing(forecasts, happened, shop, horizon=6, seed=1)

    assert found.unbeaten == ["scorecard"]
    assert found.line("en").startswith("Ours does NOT beat")
    assert "the scorecard" in found.line("en")
    assert "rule of thumb" not in found.line("en")


def test_a_gap_is_ours_less_theirs_with_its_rows_and_crises(rows):
    truth, happened, shop = rows

    gap = standing({"ours": truth, "momentum": -truth}, happened, shop, horizon=3, seed=1).gaps["momentum"][
        "auc"
    ]

    assert gap.value > 0.4
    assert gap.low < gap.value < gap.high
    assert (gap.n, gap.events) == (4000, int(happened.sum()))


def test_nothing_to_compare_is_said_and_not_called_a_win():
    nothing = standing({"ours": np.ones(3)}, np.zeros(3, dtype=bool), np.arange(3), horizon=6, seed=1)

    assert nothing == NOWHERE
    assert "No baseline" in nothing.line("en")
