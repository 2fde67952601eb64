"""Champion against challenger: the same rows for both, nobody sees more, and how far scores may move by chance."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import chi2
from sklearn.metrics import roc_auc_score

from sbwarn.figures.psi import score_shift
from sbwarn.indicators.build import named
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.releases.calibration import PLAIN, Calibration, Straight
from sbwarn.releases.predict import risks
from sbwarn.releases.record import Release
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.training.champion import Duel, Side, Versus, against, duel, settings_of, widened
from sbwarn.training.fit import Settings, fit
from sbwarn.training.learn import Learnt, learn, outcomes_of
from sbwarn.training.material import Material, gather
from sbwarn.training.rows import Snapshot, snapshots
from sbwarn.training.split import split
from sbwarn.training.trial import SIX, folds
from tests import small_city

OURS = ("sales_yoy_3m", "months_since_sales", "sales_3m_vs_prev3")
THEIRS = ("sales_mom", "months_since_sales")
"""One of ours, and one that we lack."""
EVERY = (*OURS, "sales_mom")
SOME = ("months_since_sales", "sales_yoy_3m")
FEW = Settings(trees=15, leaves=7)
OTHER = Settings(trees=10, leaves=5, monotone={"months_since_sales": 1}, dropout=0.0)
MONTH = as_month(small_city.TRAINED)


@cache
def laid_out() -> list[Snapshot]:
    """Every indicator of these tests, in every month of the training."""
    mature = find_events(label_rule("closed"), small_city.history(), MONTH).mature
    months = split(small_city.history().first_month.ordinal, mature).months
    return snapshots(small_city.history(), [from_ordinal(each) for each in months], named(EVERY))


@cache
def material(names=OURS) -> Material:
    columns = [EVERY.index(name) for name in names]
    return gather(
        small_city.history(), MONTH, label="closed", wanted=named(names), progress=lambda _: None,
        taken=[replace(each, values=each.values[:, columns]) for each in laid_out()],
    )  # fmt: skip


@cache
def learnt() -> Learnt:
    return learn(material(), FEW, seed=1)


def released(**changes) -> Release:
    """A record of a release with these fields; what the comparison does not read stays empty."""
    facts = {
        **dict.fromkeys(Release.__slots__),
        "id": "old",
        "label": "closed v1",
        "as_of": "2026-01",
        "indicators": THEIRS,
        "lags": small_city.dataset().lags,
        "parameters": parameters(OTHER),
        "booster": boosted(THEIRS),
        "calibration": PLAIN,
    }
    return Release(**{**facts, **changes})


def parameters(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in Settings.__slots__}


@cache
def boosted(names):
    rows = material(names).rows
    return fit(rows, names, OTHER, seed=1)


def meet(**changes) -> Versus:
    return against(released(**changes), small_city.history(), MONTH, material(), learnt(), seed=1)


@cache
def met() -> Versus:
    return meet()


def test_a_champion_that_was_trained_later_meets_us_by_its_recipe_on_our_rows():
    own = material(THEIRS)
    fold = folds(own.rows, own.split, learning=own.learning(OTHER.dropout, seed=1))[0]
    booster = fit(fold.earlier, THEIRS, OTHER, seed=1)
    seen = outcomes_of(own)[6]
    risk = risks(booster, PLAIN, seen.values)[1][:, SIX]

    versus = met()

    assert versus.way == "recipe"
    assert versus.duel.theirs["6/all/auc"].value == pytest.approx(roc_auc_score(seen.happened, risk))
    who = seen.trading
    assert versus.duel.theirs["6/trading/auc"].value == pytest.approx(
        roc_auc_score(seen.happened[who], risk[who])
    )


def test_our_side_is_the_trial():
    seen = learnt().seen[6]
    risk = risks(learnt().trial, PLAIN, seen.values)[1][:, SIX]

    ours = met().duel.ours["6/all/auc"]

    assert ours.value == pytest.approx(roc_auc_score(seen.happened, risk))
    assert (ours.n, ours.events) == (len(risk), int(seen.happened.sum()))


def test_the_gap_is_ours_less_theirs_and_stands_among_the_measures():
    versus = met()

    for key, gap in versus.duel.gaps.items():
        assert gap.value == pytest.approx(versus.duel.ours[key].value - versus.duel.theirs[key].value)
        assert gap.low <= gap.value <= gap.high
    assert versus.measures() == {
        "champion/auc_gap": versus.duel.gaps["6/all/auc"],
        "champion/score_psi": versus.score_psi,
    }


def test_the_same_recipe_leaves_no_gap():
    same = released(indicators=OURS, parameters=parameters(FEW), booster=learnt().booster)

    versus = against(same, small_city.history(), MONTH, material(), learnt(), seed=1)

    assert {(gap.value, gap.low, gap.high) for gap in versus.duel.gaps.values()} == {(0.0, 0.0, 0.0)}
    assert versus.duel.ours == versus.duel.theirs


def test_the_same_recipe_in_another_order_of_settings_is_refitted_to_the_same_model():
    # Only the settings differ in a way that changes nothing: the way through the refit has to give the trial itself.
    own = released(
        indicators=OURS,
        parameters=parameters(replace(FEW, monotone={"no_such": 1})),
        booster=learnt().booster,
    )

    versus = against(own, small_city.history(), MONTH, material(), learnt(), seed=1)

    assert versus.duel.gaps["6/all/auc"].value == 0.0


def test_a_champion_older_than_the_test_is_tested_as_it_is():
    first = material().split.test_from
    seen = outcomes_of(material(SOME))[6]
    risk = risks(boosted(SOME), PLAIN, seen.values)[1][:, SIX]

    old, newer = (
        meet(as_of=str(from_ordinal(first + late)), indicators=SOME, booster=boosted(SOME)) for late in (0, 1)
    )

    assert (old.way, newer.way) == ("release", "recipe")
    assert old.duel.theirs["6/all/auc"].value == pytest.approx(roc_auc_score(seen.happened, risk))


def test_a_champion_whose_months_close_at_another_time_is_never_taken_as_it_is():
    lags = {**small_city.dataset().lags, "sales": 2}

    first = str(from_ordinal(material().split.test_from))
    versus = meet(as_of=first, lags=lags, indicators=SOME, booster=boosted(SOME))

    assert versus.way == "recipe"


def test_both_are_tested_on_the_months_that_the_record_tells():
    versus, split = met(), material().split

    first, last = versus.facts()["months"]["6"]
    assert first == str(from_ordinal(split.test_from))
    assert last == str(from_ordinal(material().events.mature - 6))


def test_what_we_lack_is_laid_out_as_if_we_had_asked_for_it_at_once():
    few = replace(material(), rows=material().rows.where(np.arange(len(material().rows.shop)) % 3 == 0))

    wide = widened(small_city.history(), few, named(THEIRS))

    whole = material(EVERY)
    np.testing.assert_array_equal(
        wide.rows.values, whole.rows.values[np.arange(len(whole.rows.shop)) % 3 == 0]
    )
    np.testing.assert_array_equal(wide.taken[-1].values, whole.taken[-1].values)
    assert wide.names == whole.names


def test_nothing_is_laid_out_again_where_nothing_is_lacking():
    assert widened(small_city.history(), material(), named(("months_since_sales",))) is material()


def test_a_forecast_of_noise_is_told_from_ours_beyond_its_interval():
    seen = learnt().seen
    names = material().names
    noise = fit(
        replace(material().rows, happened=np.random.default_rng(1).permutation(material().rows.happened)),
        names,
        FEW,
        seed=1,
    )

    found: Duel = duel(
        Side(names=names, booster=learnt().trial, calibration=PLAIN),
        Side(names=names, booster=noise, calibration=PLAIN),
        seen,
        names,
        seed=1,
    )

    assert found.gaps["6/all/auc"].low > 0


def test_each_side_finds_its_own_columns():
    values = material().rows.values[:50]
    side = Side(names=OURS, booster=learnt().trial, calibration=PLAIN)

    turned = side.risk(values[:, ::-1], OURS[::-1])

    np.testing.assert_array_equal(turned, risks(learnt().trial, PLAIN, values)[1])


def test_the_settings_of_a_release_are_read_back():
    assert settings_of(released().parameters) == OTHER


def test_a_release_of_protocol_1_had_no_directions_and_no_dropout():
    told = {
        "objective": "binary", "num_leaves": 31, "learning_rate": 0.05, "min_data_in_leaf": 100, "feature_fraction": 0.5,
        "bagging_fraction": 0.6, "bagging_freq": 1, "lambda_l2": 3.0, "max_bin": 127, "trees": 250, "label_digest": "x",
    }  # fmt: skip

    assert settings_of(told) == Settings(
        trees=250,
        leaves=31,
        learning_rate=0.05,
        rows_in_leaf=100,
        features=0.5,
        bagging=0.6,
        l2=3.0,
        dropout=0.0,
    )


def test_the_index_is_that_of_the_released_models_on_the_newest_month():
    # The same booster on another level: every risk moves, the order does not.
    higher = Calibration(kind="none", curves=(Straight(),) * 3, level=(2.0,) * 3, n=(0,) * 3, venn=())
    calm = released(indicators=OURS, booster=learnt().booster, calibration=learnt().calibration)

    same = against(calm, small_city.history(), MONTH, material(), learnt(), seed=1)
    moved = against(
        replace(calm, calibration=higher), small_city.history(), MONTH, material(), learnt(), seed=1
    )

    assert same.score_psi.value == pytest.approx(0.0, abs=1e-12)
    assert moved.score_psi.low > 0.25
    assert moved.duel.gaps == same.duel.gaps


def test_the_index_is_the_sum_over_tenths():
    before, after = np.arange(1000.0), np.concatenate([np.arange(100.0), np.arange(400.0, 1000.0)])
    e, a = np.full(10, 0.1), np.array([100, 0, 0, 0, 100, 100, 100, 100, 100, 100.0])
    e, a = (1000 * e + 0.5) / 1005, (a + 0.5) / 705

    assert score_shift(before, after).psi.value == pytest.approx(((a - e) * np.log(a / e)).sum())


def test_the_critical_value_falls_as_shops_are_more():
    few, many = (score_shift(np.arange(n) * 1.0, np.arange(n) * 1.0).critical for n in (100, 10_000))

    assert few == pytest.approx(chi2.ppf(0.95, 9) * 2 / 100)
    assert few == pytest.approx(100 * many)


def test_chance_alone_exceeds_the_critical_value_in_one_case_out_of_twenty():
    rng = np.random.default_rng(1)
    beyond = []
    for _ in range(250):
        found = score_shift(rng.normal(size=300), rng.normal(size=200))
        beyond.append(found.psi.value > found.critical)
        # Beyond the stricter 97.5 %, and only there, the interval leaves nothing out.
        assert (found.psi.low > 0) == (
            found.psi.value > found.critical * chi2.ppf(0.975, 9) / chi2.ppf(0.95, 9)
        )

    assert 0.02 < np.mean(beyond) < 0.1


def test_scores_that_are_all_alike_have_not_moved():
    found = score_shift(np.zeros(50), np.zeros(50)).psi

    assert (found.value, found.low) == (0.0, 0.0)


def test_without_shops_there_is_no_index():
    assert np.isnan(score_shift(np.empty(0), np.empty(0)).psi.value)
