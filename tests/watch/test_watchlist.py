"""The watch list: two rules, one order, a capacity, and tables that belong together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError, SettingError
from sbwarn.messages import knows
from sbwarn.scoring.month import SCORE_COLUMNS
from sbwarn.watch.watchlist import QUADRANTS, REVIEW_DAYS, WATCH_COLUMNS, WatchPolicy, watch_list


def scores(*rows: tuple[str, float, str]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["shop_id", "risk_6m", "level"])
    table = table.assign(as_of="2025-03", status="scored", release="r1")
    return table.reindex(columns=list(SCORE_COLUMNS))


def before(**risks: float) -> pd.DataFrame:
    return pd.DataFrame({"shop_id": list(risks), "risk_6m": list(risks.values())})


def test_both_rules_make_four_quadrants_and_the_calm_one_is_not_listed():
    now = scores(("A", 0.30, "alert"), ("B", 0.30, "alert"), ("C", 0.10, "watch"), ("D", 0.10, "watch"))

    listed = watch_list(now, before(A=0.10, B=0.30, C=0.02, D=0.10))

    assert dict(zip(listed["shop_id"], listed["quadrant"], strict=True)) == {
        "A": "level_and_change",
        "B": "level",
        "C": "change",
    }


def test_the_order_is_quadrant_then_risk_then_shop():
    now = scores(
        ("E", 0.09, "watch"),
        ("D", 0.90, "severe"),
        ("C", 0.20, "caution"),
        ("B", 0.20, "caution"),
        ("A", 0.40, "alert"),
    )

    listed = watch_list(now, before(A=0.30, B=0.10, C=0.10, D=0.90, E=0.01))

    assert list(listed["shop_id"]) == ["A", "B", "C", "D", "E"]
    assert list(listed["rank"]) == [1, 2, 3, 4, 5]


def test_the_order_of_the_rows_handed_over_changes_nothing():
    now = scores(("A", 0.2, "caution"), ("B", 0.2, "caution"), ("C", 0.5, "severe"), ("D", 0.1, "watch"))
    earlier = before(D=0.01, C=0.5, A=0.1)

    pd.testing.assert_frame_equal(watch_list(now[::-1], earlier[::-1]), watch_list(now, earlier))


def test_the_level_of_the_policy_itself_counts_as_high():
    now = scores(("A", 0.2, "caution"), ("B", 0.1, "watch"), ("C", 0.6, "severe"))

    assert set(watch_list(now, None)["shop_id"]) == {"A", "C"}
    assert list(watch_list(now, None, policy=WatchPolicy(level="severe"))["shop_id"]) == ["C"]


def test_a_rise_of_exactly_the_limit_counts_although_floats_fall_just_short():
    assert 0.25 - 0.20 < 0.05

    listed = watch_list(scores(("A", 0.25, "watch")), before(A=0.20))

    assert list(listed["quadrant"]) == ["change"]
    assert list(listed["change_3m"]) == [0.05]


def test_a_fall_is_not_a_rise():
    assert watch_list(scores(("A", 0.10, "watch")), before(A=0.40)).empty


@pytest.mark.parametrize("earlier", [None, before(), before(B=0.1), before(A=np.nan)])
def test_an_unknown_change_is_nan_and_never_a_reason(earlier):
    listed = watch_list(scores(("A", 0.50, "severe"), ("C", 0.10, "normal")), earlier)

    assert list(listed["shop_id"]) == ["A"]
    assert list(listed["quadrant"]) == ["level"]
    assert np.isnan(listed["change_3m"].iloc[0])


def test_the_list_is_cut_at_the_capacity_from_below():
    now = scores(("A", 0.2, "caution"), ("B", 0.3, "alert"), ("C", 0.4, "alert"))

    listed = watch_list(now, None, policy=WatchPolicy(capacity=2))

    assert list(listed["shop_id"]) == ["C", "B"]


def test_the_review_day_counts_from_the_end_of_the_month_by_level():
    now = scores(("A", 0.9, "severe"), ("B", 0.4, "alert"), ("C", 0.2, "caution"))

    listed = watch_list(now, None)

    assert list(listed["review_on"]) == ["2025-04-14", "2025-04-30", "2025-05-30"]


def test_a_shop_that_could_not_be_scored_is_not_listed():
    now = scores(("A", 0.9, "severe"), ("B", np.nan, "not_scored"))
    now = now.assign(status=["closed", "too_short"])

    listed = watch_list(now, before(A=0.1))

    assert listed.empty
    assert tuple(listed.columns) == WATCH_COLUMNS


def test_an_empty_month_gives_an_empty_list():
    listed = watch_list(scores(), before(A=0.1))

    assert listed.empty
    assert tuple(listed.columns) == WATCH_COLUMNS


def test_the_tables_handed_over_stay_as_they_were():
    now, earlier = scores(("A", 0.9, "severe")), before(A=0.1)
    copies = now.copy(), earlier.copy()

    watch_list(now, earlier)

    pd.testing.assert_frame_equal(now, copies[0])
    pd.testing.assert_frame_equal(earlier, copies[1])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"level": "red"}, "level 'red' is not known; use one of normal, watch"),
        ({"level": "not_scored"}, "level 'not_scored' is not known"),
        ({"change_3m": 0.0}, "between 0 and 1 .*got 0.0"),
        ({"change_3m": 1.0}, "between 0 and 1 .*got 1.0"),
        ({"change_3m": float("nan")}, "between 0 and 1 .*got nan"),
        ({"capacity": 0}, "capacity must be >= 1, got 0"),
        ({"review_days": {"severe": 14}}, "review_days needs"),
        ({"review_days": {**REVIEW_DAYS, "alert": 0}}, "review_days needs"),
    ],
)
def test_a_policy_that_means_nothing_is_refused(wrong, says):
    with pytest.raises(SettingError, match=says):
        WatchPolicy(**wrong)


def test_two_months_in_the_scores_are_refused():
    now = scores(("A", 0.9, "severe"), ("B", 0.9, "severe")).assign(as_of=["2025-03", "2025-02"])

    with pytest.raises(InputError, match=r"several months \(2025-02, 2025-03\)"):
        watch_list(now, None)


def test_a_shop_that_occurs_twice_is_refused_in_either_table():
    twice = scores(("A", 0.9, "severe"), ("A", 0.8, "severe"))

    with pytest.raises(InputError, match="'A' occurs twice in table scores"):
        watch_list(twice, None)
    with pytest.raises(InputError, match="'A' occurs twice in table before"):
        watch_list(twice.head(1), twice)


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="table before lacks the columns risk_6m"):
        watch_list(scores(("A", 0.9, "severe")), before(A=0.1).drop(columns="risk_6m"))


def test_an_earlier_table_of_another_release_is_refused():
    with pytest.raises(InputError, match=r"several releases \(r0, r1\)"):
        watch_list(scores(("A", 0.9, "severe")), before(A=0.1).assign(release="r0"))


def test_an_earlier_table_of_another_month_is_refused():
    now = scores(("A", 0.9, "severe"))

    assert len(watch_list(now, before(A=0.1).assign(as_of="2024-12", release="r1"))) == 1
    with pytest.raises(InputError, match="must be as of 2024-12, got 2025-01"):
        watch_list(now, before(A=0.1).assign(as_of="2025-01"))


def test_every_quadrant_has_words_in_both_languages():
    assert all(knows(f"watch.quadrants.{quadrant}") for quadrant in QUADRANTS)
