"""The thirteen tests of point-in-time leakage, T1 to T13, asked of each indicator and of each input by itself."""

from __future__ import annotations

import pytest

from sbwarn.indicators.build import catalogue
from sbwarn.indicators.inputs import CALENDAR, INPUTS
from tests.promises import alike, changes, data, learning, over_time, risk
from tests.promises.changes import LATER_WORDS, changed
from tests.promises.defects import Late
from tests.promises.way import Way, different, library, plain, view

T1 = over_time.later_months_change_no_bit
T2 = over_time.the_tables_of_the_day_are_enough
T3 = over_time.later_words_change_no_bit
T4 = (alike.the_order_of_rows_changes_no_bit, alike.the_order_of_shops_changes_no_bit)
T5 = alike.company_changes_no_bit
T6 = alike.rows_said_twice_change_no_bit
T7 = alike.the_currency_matters_to_money_alone
T8 = alike.names_mean_nothing
T9 = over_time.another_year_changes_nothing
T10 = (
    learning.rows_hold_what_their_month_knew,
    learning.every_answer_is_in,
    learning.what_comes_after_an_interval_is_no_answer,
    learning.a_trial_learns_from_nothing_that_ends_later,
    learning.months_are_split_with_a_gap,
)
T11 = (risk.bad_news_never_looks_good, risk.bad_news_is_heard)
T12 = learning.nothing_is_found_where_nothing_is
T13 = alike.one_shop_reaches_others_through_groups_alone
BESIDE = (
    over_time.superseded_words_change_no_bit,
    over_time.open_months_change_no_bit,
    over_time.waits_for_its_tables,
    over_time.public_words_are_heard,
    over_time.each_input_hangs_on_its_column,
    alike.small_groups_do_not_speak,
)
"""What the thirteen leave open: corrections, months reported early, lags as declared, deaf figures, small groups."""
LEAKAGE = (T1, T2, T3, *T4, T5, T6, T7, T8, T9, *T10, *T11, T12, T13, *BESIDE)


@pytest.mark.parametrize("promise", LEAKAGE, ids=lambda promise: promise.__name__)
def test_no_indicator_and_no_input_breaks_a_promise(promise):
    assert promise(library()) == frozenset()


def test_the_small_data_set_has_every_table_and_nothing_that_the_door_refuses():
    assert data.is_complete()
    assert all(account["rejected"] == 0 for account in data.dataset().accounts.values())


def test_groups_of_ten_are_large_enough_to_speak_in_every_month():
    for as_of in data.AS_OF:
        panel = library().look(data.dataset(), as_of)[0]
        trading = (panel.quantities["sales"][-3:] > 0).any(axis=0)
        for trade in ("cafe", "hair"):
            home = (panel.shops.industry == trade) & (panel.shops.district == "D0") & trading
            assert home.sum() >= alike.TEN


def test_a_panel_of_three_months_later_is_found_in_every_figure_but_the_calendar():
    late = Way(look=Late(months=3), facts=catalogue())

    found = frozenset().union(
        *(
            different(plain(late, as_of), view(late, changed(change, as_of), as_of))
            for as_of in data.AS_OF
            for change in LATER_WORDS.values()
        )
    )

    fixed = {*CALENDAR, *(fact.name for fact in catalogue() if set(fact.reads) <= set(CALENDAR))}
    of_code_book = {"gross_margin", "usual_rent_share"}
    assert {*INPUTS, *(fact.name for fact in catalogue())} - found - of_code_book <= fixed


def test_every_later_word_and_month_is_really_changed():
    for as_of in data.AS_OF:
        day = changes.last_day(as_of)
        for change in (*LATER_WORDS.values(), *changes.FUTURE.values()):
            other = changed(change, as_of).tables
            for name, rows in changes.plain_tables().items():
                touched = name != "industries" and (
                    (changes.public_on(name, rows) > day).any()
                    if change in LATER_WORDS.values()
                    else "month" in rows
                )
                assert not touched or not rows.equals(other[name]), (as_of, change.__name__, name)
