"""Directions that a model is held to: the declared ones, as far as later months do not pay for them."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sbwarn.indicators.build import catalogue, named
from sbwarn.messages import speaking
from sbwarn.training.fit import Settings, fit
from sbwarn.training.monotone import HALVINGS, Attempt, Held, affordable
from sbwarn.training.rows import HazardRows
from sbwarn.training.trial import Fold

# Riskier when low, when high, when high, and not declared.
FACTS = named(("sales_yoy", "sales_cv_12m", "rent_against_peers", "ticket_size_change"))
NAMES = [fact.name for fact in FACTS]
FEW = Settings(trees=25, leaves=7, learning_rate=0.1, rows_in_leaf=50)
AGREES = np.array([-1.0, 0.6, 0.6, 1.0])
DISAGREES = np.array([-1.0, -1.5, 0.6, 1.0])


def made_up(push, *, seed, month, count=3000) -> HazardRows:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, len(push)))
    odds = values @ push - 2
    return HazardRows(
        values=values,
        interval=rng.integers(0, 2, count),
        happened=(rng.random(count) < 1 / (1 + np.exp(-odds))).astype(float),
        month=np.full(count, month),
        shop=np.arange(count) % (count // 3),
        lags=np.zeros((count, 13)),
        helped=np.zeros(count, dtype=bool),
        weight=np.ones(count),
    )


def folds(push) -> list[Fold]:
    return [
        Fold(
            origin=month,
            earlier=made_up(push, seed=month, month=0),
            later=made_up(push, seed=month + 50, month=month),
        )
        for month in (1, 2)
    ]


@cache
def disagreeing() -> Held:
    return affordable(folds(DISAGREES), FACTS, FEW, seed=1)


def test_directions_that_the_data_agree_with_are_all_held_at_the_first_attempt():
    found = affordable(folds(AGREES), FACTS, FEW, seed=1)

    assert found.monotone == {"sales_yoy": -1, "sales_cv_12m": 1, "rent_against_peers": 1}
    assert [each.held for each in found.tried] == [3]
    assert found.declared == 3


@pytest.fixture
def every_direction_a_candidate(monkeypatch):
    monkeypatch.setattr("sbwarn.training.monotone.MOST_AGAINST", 1.0)


def test_a_direction_that_the_free_models_do_not_follow_is_no_candidate():
    found = disagreeing()

    assert found.monotone == {"sales_yoy": -1, "rent_against_peers": 1}
    assert found.declared == 3
    assert [each.held for each in found.tried] == [2]
    assert found.cost.value < 0.002


@pytest.mark.usefixtures("every_direction_a_candidate")
def test_a_direction_that_later_months_pay_for_is_not_held_and_the_others_are():
    found = affordable(folds(DISAGREES), FACTS, FEW, seed=1)

    assert found.monotone == {"sales_yoy": -1, "rent_against_peers": 1}
    assert found.tried[0].held == 3
    assert found.tried[0].auc > 0.02
    assert found.cost.value < 0.002


def test_a_model_that_is_held_never_goes_against_the_direction_and_the_free_one_did():
    rng = np.random.default_rng(3)
    rows = folds(DISAGREES)[0].earlier
    before = np.column_stack([rng.normal(size=(2000, 4)), rng.integers(0, 3, 2000)])
    after = before.copy()
    after[:, 0] -= rng.exponential(size=2000)
    settings = replace(FEW, monotone=disagreeing().monotone)

    rises = {}
    for name, chosen in {"free": FEW, "held": settings}.items():
        booster = fit(rows, NAMES, chosen, seed=1)
        rises[name] = booster.predict(after, raw_score=True) - booster.predict(before, raw_score=True)

    assert rises["held"].min() >= 0
    assert rises["free"].min() < 0


def test_what_has_no_direction_or_is_not_known_to_anyone_is_free():
    unknown = folds(AGREES)
    for fold in unknown:
        fold.earlier.values[:, 1] = np.nan
        fold.later.values[:, 1] = np.nan

    found = affordable(unknown, FACTS, FEW, seed=1)

    assert set(found.monotone) == {"sales_yoy", "rent_against_peers"}
    assert found.declared == 2


@pytest.mark.usefixtures("every_direction_a_candidate")
def test_the_cost_is_the_auc_of_the_free_model_less_that_of_the_held_one():
    parts = folds(DISAGREES)

    # The first attempt is the whole set.
    found = affordable(parts, FACTS, FEW, seed=1).tried[0]

    held = replace(FEW, monotone={"sales_yoy": -1, "sales_cv_12m": 1, "rent_against_peers": 1})
    right, pairs = {"free": 0.0, "held": 0.0}, 0.0
    for fold in parts:
        table = np.column_stack([fold.later.values, fold.later.interval])
        for number in (0, 1):
            mine = fold.later.interval == number
            came = fold.later.happened[mine]
            weight = came.sum() * (1 - came).sum()
            pairs += weight
            for name, settings in {"free": FEW, "held": held}.items():
                risk = fit(fold.earlier, NAMES, settings, seed=1).predict(table)[mine]
                right[name] += weight * roc_auc_score(came, risk)
    assert found.auc == pytest.approx((right["free"] - right["held"]) / pairs)


def test_the_cost_lies_within_its_interval_and_is_told_with_its_rows():
    cost = disagreeing().cost

    assert cost.low <= cost.value <= cost.high
    assert cost.low < cost.high
    assert (cost.n, cost.events) == (6000, sum(int(fold.later.happened.sum()) for fold in folds(DISAGREES)))


def test_without_a_declared_direction_nothing_is_held_and_nothing_is_lost():
    undeclared = [fact for fact in catalogue() if fact.riskier is None][:4]

    found = affordable(folds(AGREES), undeclared, FEW, seed=1)

    assert (found.monotone, found.declared, found.tried) == ({}, 0, ())
    assert (found.cost.value, found.cost.low, found.cost.high) == (0.0, 0.0, 0.0)


def test_later_months_without_a_crisis_cannot_afford_anything():
    calm = folds(AGREES)
    for fold in calm:
        fold.later.happened[:] = 0.0

    found = affordable(calm, FACTS, FEW, seed=1)

    assert found.monotone == {}
    assert np.isnan(found.cost.value)


@pytest.mark.parametrize(
    ("auc", "log_loss", "wanted"),
    [
        (0.0019, 0.0, True),
        (0.002, 0.0, False),
        (-0.01, 0.003, True),
        (-0.01, 0.0031, False),
        (float("nan"), 0.0, False),
    ],
)
def test_a_set_is_affordable_only_if_neither_auc_nor_log_loss_pays(auc, log_loss, wanted):
    assert Attempt(held=1, auc=auc, log_loss=log_loss, error=0.001).affordable is wanted


def test_a_loss_that_few_shops_cannot_tell_from_chance_is_no_reason():
    assert Attempt(held=1, auc=0.0, log_loss=0.009, error=0.01).affordable


@pytest.mark.usefixtures("every_direction_a_candidate")
def test_it_takes_six_fits_a_fold_at_most(monkeypatch):
    fits = []

    def counted(*arguments, **named):
        fits.append(1)
        return fit(*arguments, **named)

    monkeypatch.setattr("sbwarn.training.monotone.fit", counted)
    monkeypatch.setattr(Attempt, "affordable", property(lambda each: each.held < 20))
    many = [fact for fact in catalogue() if fact.riskier][:40]

    found = affordable(folds(np.zeros(40))[:1], many, Settings(trees=2), seed=1)

    assert len(fits) == 2 + HALVINGS
    assert [each.held for each in found.tried] == [40, 20, 10, 15, 17]
    assert len(found.monotone) == 17


def test_the_same_seed_gives_the_same_set_and_the_same_interval():
    assert affordable(folds(DISAGREES), FACTS, FEW, seed=1) == disagreeing()


def test_each_attempt_is_told():
    told = []

    with speaking("en"):
        found = affordable(folds(AGREES), FACTS, FEW, seed=1, progress=told.append)

    assert told == [f"constraints: 3 of 3 tried, AUC cost {found.tried[0].auc:.4f}"]


def test_the_facts_are_plain_json():
    facts = json.loads(json.dumps(disagreeing().facts(), allow_nan=False))

    assert facts["held"] == {"sales_yoy": -1, "rent_against_peers": 1}
    assert facts["tried"][0]["held"] == 2
    assert facts["cost"]["n"] == 6000
