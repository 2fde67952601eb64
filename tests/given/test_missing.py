"""What is not known."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from sbwarn.given.missing import is_missing, is_untold


@pytest.mark.parametrize(
    "value",
    [None, float("nan"), np.nan, np.float32("nan"), pd.NA, pd.NaT, np.datetime64("NaT"), Decimal("NaN"), "", "  ", "-", "–",
     "해당없음", "　"],
)  # fmt: skip
def test_nothing_is_missing_everywhere(value):
    assert is_missing(value)
    assert is_untold(value)


@pytest.mark.parametrize("value", ["NA", "n/a", "#N/A", "NaN", "None", "미상"])
def test_a_shop_may_be_called_na_but_an_amount_may_not(value):
    assert not is_missing(value)
    assert is_untold(value)


@pytest.mark.parametrize("value", [0, 0.0, "0", False, "없음", [], "휴업"])
def test_zero_and_words_with_a_meaning_are_not_missing(value):
    assert not is_missing(value)
    assert not is_untold(value)
