"""Which crisis lies ahead of a month."""

import numpy as np
import pytest

from sbwarn.labels.events import FAR, Episodes, Events, Sight
from sbwarn.labels.first import first_of

NOW = 600
ONE = np.array(["A"])


def ends(month: int = FAR, left: int = FAR, mature: int = NOW + 12) -> Events:
    return Events.once(shop_ids=ONE, month=np.array([month]), left=np.array([left]), mature=mature)


def spell(*episodes: tuple[int, int], sight: Sight | None = None, mature: int = NOW + 12) -> Events:
    """Spells of one shop by month and end; both are known a month later."""
    month, until = np.array(episodes, dtype=int).reshape(-1, 2).T
    part = Episodes(
        owner=np.zeros(len(month), dtype=int), month=month, known=month + 1,
        until=np.where(until == FAR, FAR, until + 1), final=False, sight=sight,
    )  # fmt: skip
    return Events(shop_ids=ONE, parts=(part,), left=np.array([FAR]), mature=mature)


def ahead(events: Events, month: int = NOW, shop: str = "A") -> tuple[int, int, bool]:
    found = events.ahead(np.array([shop]), month)
    return int(found.event[0]), int(found.left[0]), bool(found.at_risk[0])


@pytest.mark.parametrize("month", [NOW - 9, NOW, NOW + 1])
def test_an_end_counts_wherever_it_lies(month):
    assert ahead(ends(month)) == (month, FAR, True)


def test_a_shop_that_leaves_has_no_event():
    assert ahead(ends(left=NOW + 4)) == (FAR, NOW + 4, True)


def test_a_shop_that_the_rule_does_not_hold_has_no_event():
    assert ahead(ends(NOW + 1), shop="B") == (FAR, FAR, True)
    assert ahead(ends(NOW + 1), shop="0") == (FAR, FAR, True)


def test_shops_may_be_asked_for_in_any_order():
    events = Events.once(
        shop_ids=np.array(["A", "B", "C"]), month=np.array([1, 2, 3]), left=np.full(3, FAR), mature=9
    )

    assert events.ahead(np.array(["C", "A"]), NOW).event.tolist() == [3, 1]


def test_a_spell_that_was_known_and_is_over_does_not_count_but_the_next_one_does():
    assert ahead(spell((NOW - 9, NOW - 5), (NOW + 3, FAR))) == (NOW + 3, FAR, True)
    assert ahead(spell((NOW - 9, NOW - 5))) == (FAR, FAR, True)


def test_a_spell_of_this_month_was_not_known_yet():
    assert ahead(spell((NOW, FAR))) == (NOW, FAR, True)


def test_a_shop_in_a_spell_that_was_known_is_not_asked():
    assert ahead(spell((NOW - 1, FAR))) == (FAR, FAR, False)


def test_a_spell_is_over_once_that_was_known():
    assert ahead(spell((NOW - 9, NOW - 1)))[2]
    assert not ahead(spell((NOW - 9, NOW)))[2]


def test_the_first_of_two_spells_ahead_counts():
    assert ahead(spell((NOW + 2, NOW + 4), (NOW + 6, FAR)))[0] == NOW + 2


def test_a_shop_out_of_sight_is_not_asked():
    sight = Sight(first=NOW - 1, shops=np.array([[False], [True], [False]]))
    known = spell((NOW + 9, FAR), sight=sight)

    assert [ahead(known, NOW + month)[2] for month in (-2, -1, 0, 1, 5)] == [False, False, True, False, False]


def test_in_a_composition_a_shop_in_a_known_spell_is_still_asked_about_its_end():
    both = first_of({"end": ends(NOW + 7), "spell": spell((NOW - 3, NOW + 2), (NOW + 4, FAR))})

    assert ahead(both) == (NOW + 7, FAR, True)


def test_a_composition_of_spells_does_not_ask_where_none_of_them_asks():
    one, other = spell((NOW - 3, FAR)), spell((NOW - 2, NOW + 1))

    assert ahead(first_of({"one": one, "other": other})) == (FAR, FAR, False)
    assert ahead(first_of({"one": one, "other": other}), NOW + 2) == (FAR, FAR, True)


def test_a_crisis_before_the_shop_left_counts_and_one_after_it_does_not():
    left = ends(left=NOW + 5)

    assert ahead(first_of({"end": left, "spell": spell((NOW + 4, FAR))})) == (NOW + 4, FAR, True)
    assert ahead(first_of({"end": left, "spell": spell((NOW + 5, FAR))})) == (FAR, NOW + 5, True)


def test_a_composition_is_mature_when_all_its_parts_are():
    assert first_of({"end": ends(mature=NOW + 3), "spell": spell(mature=NOW + 1)}).mature == NOW + 1


def test_the_first_month_of_each_shop_is_that_of_its_earliest_crisis():
    assert first_of(
        {"end": ends(NOW + 7), "spell": spell((NOW + 4, FAR), (NOW + 9, FAR))}
    ).month.tolist() == [NOW + 4]
    assert spell().month.tolist() == [FAR]
