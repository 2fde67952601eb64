"""When a payment was late, as far as the table tells."""

import numpy as np

from sbwarn.labels.events import FAR, Events
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.tables.month import as_month
from tests.labels.tables import every_month, history, past_due, shop

FIRST = as_month("2025-01").ordinal


def arrears(*days: float | None, rule: str = "arrears_31", as_of: str = "2025-12") -> Events:
    """Events of a shop A that was so many days late from January 2025 on; of B nothing is told but one zero."""
    known = history(
        [shop("A"), shop("B")], every_month("A", "2025-01", "2025-12"),
        past_due("A", "2025-01", *days) + past_due("B", "2025-02", 0),
    )  # fmt: skip
    return find_events(label_rule(rule), known, as_month(as_of))


def told(events: Events) -> list[tuple[int, int, int | None]]:
    """Month of each spell, month in which it was known, and in which it was known to be over; from January as 0."""
    part = events.parts[0]
    return [
        (int(month) - FIRST, int(known) - FIRST, None if until == FAR else int(until) - FIRST)
        for month, known, until in zip(part.month, part.known, part.until, strict=True)
    ]


def test_a_spell_begins_in_the_first_month_that_is_late_enough_and_lasts_while_it_stays_so():
    assert told(arrears(0, 30, 31, 62, 93)) == [(2, 3, None)]
    assert told(arrears(0, 31, 62, 0, 0, 45)) == [(1, 2, 4), (5, 6, None)]


def test_the_rule_says_how_late_is_late():
    assert told(arrears(0, 31, 62, 93, rule="arrears_90")) == [(3, 4, None)]


def test_an_unknown_month_neither_begins_nor_ends_a_spell():
    assert told(arrears(0, 40, None, 70, None, 0)) == [(1, 2, 6)]
    assert told(arrears(None, None, 40)) == [(2, 3, None)]


def test_a_data_set_that_begins_late_begins_in_a_spell():
    assert told(arrears(40, 40)) == [(0, 1, None)]


def test_nothing_that_becomes_public_later_counts():
    assert told(arrears(0, 0, 40, as_of="2025-03")) == []
    assert told(arrears(0, 0, 40, as_of="2025-04")) == [(2, 3, None)]


def test_spells_of_two_shops_are_not_mixed_up():
    known = history(
        [shop("A"), shop("B")], every_month("A", "2025-01", "2025-12"),
        past_due("A", "2025-01", 0, 40, 40) + past_due("B", "2025-01", 0, 0, 40, 0, 50, 0),
    )  # fmt: skip

    part = find_events(label_rule("arrears_31"), known, as_month("2025-12")).parts[0]

    assert part.owner.tolist() == [0, 1, 1]
    assert (part.month - FIRST).tolist() == [1, 2, 4]
    assert [int(each) - FIRST if each != FAR else None for each in part.until] == [None, 4, 6]


def test_a_shop_of_which_nothing_was_told_for_three_months_is_not_asked():
    # B is told of in February, which is public in March.
    asked = [bool(arrears(0).ahead(np.array(["B"]), FIRST + month).at_risk[0]) for month in range(1, 6)]

    assert asked == [False, True, True, True, False]


def test_arrears_are_sure_a_month_after_their_month_closed():
    assert arrears(0).mature == as_month("2025-10").ordinal
