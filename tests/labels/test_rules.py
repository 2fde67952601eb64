"""When the crisis of a shop came, as known on a day."""

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError, SettingError
from sbwarn.labels.rules import FAR, Events, answerable, find_events, label_rule, rule_for
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from tests.labels.tables import every_month, history, past_due, shop, sold


def event(events: Events, name: str) -> str | None:
    """The event month of a shop, None if none is known."""
    month = int(events.month[list(events.shop_ids).index(name)])
    return None if month == FAR else str(pd.Period(ordinal=month, freq="M"))


def transfer(events: Events, name: str) -> str | None:
    """The month from which a shop went on under another number, None if it did not."""
    month = int(events.left[list(events.shop_ids).index(name)])
    return None if month == FAR else str(pd.Period(ordinal=month, freq="M"))


def found(rule: str, known: History, as_of: str) -> Events:
    """The events of a rule."""
    return find_events(label_rule(rule), known, as_month(as_of))


# closed


def closing() -> History:
    """A closed on 10 March, which was known on 20 April; B is open."""
    return history(
        [shop("A"), shop("A", closed="2025-03-10", known="2025-04-20"), shop("B")],
        every_month("A", "2024-01", "2025-03") + every_month("B", "2024-01", "2025-12"),
    )


def test_a_closed_shop_has_its_event_in_the_month_of_its_closing_date():
    assert event(found("closed", closing(), "2025-04"), "A") == "2025-03"


def test_a_closing_that_is_not_public_yet_is_no_event():
    assert event(found("closed", closing(), "2025-03"), "A") is None


def test_an_open_shop_has_no_event():
    assert event(found("closed", closing(), "2025-12"), "B") is None


def test_closings_are_all_known_two_months_later():
    assert found("closed", closing(), "2025-06").mature == as_month("2025-04").ordinal


def test_a_register_without_history_tells_a_closing_from_its_own_month_on():
    known = history(
        [shop("A", closed="2025-03-10", known=None), shop("B")], every_month("B", "2024-01", "2025-12")
    )

    assert event(found("closed", known, "2025-02"), "A") is None
    assert event(found("closed", known, "2025-03"), "A") == "2025-03"


# silent


def silence(*more: dict[str, object]) -> History:
    """A sold last in January 2025; B always."""
    return history(
        [shop("A"), shop("B")],
        every_month("A", "2024-01", "2025-01") + every_month("B", "2024-01", "2025-12") + list(more),
    )


def test_a_silent_shop_has_its_event_in_its_last_month_with_sales():
    # As of May, April is the last closed month: February, March and April passed in silence.
    assert event(found("silent_3", silence(), "2025-05"), "A") == "2025-01"


def test_two_silent_months_are_not_three():
    assert event(found("silent_3", silence(), "2025-04"), "A") is None


@pytest.mark.parametrize(("rule", "as_of"), [("silent_2", "2025-04"), ("silent_6", "2025-08")])
def test_the_rule_says_how_many_months_a_silence_lasts(rule, as_of):
    before = str(as_month(as_of) - 1)

    assert event(found(rule, silence(), as_of), "A") == "2025-01"
    assert event(found(rule, silence(), before), "A") is None


def test_a_reported_zero_is_silence():
    zeros = [sold("A", month, 0.0) for month in ("2025-02", "2025-03", "2025-04")]

    assert event(found("silent_3", silence(*zeros), "2025-05"), "A") == "2025-01"


def test_a_late_report_ends_the_silence_once_it_is_public():
    late = sold("A", "2025-03", 50.0, known="2025-06-15")

    assert event(found("silent_3", silence(late), "2025-05"), "A") == "2025-01"
    assert event(found("silent_3", silence(late), "2025-06"), "A") is None


def test_a_correction_to_zero_moves_the_event_back():
    undone = sold("A", "2025-01", 0.0, known="2025-07-01")

    assert event(found("silent_3", silence(undone), "2025-07"), "A") == "2024-12"


