"""A whole month on this machine."""

import pandas as pd
import pytest

from sbwarn.engines.local import SHOWN_MONTHS, premises, score_month
from sbwarn.errors import InputError, SettingError
from sbwarn.scoring.month import SCORE_COLUMNS
from sbwarn.tables.history import History
from tests import small_city

STATUS = {"scored", "closed", "no_recent_sales", "too_short"}


def test_every_shop_known_on_the_day_has_one_row_in_the_order_of_its_name():
    month = small_city.scored()

    known = small_city.history().as_known(small_city.LAST).shops.ids
    assert month.scores["shop_id"].tolist() == known.tolist()
    assert tuple(month.scores.columns) == SCORE_COLUMNS
    assert set(month.scores["status"]) <= STATUS


def test_scored_and_not_scored_shops_are_all_of_them():
    scores = small_city.scored().scores

    is_scored = scores["status"] == "scored"
    assert scores.loc[is_scored, ["risk_3m", "risk_6m", "risk_12m"]].notna().all().all()
    assert scores.loc[~is_scored, ["risk_3m", "risk_6m", "risk_12m"]].isna().all().all()
    assert (scores.loc[~is_scored, "level"] == "not_scored").all()
    assert 200 < is_scored.sum() < len(scores)


def test_a_closed_shop_is_not_scored():
    scores = small_city.scored().scores.set_index("shop_id")
    shops = small_city.history().as_known(small_city.LAST).shops

    closed = shops.ids[(shops.closed >= 0) & (shops.closed <= pd.Period(small_city.LAST, "M").ordinal)]
    assert len(closed) > 50
    assert set(scores.loc[closed, "status"]) == {"closed"}


def test_reasons_are_told_in_both_languages_one_sentence_each():
    scores = small_city.scored().scores
    scored = scores[scores["status"] == "scored"]

    for side in ("reasons", "strengths"):
        counts = scored[side].str.split().str.len()
        for tongue in ("ko", "en"):
            sentences = scored[f"{side}_{tongue}"].map(
                lambda text: len([line for line in text.split("\n") if line])
            )
            pd.testing.assert_series_equal(sentences, counts, check_names=False)


def test_what_became_public_later_changes_nothing_in_the_month():
    cut = History(small_city.known_by("2026-04-30"))

    whole = score_month(small_city.history(), "2026-04", small_city.release())
    seen_then = score_month(cut, "2026-04", small_city.release())

    assert len(cut.dataset.tables["sales"]) < len(small_city.dataset().tables["sales"])
    pd.testing.assert_frame_equal(seen_then.scores, whole.scores, check_exact=True)
    pd.testing.assert_frame_equal(seen_then.sales, whole.sales, check_exact=True)


def test_the_number_of_threads_changes_nothing():
    again = score_month(small_city.history(), small_city.LAST, small_city.release(), threads=4)

    pd.testing.assert_frame_equal(again.scores, small_city.scored().scores, check_exact=True)


def test_the_sales_that_a_report_draws_end_with_the_last_closed_month():
    month = small_city.scored()

    assert month.sales.index.tolist() == month.scores["shop_id"].tolist()
    assert month.sales.shape[1] == SHOWN_MONTHS
    assert month.sales.columns[-1] == "2026-08"


def test_every_district_of_a_shop_has_a_name():
    month = small_city.scored()

    assert set(month.scores["district_id"]) == set(month.districts["district_id"])
    assert month.districts[["name", "name_en"]].notna().all().all()


def test_a_city_without_a_districts_table_calls_them_by_their_codes():
    whole = small_city.dataset()
    tables = {name: rows for name, rows in whole.tables.items() if name not in {"districts", "rejects"}}

    month = score_month(History(small_city.checked(tables)), small_city.LAST, small_city.release())

    assert month.districts["name"].tolist() == month.districts["district_id"].tolist()


def test_a_simulated_city_says_so():
    assert small_city.scored().synthetic
    assert small_city.scored().scores["demonstration"].all()


def test_a_month_before_anything_was_known_is_refused():
    with pytest.raises(InputError, match="as_of 1999-01: nothing was public"):
        score_month(small_city.history(), "1999-01", small_city.release())


def test_a_month_that_the_calendar_lacks_is_refused():
    with pytest.raises(SettingError, match="'2026-13' is no month"):
        score_month(small_city.history(), "2026-13", small_city.release())


def test_a_month_long_after_the_data_is_refused_as_a_missing_delivery():
    with pytest.raises(InputError, match=r"as_of 2029-01: .* 3 closed months; .* missing delivery"):
        score_month(small_city.history(), "2029-01", small_city.release())


def test_premises_trade_where_their_shop_does():
    panel = small_city.history().as_known(small_city.LAST)

    places = premises(panel)

    scores = small_city.scored().scores
    trading = places.set_index("shop_id")["trading"]
    assert trading[scores.loc[scores["status"] == "scored", "shop_id"]].all()
    assert not trading[scores.loc[scores["status"] == "closed", "shop_id"]].any()
