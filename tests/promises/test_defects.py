"""Each seeded defect is found by the promise that is there to find it, and no promise cries where there is no defect."""

from __future__ import annotations

import pytest

from tests.promises import alike, formulas, learning, over_time, risk
from tests.promises.defects import DEFECTS
from tests.promises.test_indicator_promises import FORMULAS
from tests.promises.test_leakage import LEAKAGE
from tests.promises.way import FAULTLESS, library

FEWEST = 30
PROMISES = {
    name: thing
    for module in (over_time, alike, formulas, risk, learning)
    for name, thing in vars(module).items()
    if hasattr(thing, "cache_info") and thing.__module__ == module.__name__ and thing.__annotations__.get("way")
    and thing.__annotations__["return"] == "frozenset[str]"
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_a_seeded_defect_is_found(name):
    assert DEFECTS[name].caught


def test_there_are_enough_defects_and_all_are_found():
    found = {name for name, defect in DEFECTS.items() if defect.caught}

    assert found == set(DEFECTS)
    assert len(DEFECTS) >= FEWEST


def test_every_promise_has_a_defect_that_it_finds():
    assert {defect.promise.__name__ for defect in DEFECTS.values()} == set(PROMISES)


def test_every_promise_is_asked_of_the_library():
    assert {promise.__name__ for promise in (*LEAKAGE, *FORMULAS)} == set(PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_no_promise_cries_about_an_indicator_without_fault(name):
    assert FAULTLESS.name not in PROMISES[name](library())
