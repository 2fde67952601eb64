"""Lead time: sustained alerts alone, counted from when they were known, within the reach of the forecast."""

import numpy as np
import pytest

from sbwarn.figures.leadtime import lead_figures, lead_times
from sbwarn.labels.events import FAR


def leads(alerts: dict[int, bool], event: int, **options: int) -> list[int]:
    """Leads of one shop with these alerts by month."""
    months = np.array(list(alerts))
    found = lead_times(
        np.array(list(alerts.values())),
        months,
        np.full(len(months), "a"),
        np.full(len(months), event),
        until=99,
        **options,
    )
    return found.lead.tolist()


def test_a_warning_counts_from_the_second_month_of_the_alert():
    assert leads({1: True, 2: True, 3: False}, event=8) == [6]


def test_one_month_of_alert_is_no_warning():
    assert leads({1: True, 2: False, 3: True}, event=8) == [0]


def test_months_with_a_gap_between_them_are_not_in_a_row():
    assert leads({1: True, 3: True}, event=8) == [0]


def test_the_first_sustained_alert_counts_not_the_last():
    assert leads({1: True, 2: True, 3: False, 4: True, 5: True}, event=8) == [6]


def test_an_alert_in_the_month_of_the_crisis_or_after_it_comes_too_late():
    assert leads({6: False, 7: True, 8: True, 9: True}, event=8) == [0]


def test_an_alert_that_was_taken_back_more_than_a_year_before_is_no_warning():
    assert leads({1: True, 2: True, 3: False}, event=15) == [0]


def test_an_alert_that_has_lasted_for_longer_than_a_year_counts_as_a_year():
    assert leads(dict.fromkeys(range(1, 20), True), event=20) == [12]


def test_two_crises_of_one_shop_have_a_lead_each():
    month, event = np.array([1, 2, 3, 5, 6, 7]), np.array([4, 4, 4, 9, 9, 9])

    found = lead_times(
        np.array([True, True, True, False, True, True]), month, np.full(6, "a"), event, until=9
    )

    assert dict(zip(found.event.tolist(), found.lead.tolist(), strict=True)) == {4: 2, 9: 2}


def test_alerts_of_two_shops_are_never_one():
    found = lead_times(
        np.array([True, True]), np.array([1, 2]), np.array(["a", "b"]), np.array([6, 6]), until=6
    )

    assert found.lead.tolist() == [0, 0]


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(1)
    shop, month = np.repeat(np.arange(40), 10), np.tile(np.arange(10), 40)
    alert, event = rng.random(400) < 0.5, np.repeat(rng.integers(4, 14, 40), 10)
    mixed = rng.permutation(400)

    there = lead_times(alert, month, shop, event, until=14)
    again = lead_times(alert[mixed], month[mixed], shop[mixed], event[mixed], until=14)

    np.testing.assert_array_equal(there.lead, again.lead)
    assert there.lead.any()


def test_a_shop_without_a_known_crisis_is_not_counted():
    assert leads({1: True, 2: True}, event=FAR) == []


def test_a_shop_that_was_first_scored_in_the_month_of_its_crisis_is_not_counted():
    assert leads({8: False, 9: True}, event=8) == []


def city(shops: int = 40) -> dict[str, np.ndarray]:
    """Half of the shops were warned four months before the crisis, the others never; ten were scored for one month."""
    month = np.tile(np.arange(1, 13), shops)
    shop = np.repeat(np.arange(shops), 12)
    event = np.full(len(month), 13)
    alert = (month >= 8) & (shop % 2 == 0)
    young = (shop >= shops - 10) & (month < 12)
    rows = {"alert": alert, "month": month, "shop": shop, "event": event}
    return {name: each[~young] for name, each in rows.items()}


def test_a_crisis_long_after_the_last_score_is_nobodys_failure():
    rows = {"alert": np.zeros(4, dtype=bool), "month": np.array([1, 2, 1, 2]), "shop": np.array(list("aabb"))}

    found = lead_times(**rows, event=np.array([3, 3, 4, 4]))

    assert found.shop.tolist() == ["a"]


def test_figures_of_a_city_by_hand():
    found = lead_figures(**city(), seed=1)

    # Of 40 crises 20 belong to warned shops, 5 of which were scored in the last month alone.
    assert found["lead/median"].value == 4.0
    assert found["lead/median"].n == 15
    assert found["lead/never"].value == pytest.approx(25 / 40)
    assert found["lead/share_3"].value == pytest.approx(15 / 40)
    assert found["lead/share_6"].value == 0.0
    assert found["lead/never"].n == 40
    assert found["lead/never"].events == 25


def test_the_companion_line_leaves_out_who_was_scored_too_shortly():
    found = lead_figures(**city(), seed=1)

    assert found["lead/observable_6/never"].n == 30
    assert found["lead/observable_6/never"].value == pytest.approx(0.5)


def test_a_share_that_never_occurred_still_has_doubt():
    found = lead_figures(**city(), seed=1)

    assert found["lead/share_6"].low == 0.0
    assert found["lead/share_6"].high > 0.05


def test_few_crises_give_no_figures():
    assert lead_figures(**city(20), seed=1, fewest=21) == {}
    assert "lead/never" in lead_figures(**city(20), seed=1, fewest=20)


def test_without_any_warning_there_is_no_median_but_the_share_never_warned():
    rows = city()
    rows["alert"] = np.zeros_like(rows["alert"])

    found = lead_figures(**rows, seed=1)

    assert "lead/median" not in found
    assert found["lead/never"].value == 1.0