def test_a_shop_that_sells_has_no_event():
    assert event(found("silent_3", silence(), "2025-12"), "B") is None


def test_a_shop_that_never_sold_has_no_event():
    known = history([shop("A"), shop("B")], every_month("B", "2024-01", "2025-12"))

    assert event(found("silent_3", known, "2025-12"), "A") is None


@pytest.mark.parametrize(("rule", "mature"), [("silent_2", "2025-09"), ("silent_3", "2025-08")])
def test_silences_are_all_known_after_the_lag_and_their_length(rule, mature):
    assert found(rule, silence(), "2025-12").mature == as_month(mature).ordinal


def test_no_event_of_a_silence_is_younger_than_the_last_mature_month():
    known = silence()

    for as_of in pd.period_range("2024-06", "2025-12", freq="M"):
        events = find_events(label_rule("silent_3"), known, as_of)
        assert (events.month[events.month != FAR] <= events.mature).all()


# successors


def succession(first: str, **facts: str) -> History:
    """A sold last in January 2025 at a place where C sells from `first` on."""
    return history(
        [shop("A", name="Moon", site_id="P1"), shop("C", **{"name": "Moon", "site_id": "P1", **facts})],
        every_month("A", "2024-01", "2025-01") + every_month("C", first, "2025-12"),
    )


@pytest.mark.parametrize("first", ["2024-12", "2025-02", "2025-07"])
def test_a_shop_of_the_same_name_at_the_same_place_goes_on(first):
    events = found("silent_3", succession(first), "2025-12")

    assert event(events, "A") is None
    assert transfer(events, "A") == "2025-01"


@pytest.mark.parametrize("first", ["2024-11", "2025-08"])
def test_a_shop_that_came_long_before_or_after_is_no_successor(first):
    events = found("silent_3", succession(first), "2025-12")

    assert event(events, "A") == "2025-01"
    assert transfer(events, "A") is None


@pytest.mark.parametrize("facts", [{"name": "Sun"}, {"site_id": "P2"}])
def test_another_name_or_another_place_is_a_crisis_all_the_same(facts):
    assert event(found("silent_3", succession("2025-02", **facts), "2025-12"), "A") == "2025-01"


def test_shops_without_a_name_or_a_place_are_nobodys_successors():
    known = history(
        [shop("A"), shop("C")],
        every_month("A", "2024-01", "2025-01") + every_month("C", "2025-02", "2025-12"),
    )

    assert event(found("silent_3", known, "2025-12"), "A") == "2025-01"


def test_a_closed_shop_with_a_successor_has_moved_too():
    facts = {"name": "Moon", "site_id": "P1"}
    known = history(
        [shop("A", closed="2025-01-31", known="2025-02-10", **facts), shop("C", **facts)],
        every_month("A", "2024-01", "2025-01") + every_month("C", "2025-03", "2025-12"),
    )

    events = found("closed", known, "2025-12")

    assert (event(events, "A"), transfer(events, "A")) == (None, "2025-01")


# the registry


@pytest.mark.parametrize(
    "name",
    [
        "silent_1",
        "silent_7",
        "silent_33",
        "closed ",
        "",
        "sad",
        "arrears_0",
        "arrears_031",
        "arrears_3661",
        "arrears_",
        "sales_collapse_2",
        "closed+",
        "closed, silent_3",
    ],
)
def test_a_rule_that_there_is_not_is_refused(name):
    with pytest.raises(SettingError, match="silent_2"):
        label_rule(name)


def test_a_title_tells_name_and_version():
    assert [label_rule(name).title for name in ("closed", "silent_4")] == ["closed v1", "silent_4 v1"]


def test_no_two_rules_have_one_digest():
    names = [
        "closed",
        *(f"silent_{months}" for months in range(2, 7)),
        "sales_collapse",
        "arrears_31",
        "arrears_90",
    ]
    names += ["closed+silent_3", "closed+silent_4", "closed+silent_3+sales_collapse"]

    assert len({label_rule(name).digest for name in names}) == len(names)


