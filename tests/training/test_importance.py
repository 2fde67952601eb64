"""What families and indicators are worth: measured on planted signals, on months that no model had seen."""

from functools import cache

import numpy as np
import pytest

from sbwarn.errors import InputError
from sbwarn.indicators.build import named
from sbwarn.training.importance import COLUMNS, Importance, importance
from tests import small_city

WEIGHED = ("sales_3m_vs_12m", "sales_drawdown_12m", "months_since_sales", "rent_per_m2", "months_reported_6m")


@cache
def found() -> Importance:
    """The worth of a few indicators of the small city."""
    return importance(
        small_city.history(), small_city.LAST, trees=40, origins=2, horizons=(6,), wanted=named(WEIGHED)
    )


def test_every_family_is_dropped_and_permuted_and_every_indicator_permuted():
    losses = found().losses

    families = {fact.family for fact in named(WEIGHED)}
    assert list(losses.columns) == list(COLUMNS)
    for way in ("dropped", "permuted"):
        chosen = losses.loc[(losses["kind"] == "family") & (losses["way"] == way)]
        assert set(chosen["name"]) == families
    assert set(losses.loc[losses["kind"] == "indicator", "name"]) == set(WEIGHED)


def test_a_loss_lies_within_its_interval():
    losses = found().losses

    assert (losses["auc_low"] <= losses["auc_loss"] + 1e-12).all()
    assert (losses["auc_loss"] <= losses["auc_high"] + 1e-12).all()


def test_sales_are_worth_something_and_noise_is_not():
    losses = found().losses.loc[lambda table: table["way"] == "permuted"].set_index("name")["auc_loss"]

    assert losses["sales"] > 0.02
    assert losses["sales"] > losses["rent"]


def test_the_same_seed_gives_the_same_figures():
    again = importance(
        small_city.history(), small_city.LAST, trees=40, origins=2, horizons=(6,), wanted=named(WEIGHED)
    )

    np.testing.assert_array_equal(again.losses["auc_loss"], found().losses["auc_loss"])


def test_what_became_public_later_is_not_used():
    early = importance(
        small_city.history(), small_city.TRAINED, trees=10, origins=1, horizons=(3,), wanted=named(WEIGHED)
    )

    assert max(early.origins) < small_city.TRAINED


def test_a_short_history_is_refused():
    with pytest.raises(InputError, match="2024"):
        importance(small_city.history(), "2024-12", trees=5, wanted=named(WEIGHED))
