"""A value as a message may show it."""

import numpy as np
import pandas as pd
import pytest

from sbwarn.given.shown import LONGEST, named, shown


@pytest.mark.parametrize(
    "value",
    [
        "010-1234-5678", "02) 123-4567", "01012345678", "900101-1234567", "123-45-67890", "owner@shop.kr", "김철수",
        "Kim Chulsoo", " 이영희 ",
    ],
)  # fmt: skip
def test_what_may_name_or_reach_a_person_is_masked(value):
    said = shown(value)

    assert value.strip() not in said
    assert f"{len(value)} characters" in said


@pytest.mark.parametrize("value", ["휴업", "12,300원", "2026-03", "many", "1,23,4"])
def test_what_helps_to_find_the_mistake_is_shown(value):
    assert shown(value) == repr(value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.float64(2.5), "2.5"),
        (np.int64(7), "7"),
        (None, "None"),
        (pd.NaT, "NaT"),
        (pd.Period("2026-03"), "2026-03"),
        ({"name": "김철수"}, "dict of 1"),
        ([1, 2], "list of 2"),
        (pd.DataFrame({"owner": ["김철수"]}), "DataFrame of 1"),
        (object(), "object"),
    ],
)
def test_a_container_is_told_by_its_type_and_a_scalar_by_its_value(value, said):
    assert shown(value) == said


def test_a_long_text_is_cut():
    assert len(shown("x" * 500)) == LONGEST
    assert len(shown(10**400)) == LONGEST


def test_names_of_columns_are_masked_too():
    assert named(["월", "김철수", "amount"]) == "월, text of 3 characters, amount"
