"""The backtest: each quarter as it was known, outcomes at the end, and every figure that comes of it."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from sbwarn.backtest.figures import ALERT, Limits, backtest_figures
from sbwarn.backtest.run import Backtest, backtest, last_known
from sbwarn.backtest.scored import came_of
from sbwarn.errors import InputError, SettingError
from sbwarn.labels.events import FAR
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.labels.support import helps_of
from sbwarn.tables.dataset import DataSet
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month, ordinal
from sbwarn.training.fit import Settings
from sbwarn.training.rows import outcomes, snapshots
from tests import small_city
from tests.few_scored import START, drawn_scored, few_backtest, few_scored

FEW_TREES = Settings(trees=3)
LIMITS = Limits(rows=50, events=5, lead_events=5)


@cache
def wanted():
    """Few indicators: what is tested here does not hang on how many there are."""
    from sbwarn.indicators.selection import default_set

    chosen = default_set()
    return tuple(fact for fact in chosen if fact.name == "sales_3m_vs_12m" or chosen.index(fact) % 8 == 0)


def run(history: History, first: str, last: str, **options: object) -> Backtest:
    return backtest(history, first, last, label="closed", settings=FEW_TREES, wanted=wanted(), **options)


def lean(dataset: DataSet) -> History:
    """The history of shops and sales alone: what is tested here does not hang on more."""
    return History(
        replace(dataset, tables={name: dataset.tables[name] for name in ("shops", "sales", "districts")})
    )


@cache
def city() -> History:
    return lean(small_city.dataset())


@cache
def found() -> Backtest:
    return run(city(), "2025-06", "2026-07")


def test_origins_are_a_quarter_apart_and_each_scores_its_months():
    assert [(each.origin, each.months) for each in found().quarters] == [
        ("2025-09", ("2025-09", "2025-10", "2025-11")),
        ("2025-12", ("2025-12", "2026-01", "2026-02")),
        ("2026-03", ("2026-03", "2026-04", "2026-05")),
        ("2026-06", ("2026-06", "2026-07")),
    ]


def test_an_origin_with_too_short_a_history_is_left_out_and_said():
    assert list(found().left_out) == ["2025-06"]
    assert "17 months" in found().left_out["2025-06"]


def test_every_scored_row_was_scored_by_the_model_of_its_quarter():
    rows = found().scored

    ahead = rows.month - rows.forecast.origin
    assert set(ahead) == {0, 1, 2}
    assert len(set(zip(rows.shop, rows.month, strict=True))) == len(rows.shop)


def test_what_became_public_later_changes_no_score():
    known = lean(small_city.known_by("2026-02-28"))

    then = run(known, "2025-12", "2026-02").scored

    now = found().scored.where(np.isin(found().scored.month, np.unique(then.month)))
    np.testing.assert_array_equal(now.shop, then.shop)
    np.testing.assert_array_equal(now.forecast.risk, then.forecast.risk)
    np.testing.assert_array_equal(now.forecast.level, then.forecast.level)
    assert then.forecast.rungs == {}


def test_the_ladder_is_asked_wherever_an_outcome_is_known_and_nowhere_else():
    rows = found().scored
    newest = rows.forecast.origin == ordinal(as_month("2026-06"))

    assert set(rows.forecast.rungs) == {"lags", "scorecard", "momentum"}
    for risk in rows.forecast.rungs.values():
        assert not np.isnan(risk[~newest]).any()
        assert np.isnan(risk[newest]).all()
    assert np.isnan(rows.came.happened[newest]).all()


def test_what_became_public_later_does_change_the_outcomes():
    early = found().scored.where(found().scored.month == ordinal(as_month("2025-09")))

    assert not np.isnan(early.came.happened[:, 1]).any()
    assert np.isnan(found().scored.came.happened[:, 2]).any()


def test_outcomes_are_the_same_as_those_of_the_training_rows():
    history, last = city(), as_month("2026-09")
    events, helps = find_events(label_rule("closed"), history, last), helps_of(history, last)
    (snapshot,) = snapshots(history, [as_month("2025-10")], wanted()[:1])

    came = came_of(snapshot, events, helps)

    for place, horizon in enumerate((3, 6)):
        theirs = outcomes([snapshot], events, horizon, helps)
        told = ~np.isnan(came.happened[:, place])
        np.testing.assert_array_equal(snapshot.shop_ids[told], theirs.shop)
        np.testing.assert_array_equal(came.happened[told, place] == 1.0, theirs.happened)
        np.testing.assert_array_equal(came.trading[told], theirs.trading)
        np.testing.assert_array_equal(came.helped[told, place], theirs.helped)
        assert theirs.happened.any()


def test_the_newest_sales_say_how_far_the_data_are_known():
    assert str(last_known(city())) == small_city.LAST


def test_months_beyond_the_data_are_refused():
    with pytest.raises(SettingError, match="2027-01 lies beyond the data, which are known up to 2026-09"):
        run(city(), "2026-06", "2027-01")


def test_a_backtest_without_any_quarter_is_refused_with_the_reason():
    with pytest.raises(InputError, match=r"nothing could be learnt .* about 17 months"):
        run(city(), "2024-05", "2024-06")


def test_the_table_has_a_row_a_shop_and_month_and_unknown_is_missing():
    table = found().scored.table()

    assert len(table) == len(found().scored.shop)
    assert table["happened_12"].isna().any()
    assert not table["happened_3"].isna().all()
    assert set(table["level"]) <= {"normal", "watch", "caution", "alert", "severe"}
    assert table["risk_3"].le(table["risk_6"]).all()
    known = table.loc[table["event_month"].notna()]
    within = (pd.PeriodIndex(known["event_month"], freq="M") - pd.PeriodIndex(known["as_of"], freq="M")).map(
        lambda gap: gap.n
    )
    told = known["happened_6"].notna().to_numpy()
    np.testing.assert_array_equal(
        known["happened_6"].to_numpy()[told].astype(bool), np.asarray(within)[told] <= 6
    )


@cache
def figures():
    return backtest_figures(few_backtest(drawn_scored()), capacity=30, limits=LIMITS, draws=12)


def test_a_good_model_beats_a_ladder_of_chance_in_both_populations():
    assert figures().standing.beaten
    assert {(step.rung, step.population) for step in figures().standing.steps} == {
        ("momentum", "all"),
        ("momentum", "trading"),
    }


def test_a_model_of_chance_does_not_beat_it():
    rows = drawn_scored()
    chance = np.random.default_rng(1).random((len(rows.shop), 3))
    bad = replace(rows, forecast=replace(rows.forecast, risk=chance))

    told = backtest_figures(few_backtest(bad), capacity=30, limits=LIMITS, draws=12)

    assert not told.standing.beaten
    assert {step.population for step in told.standing.unbeaten} == {"all", "trading"}


def test_without_outcomes_nothing_is_claimed():
    rows = few_scored(20, happened=np.full((20, 3), np.nan), rung_momentum=np.zeros((20, 3)))

    told = backtest_figures(few_backtest(rows), capacity=5, draws=12)

    assert told.standing.steps == ()
    assert not told.standing.beaten
    assert told.overall == {}


def test_figures_are_told_by_quarter_too():
    assert list(figures().quarters) == ["2016-01", "2016-04"]
    whole, parts = (
        figures().overall["6"]["all"]["ours"]["auc"],
        [each["6"]["all"]["ours"]["auc"] for each in figures().quarters.values()],
    )
    assert whole.n == sum(each.n for each in parts)
    assert whole.events == sum(each.events for each in parts)


def test_every_figure_has_rows_and_an_interval_around_it():
    for name, figure in figures().measures.items():
        assert figure.n > 0, name
        # Segments chosen for standing far apart, and quantiles of few months, lie inside as well.
        assert figure.low <= figure.value + 1e-12, name
        assert figure.value <= figure.high + 1e-12, name


def test_the_names_that_gates_ask_for_are_there():
    assert {
        "lead/median", "lead/lower_quartile", "lead/upper_quartile", "lead/share_3", "lead/share_6", "lead/never",
        "burden/alerts_per_100", "burden/precision", "segment/worst/auc", "fairness/district/adverse_impact",
        "fairness/industry/tpr_gap", "stability/kappa", "stability/retrained/unchanged", "class/severe/rate",
        "calibration/tenth_10/rate", "burden/capacity/number_needed",
    } <= set(figures().measures)  # fmt: skip


def test_the_capacity_decides_how_many_are_visited():
    assert figures().measures["burden/capacity/alerts_per_month"].value == 30.0


def test_tenths_are_of_equal_size_and_rise_in_risk():
    tenths = [figures().measures[f"calibration/tenth_{number}/mean_risk"] for number in range(1, 11)]

    assert max(each.n for each in tenths) - min(each.n for each in tenths) <= 1
    assert [each.value for each in tenths] == sorted(each.value for each in tenths)


def test_helped_shops_are_set_apart_where_the_data_tell_of_help():
    rows = drawn_scored()
    half = np.zeros((len(rows.shop), 3), dtype=bool)
    half[::2] = True
    helped = few_backtest(replace(rows, came=replace(rows.came, helped=half)), supported=True)

    told = backtest_figures(helped, capacity=30, limits=LIMITS, draws=12)

    six = told.overall["6"]
    assert six["unhelped"]["ours"]["auc"].n == (~half[:, 1]).sum() < six["all"]["ours"]["auc"].n


def test_the_alert_is_the_class_that_begins_at_the_riskiest_tenth():
    rows = figures().measures["burden/alerts_per_100"]

    assert ALERT == 3
    assert rows.value == pytest.approx(10.0, abs=1.0)


def test_a_crisis_beyond_the_data_has_no_month():
    table = few_scored(2, event=np.array([START + 4, FAR])).table()

    assert table["event_month"].tolist()[0] == "2016-05"
    assert table["event_month"].isna().tolist() == [False, True]
