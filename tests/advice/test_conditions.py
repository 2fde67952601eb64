"""Conditions over facts that may be unknown."""

import pytest

from sbwarn.advice.conditions import AnyOf, Condition, every, read_conditions
from sbwarn.errors import SettingError

CLOSING = Condition(fact="closing", rule="is", value=True)
CLOSED_LATELY = Condition(fact="closed", rule="at_least", value="2023-01")


@pytest.mark.parametrize(
    ("rule", "told", "answer"),
    [("at_least", 89.0, "no"), ("at_least", 90.0, "yes"), ("at_most", 90.0, "yes"), ("at_most", 91.0, "no")],
)
def test_a_bound_is_met_by_the_bound_itself(rule, told, answer):
    assert Condition(fact="days_past_due", rule=rule, value=90).answer({"days_past_due": told}) == answer


@pytest.mark.parametrize(("closed", "answer"), [("2022-12", "no"), ("2023-01", "yes"), ("2025-10", "yes")])
def test_months_are_compared_in_the_order_of_time(closed, answer):
    assert CLOSED_LATELY.answer({"closed": closed}) == answer


@pytest.mark.parametrize(
    ("facts", "answer", "missing"),
    [
        ({}, "unknown", ("closing", "closed")),
        ({"closing": False}, "unknown", ("closed",)),
        ({"closing": False, "closed": "2020-01"}, "no", ()),
        ({"closed": "2024-01"}, "yes", ()),
    ],
)
def test_one_of_several_ways_is_enough_and_none_is_missed_before_it_is_known(facts, answer, missing):
    ways = AnyOf(ways=(CLOSING, CLOSED_LATELY))

    assert ways.answer(facts) == answer
    assert ways.missing(facts) == missing


@pytest.mark.parametrize(
    ("answers", "one"),
    [(["yes", "yes"], "yes"), (["yes", "unknown"], "unknown"), (["unknown", "no"], "no"), ([], "yes")],
)
def test_one_known_miss_decides_whatever_is_unknown(answers, one):
    assert every(answers) == one


@pytest.mark.parametrize(
    "told",
    [
        [{"fact": "tenant"}],
        [{"fact": "tenant", "is": 1}],
        [{"fact": "tenant", "at_least": True}],
        [{"fact": "days_past_due", "is": 90}],
        [{"fact": "days_past_due", "at_least": 1, "at_most": 9}],
        [{"fact": "closed", "at_least": "2023-13"}],
        [{"fact": "owner_age", "at_least": 60}],
        [{"any": []}],
        "tenant",
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(told):
    with pytest.raises(SettingError):
        read_conditions(told, where="here")


def test_a_condition_reads_in_words_of_both_languages():
    low = Condition(fact="sales_12m", rule="at_most", value=104_000_000)

    assert low.text("en") == "sales of twelve months: at most KRW 104,000,000"
    assert low.text("ko") == "최근 12개월 매출 1.04억원 이하"
    assert AnyOf(ways=(low, Condition(fact="tenant", rule="is", value=False))).text("en").endswith(
        " or not so: the premises are rented"
    )  # fmt: skip
