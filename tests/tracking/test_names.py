"""Names in the letters that MLflow allows."""

import posixpath
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbwarn.tracking.names import LONGEST, experiment_name, key, model_name

ALLOWED = re.compile(r"[A-Za-z0-9_ ./\-]+")


@pytest.mark.parametrize(
    "name", ["lead/share_3", "6m/trading/ours/auc/low", "fairness/size/tpr_gap", "a-b c.d"]
)
def test_a_name_that_mlflow_allows_stays_as_it_is(name):
    assert key(name) == name


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_name_becomes_one_that_mlflow_allows(name):
    found = key(name)

    assert ALLOWED.fullmatch(found)
    assert posixpath.normpath(found) == found
    assert not found.startswith(("/", ".."))
    assert found != "."
    assert len(found) <= LONGEST


TRICKY = st.text(alphabet="-ua0./종:", max_size=9)


@given(TRICKY, TRICKY)
def test_two_names_never_become_one(one, other):
    assert (key(one) == key(other)) == (one == other)


def test_two_long_names_with_one_beginning_stay_two():
    one, other = ("segment/district/" + "세종" * 60 + end for end in ("1", "2"))

    assert key(one) != key(other)
    assert max(len(key(one)), len(key(other))) <= LONGEST


def test_the_segments_of_a_korean_name_stay_apart():
    assert key("segment/district/종로/auc").split("/")[::3] == ["segment", "auc"]


def test_a_composed_label_is_named_whole():
    assert experiment_name("closed+silent_3") == "sbwarn/closed+silent_3/3-6-12"
    assert model_name("세종", "closed+silent_3") == "sbwarn-data-closed+silent_3"