def test_a_rule_has_the_same_digest_each_time():
    assert label_rule("silent_3").digest == label_rule("silent_3").digest


def test_a_register_with_closing_dates_is_read_for_them():
    assert rule_for(closing(), as_month("2025-12")).name == "closed"


def test_closing_dates_that_become_public_later_do_not_choose_the_rule():
    assert rule_for(closing(), as_month("2025-01")).name == "silent_3"


def test_a_register_without_closing_dates_is_read_for_silence():
    assert rule_for(silence(), as_month("2025-12")).name == "silent_3"


def test_events_come_in_the_order_of_the_shops():
    events = found("silent_3", silence(), "2025-05")

    assert events.shop_ids.tolist() == ["A", "B"]
    assert np.array_equal(events.month == FAR, [False, True])


# compositions


def test_parts_of_a_composition_stand_in_one_order_however_they_are_named():
    named = ["arrears_90+sales_collapse+silent_3+closed", "closed+silent_3+sales_collapse+arrears_90"]

    assert [label_rule(name).title for name in named] == [
        "closed+silent_3+sales_collapse+arrears_90 v1+1+1+1"
    ] * 2
    assert label_rule("arrears_90+arrears_31").name == "arrears_31+arrears_90"


def test_a_composition_reads_what_its_parts_read_and_is_as_slow_as_the_slowest():
    rule = label_rule("closed+silent_6+arrears_31")

    assert (rule.reads, rule.maturity, len(rule.parts)) == (("shops", "sales", "profile"), 6, 3)
    assert rule.exclusions == label_rule("closed").exclusions


def test_a_part_that_stands_twice_is_refused_by_name():
    with pytest.raises(SettingError, match="names silent_3 twice"):
        label_rule("silent_3+closed+silent_3")


def test_a_composition_takes_whichever_comes_first():
    known = history(
        [
            shop("A", closed="2025-04-10", known="2025-05-02"),
            shop("B", closed="2025-03-10", known="2025-05-02"),
        ],
        every_month("A", "2024-01", "2025-02") + every_month("B", "2024-01", "2025-06"),
    )

    events = found("closed+silent_3", known, "2025-12")

    assert (event(events, "A"), event(events, "B")) == ("2025-02", "2025-03")
    assert events.mature == found("silent_3", known, "2025-12").mature


def test_a_composition_tells_which_part_and_exclusion_took_how_many():
    events = found("closed+silent_3", succession("2025-02"), "2025-12")

    assert events.excluded["silent_3: same_name_successor"] == 1
    assert events.excluded["closed: same_name_successor"] == 0


# what a rule reads


@pytest.mark.parametrize("rule", ["arrears_31", "closed+arrears_31"])
def test_a_table_that_a_rule_reads_and_the_data_set_lacks_is_named(rule):
    with pytest.raises(InputError, match=r"arrears_31 reads profile, of which data set few"):
        found(rule, silence(), "2025-12")


@pytest.mark.parametrize("rule", ["arrears_31", "silent_3+arrears_31"])
def test_a_quantity_that_nobody_told_is_named(rule):
    known = history([shop("A")], every_month("A", "2025-01", "2025-12"), past_due("A", "2025-01", None))

    with pytest.raises(InputError, match=r"arrears_31 reads profile\.days_past_due"):
        found(rule, known, "2025-12")


def test_arrears_that_become_public_later_are_not_there_yet():
    known = history([shop("A")], every_month("A", "2025-01", "2025-12"), past_due("A", "2025-08", 0))

    assert [rule.name for rule in answerable(known, as_month("2025-08"))] == ["silent_3", "sales_collapse"]
    assert [rule.name for rule in answerable(known, as_month("2025-09"))][2:] == ["arrears_31", "arrears_90"]


def test_a_register_without_closing_dates_does_not_answer_for_closures():
    assert "closed" not in [rule.name for rule in answerable(silence(), as_month("2025-12"))]
    assert answerable(closing(), as_month("2025-12"))[0].name == "closed"
