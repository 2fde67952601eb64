"""What became known of a shop between two scores."""

from dataclasses import replace

import pytest

from sbwarn.messages import LANGUAGES, knows
from sbwarn.replay.changes import News, news
from sbwarn.replay.recorded import FACTS, POSITION
from sbwarn.tables.panel import QUANTITIES
from tests import recorded_city


@pytest.fixture(scope="module")
def pair():
    """A shop in 2026-04 and in 2026-09; sales count as closed after one month."""
    return next(
        pair
        for pair in recorded_city.pairs()
        if {"2026-04", "2026-08"} <= pair[1].monthly["sales"].keys()
        and "2026-09" in pair[1].monthly.get("rent", {})
        and "2026-02" in pair[0].monthly["sales"]
    )


def with_sales(record, **months):
    sales = {month: amount for month, amount in record.monthly["sales"].items() if month not in months}
    told = {month: amount for month, amount in months.items() if amount is not None}
    return replace(record, monthly={"sales": {**sales, **told}})


def only_sales(record):
    return replace(record, monthly={"sales": record.monthly["sales"]})


def test_a_record_holds_no_news_beside_itself(pair):
    assert news(pair[0], pair[0]) == News(new={}, corrected={}, facts=())


def test_months_that_closed_after_the_earlier_score_are_new(pair):
    found = news(*pair)

    assert found.new["sales"] == ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08")
    assert found.new["rent"][-1] == "2026-09"


def test_a_closed_month_with_another_amount_is_corrected(pair):
    record = only_sales(pair[0])

    assert news(record, with_sales(record, **{"2026-02": 1.0})).corrected == {"sales": ("2026-02",)}


def test_a_month_that_was_told_late_and_one_that_was_withdrawn_count_as_corrected(pair):
    record = only_sales(pair[0])
    without = with_sales(record, **{"2026-02": None})

    assert news(without, record).corrected == {"sales": ("2026-02",)}
    assert news(record, without).corrected == {"sales": ("2026-02",)}


def test_a_month_that_fell_out_of_the_window_is_no_news(pair):
    early, late = (only_sales(record) for record in pair)
    beyond = with_sales(early, **{"2023-03": 5.0})

    assert news(beyond, late) == news(early, late)


def test_a_changed_fact_is_named_and_a_position_is_told_as_a_place(pair):
    changed = {**pair[0].facts, "floor_area": 1.0, "lon": 1.0, "lat": 1.0}

    assert news(pair[0], replace(pair[0], facts=changed)).facts == ("floor_area", "place")


def test_each_kind_of_news_is_a_sentence():
    found = News(new={"sales": ("2026-04", "2026-05")}, corrected={"rent": ("2026-01",)}, facts=("industry",))

    assert found.lines("en") == [
        "New months since: sales 2026-04 … 2026-05 (2).",
        "Months that hold another value than at the earlier score: rent 2026-01 (1).",
        "Facts of the shop that changed or became known: industry.",
    ]
    assert News(new={}, corrected={}, facts=()).lines("ko") == []


def test_every_table_and_fact_has_a_name_in_both_languages():
    facts = {*FACTS, "place"} - {*POSITION}
    keys = [f"bridge.facts.{name}" for name in facts]
    keys += [f"bridge.tables.{table}" for table, _ in QUANTITIES.values()]

    assert LANGUAGES
    assert [key for key in keys if not knows(key)] == []
