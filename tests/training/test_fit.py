"""The booster: the same for the same rows, whatever the number of threads."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sbwarn.errors import InputError
from sbwarn.training.fit import FEWEST_EVENTS, Settings, fit, weights
from sbwarn.training.rows import LAGS, HazardRows


def made_up(count: int = 6000, seed: int = 1) -> HazardRows:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, 6))
    values[rng.random(values.shape) < 0.1] = np.nan
    odds = np.nan_to_num(values[:, 0]) - 2
    return HazardRows(
        values=values,
        interval=rng.integers(0, 3, count),
        happened=(rng.random(count) < 1 / (1 + np.exp(-odds))).astype(float),
        month=np.zeros(count, dtype=int),
        shop=np.arange(count),
        lags=np.ones((count, LAGS)),
        helped=np.zeros(count, dtype=bool),
        weight=np.ones(count),
    )


NAMES = tuple("abcdef")


@pytest.mark.parametrize("threads", [2, 3])
def test_one_thread_and_several_give_the_same_bytes(threads):
    rows = made_up()

    with threadpool_limits(1):
        alone = fit(rows, NAMES, Settings(trees=15), seed=1).model_to_string()
    with threadpool_limits(threads):
        together = fit(rows, NAMES, Settings(trees=15), seed=1).model_to_string()

    assert alone == together


def test_another_seed_gives_another_model():
    rows = made_up()

    assert (
        fit(rows, NAMES, Settings(trees=5), seed=1).model_to_string()
        != fit(rows, NAMES, Settings(trees=5), seed=2).model_to_string()
    )


def test_the_interval_is_one_more_feature_behind_the_indicators():
    assert fit(made_up(), NAMES, Settings(trees=2), seed=1).feature_name() == [*NAMES, "interval"]


def test_too_few_crises_teach_nothing():
    rows = made_up()
    first = np.flatnonzero(rows.happened == 1)[FEWEST_EVENTS - 1 :]
    rows.happened[first] = 0.0

    with pytest.raises(InputError, match=r"only 29 crises are known; at least 30"):
        fit(rows, NAMES, Settings(trees=2), seed=1)


def test_weights_are_shares_of_the_gain_and_follow_what_tells():
    found = weights(fit(made_up(), NAMES, Settings(trees=15), seed=1))

    assert sum(found) == pytest.approx(1.0)
    assert np.argmax(found) == 0
    assert len(found) == len(NAMES)


def test_a_model_that_found_nothing_weighs_every_indicator_alike():
    rows = made_up()
    rows.values[:] = np.nan

    assert weights(fit(rows, NAMES, Settings(trees=1), seed=1)) == pytest.approx([1 / 6] * 6)
