"""Where ours stands: the first line says so, whichever way it is."""

import numpy as np
import pytest

from sbwarn.figures.ladder import NOWHERE, Standing, gaps, standing
from sbwarn.messages import speaking

N = 4000


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(5)
    truth = rng.normal(size=N)
    happened = rng.random(N) < 1 / (1 + np.exp(2.5 - 1.2 * truth))
    return truth, happened, rng.integers(0, 900, N), rng.normal(size=N)


def stands(forecasts, happened, shop) -> Standing:
    populations = {"all": np.ones(N, dtype=bool), "trading": np.arange(N) % 3 > 0}
    found = {name: gaps(forecasts, happened, shop, who, seed=1) for name, who in populations.items()}
    return standing(found, 6)


def test_a_ladder_that_is_beaten_is_said_with_the_nearest_rung(rows):
    truth, happened, shop, noise = rows

    found = stands({"ours": truth, "lags": truth + 1.5 * noise, "momentum": noise}, happened, shop)

    assert found.beaten
    assert found.unbeaten == ()
    assert found.line("en").startswith("This model beats every rung")
    assert "plain lags" in found.line("en")
    assert "within 6 months" in found.line("en")
    assert "비교 모형 모두를" in found.line("ko")


def test_a_rung_that_is_as_good_is_named_in_the_first_words(rows):
    truth, happened, shop, noise = rows

    found = stands({"ours": truth + 0.02 * noise, "scorecard": truth, "momentum": noise}, happened, shop)

    assert {(step.rung, step.population) for step in found.unbeaten} == {
        ("scorecard", "all"),
        ("scorecard", "trading"),
    }
    assert found.line("en").startswith("This model does NOT beat")
    assert "scorecard" in found.line("en")
    assert "rule of thumb" not in found.line("en")


def test_a_ladder_lost_among_those_still_trading_alone_is_lost(rows):
    truth, happened, shop, noise = rows
    good = gaps({"ours": truth, "lags": noise}, happened, shop, happened | True, seed=1)
    bad = gaps({"ours": noise, "lags": truth}, happened, shop, happened | True, seed=1)

    found = standing({"all": good, "trading": bad}, 6)

    assert not found.beaten
    assert [step.population for step in found.unbeaten] == ["trading"]


def test_other_populations_decide_nothing(rows):
    truth, happened, shop, noise = rows
    bad = gaps({"ours": noise, "lags": truth}, happened, shop, happened | True, seed=1)

    assert standing({"unhelped": bad}, 6) == NOWHERE


def test_a_gap_is_ours_less_theirs_with_its_rows_and_crises(rows):
    truth, happened, shop, _ = rows

    found = gaps({"ours": truth, "momentum": -truth, "lags": truth}, happened, shop, happened | True, seed=1)

    assert list(found) == ["momentum", "lags"]
    assert found["momentum"].value > 0.4
    assert found["momentum"].low < found["momentum"].value < found["momentum"].high
    assert found["lags"].value == found["lags"].low == found["lags"].high == 0
    assert (found["lags"].n, found["lags"].events) == (N, int(happened.sum()))


def test_a_step_tells_rung_population_gap_n_and_crises(rows):
    truth, happened, shop, _ = rows

    step = stands({"ours": truth, "momentum": -truth}, happened, shop).steps[0]

    with speaking("en"):
        told = step.told()
    assert told.startswith("rule of thumb (sales trend) (all), AUC gap +0.")
    assert told.endswith(f"n {N:,}, crises {int(happened.sum()):,}")


def test_nothing_to_compare_is_said_and_not_called_a_win():
    nothing = gaps(
        {"ours": np.ones(3), "lags": np.ones(3)}, np.zeros(3), np.arange(3), np.ones(3, bool), seed=1
    )

    found = standing({"all": nothing}, 6)

    assert found == NOWHERE
    assert not found.beaten
    assert "is not known" in found.line("en")
