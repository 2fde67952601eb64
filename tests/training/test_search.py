"""The search: what it may try, that it goes on as if it had not stopped, and that the default stays unless beaten."""

import json
import logging
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import optuna
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit
from sklearn.metrics import log_loss as sklearn_loss

from sbwarn.errors import InputError, SettingError, StoreError
from sbwarn.messages import speaking
from sbwarn.training.fit import Settings, fit
from sbwarn.training.rows import HazardRows
from sbwarn.training.search import KEPT, Declared, Found, Tried, declared, sampled, search, suggest
from sbwarn.training.trial import Fold

NAMES = tuple("abcd")
FEW = Settings(trees=10, rows_in_leaf=50)
PLAN = Declared(
    trials=6,
    sample=2500,
    at_random=3,
    confirmed_by=1,
    space={
        "trees": (0.5, 1.0, 3.0),
        "leaves": (7, 15, 31),
        "learning_rate": (0.03, 0.1, 0.3),
        "l2": (1.0, 10.0),
    },
)


def made_up(count, *, seed, month, signal=2.0) -> HazardRows:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, 4))
    odds = signal * np.abs(values[:, 0]) + values[:, 1] - 2.5
    return HazardRows(
        values=values,
        interval=rng.integers(0, 3, count),
        happened=(rng.random(count) < 1 / (1 + np.exp(-odds))).astype(float),
        month=np.full(count, month),
        shop=np.array([f"s{n}" for n in np.arange(count) % (count // 3)]),
        lags=np.zeros((count, 13)),
        helped=np.zeros(count, dtype=bool),
        weight=np.ones(count),
    )


def folds(signal=2.0) -> list[Fold]:
    return [
        Fold(
            origin=month,
            earlier=made_up(2700 + 300 * month, seed=month, month=0, signal=signal),
            later=made_up(900, seed=90 + month, month=month, signal=signal),
        )
        for month in (1, 2)
    ]


def run(**changes) -> Found:
    return search(folds(), NAMES, **{"seed": 1, "start": FEW, "plan": PLAN, **changes})


def test_settings_that_forecast_later_months_better_are_found():
    found = run()

    assert found.better
    assert found.log_loss == min(each.log_loss for each in found.trials) < found.default_log_loss
    assert found.gain.low > 0
    assert found.settings in [each.settings for each in found.trials]
    assert len(found.trials) == PLAN.trials


def test_the_first_trial_is_the_default():
    found = run(trials=1)

    assert found.trials[0].settings == FEW
    assert (found.settings, found.better) == (FEW, False)
    assert (found.gain.value, found.log_loss) == (0.0, found.default_log_loss)


def test_the_loss_is_the_mean_over_folds_of_what_a_fit_gives_to_their_later_rows():
    plan = replace(PLAN, sample=99_999)

    found = run(trials=1, plan=plan)

    plain, shape = [], []
    for each in folds():
        booster = fit(each.earlier, NAMES, FEW, seed=1)
        risk = booster.predict(np.column_stack([each.later.values, each.later.interval]))
        plain.append(sklearn_loss(each.later.happened, risk))
        lost = 0.0
        for number in range(3):
            mine = each.later.interval == number
            odds, came = np.log(risk / (1 - risk))[mine], each.later.happened[mine]
            best = minimize_scalar(
                lambda level, odds=odds, came=came: sklearn_loss(came, expit(odds + level))
            )
            lost += best.fun * mine.mean()
        shape.append(lost)
    assert found.trials[0].as_forecast == pytest.approx(np.mean(plain))
    assert found.log_loss == pytest.approx(np.mean(shape))
    assert found.trials[0].by_fold == pytest.approx(shape)
    assert found.rows == (3000, 3300)


def test_a_quarter_that_went_better_than_forecast_does_not_choose_the_settings():
    # The same shops in the same order of risk, but only a third of the crises came.
    def fewer(rows):
        lucky = np.random.default_rng(1).random(len(rows.happened)) < 2 / 3
        return replace(rows, happened=np.where(lucky, 0.0, rows.happened))

    calm = [replace(each, later=fewer(each.later)) for each in folds()]
    plan = replace(PLAN, space={"learning_rate": (0.001, 0.03, 0.1, 0.3)}, trials=8)

    found = search(calm, NAMES, seed=1, start=FEW, plan=plan)

    assert found.settings.learning_rate > 0.03
    cautious = min(found.trials, key=lambda each: each.as_forecast)
    assert cautious.settings != found.settings


def test_a_fold_counts_as_much_as_another_that_has_more_rows():
    one, other = folds()
    few = replace(other, later=other.later.where(np.arange(900) < 90))

    found = search([one, few], NAMES, seed=1, start=FEW, plan=PLAN, trials=2)

    assert found.trials[1].gain == pytest.approx(found.trials[0].log_loss - found.trials[1].log_loss)
    assert found.gain.n == 990


def noise() -> list[Fold]:
    """Nothing can be learnt: whatever a trial gains is chance."""
    rng = np.random.default_rng(0)
    return [
        replace(each, earlier=replace(each.earlier, values=rng.normal(size=each.earlier.values.shape)))
        for each in folds()
    ]


def test_a_gain_that_other_seeds_do_not_confirm_leaves_the_default():
    plan = replace(PLAN, space={"bagging": (0.5, 0.7, 0.9), "features": (0.3, 0.4, 0.5)})

    found = search(noise(), NAMES, seed=13, start=FEW, plan=plan)

    best = min(found.trials, key=lambda each: each.log_loss)
    assert best.gain > best.error
    assert (found.settings, found.better) == (FEW, False)
    assert found.log_loss == found.default_log_loss
    assert found.gain.value < best.gain


def test_the_same_seed_gives_the_same_search_and_another_another():
    assert run() == run()
    assert run().trials[1:] != run(seed=2).trials[1:]


@pytest.mark.parametrize("stop", [1, 3, 5])
def test_a_search_that_stopped_goes_on_as_if_it_had_not(tmp_path, stop):
    run(study=tmp_path, trials=stop)

    resumed = run(study=tmp_path)

    assert resumed == run()


def test_a_search_that_is_done_is_read_and_not_run_again(tmp_path, monkeypatch):
    done = run(study=tmp_path)
    monkeypatch.setattr("sbwarn.training.search.fit", None)

    assert run(study=tmp_path) == done
    assert run(study=tmp_path, trials=2).trials == done.trials[:2]


def test_a_killed_search_keeps_every_trial_that_was_told_and_goes_on(tmp_path):
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from tests.training import test_search
        test_search.run(study=Path(sys.argv[1]), progress=lambda word: print(word, flush=True))
    """)
    # In one process a test could only pretend to be killed.
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as process:
        told = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGKILL)
    assert "2 of 6" in told[1]

    kept = json.loads((tmp_path / KEPT).read_text())["trials"]
    assert 2 <= len(kept) < PLAN.trials
    assert run(study=tmp_path) == run()


def test_settings_that_were_tried_before_are_not_fitted_again(monkeypatch):
    plan = replace(PLAN, space={"leaves": (7, 15)}, trials=8)
    fits = []

    def counted(*arguments, **named):
        fits.append(1)
        return fit(*arguments, **named)

    monkeypatch.setattr("sbwarn.training.search.fit", counted)

    found = run(plan=plan)

    assert len(found.trials) == 8
    assert len(fits) == 2 * 2


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"start": replace(FEW, l2=11.0)},
        {"plan": replace(PLAN, at_random=2)},
        {"names": tuple("abce")},
        {"folds": "other"},
    ],
)
def test_a_search_over_something_else_is_refused_and_left_alone(tmp_path, change):
    run(study=tmp_path, trials=1)
    before = (tmp_path / KEPT).read_bytes()
    other = folds()
    if change.pop("folds", None):
        other[1].later.values[0, 0] += 1e-9

    with pytest.raises(StoreError, match="other data, settings, seed or software; name another folder"):
        search(
            other,
            change.pop("names", NAMES),
            **{"seed": 1, "start": FEW, "plan": PLAN, "study": tmp_path, **change},
        )
    assert (tmp_path / KEPT).read_bytes() == before


@pytest.mark.parametrize(
    "damage", ["", "{}", '{"digest": "x", "trials": [{"settings": {"leafs": 3}}]}', "[1]"]
)
def test_a_damaged_study_is_refused_by_name(tmp_path, damage):
    (tmp_path / KEPT).write_text(damage)

    with pytest.raises(StoreError, match=f"{KEPT} cannot be read as a search"):
        run(study=tmp_path)


def test_what_is_kept_names_no_shop(tmp_path):
    run(study=tmp_path, trials=2)

    text = (tmp_path / KEPT).read_text()
    assert not any(f'"s{number}"' in text for number in range(900))
    assert [path.name for path in tmp_path.iterdir()] == [KEPT]
    assert (tmp_path / KEPT).stat().st_mode & 0o077 == 0


def test_each_trial_is_told_with_the_best_so_far():
    told = []

    with speaking("en"):
        found = run(trials=3, progress=told.append)

    best = np.minimum.accumulate([each.log_loss for each in found.trials])
    assert told == [f"search {n} of 3, best log-loss {loss:.5f}" for n, loss in enumerate(best, start=1)]


@pytest.mark.parametrize("trials", [0, -1])
def test_no_trials_are_refused(trials):
    with pytest.raises(SettingError, match="trials must be a whole number >= 1"):
        run(trials=trials)


def test_folds_without_later_rows_are_refused():
    nothing = [replace(each, later=each.later.where(np.zeros(900, dtype=bool))) for each in folds()]

    with pytest.raises(InputError, match="no fold has later rows"):
        search(nothing, NAMES, seed=1, start=FEW, plan=PLAN)


def test_what_is_tried_is_declared():
    plan = declared()

    for seed in range(30):
        found = suggest([], Settings(), plan, seed=seed)
        for name, values in plan.space.items():
            allowed = [round(300 * value) for value in values] if name == "trees" else values
            assert getattr(found, name) in allowed


def test_the_default_stands_in_the_declared_space():
    values = {name: getattr(Settings(), name) for name in declared().space}

    assert all(value in declared().space[name] for name, value in values.items() if name != "trees")
    assert 1.0 in declared().space["trees"]


def test_the_sampler_learns_from_what_it_saw():
    # Few leaves were good in every trial: most of what comes next has few.
    plan = replace(PLAN, space={"leaves": tuple(range(2, 34))})
    tried = [
        Tried(
            settings=replace(FEW, leaves=leaves),
            log_loss=float(leaves),
            as_forecast=0.0,
            by_fold=(),
            gain=0.0,
            error=0.0,
        )
        for leaves in range(2, 34, 2)
    ]

    next_ones = [suggest(tried, FEW, plan, seed=seed).leaves for seed in range(40)]

    assert np.median(next_ones) < 10


def test_settings_outside_the_space_are_no_hindrance():
    plan = replace(PLAN, space={"leaves": (7, 31)})

    found = run(plan=plan, trials=3)

    assert found.trials[0].settings.leaves == 15
    assert {each.settings.leaves for each in found.trials[1:]} <= {7, 31}


def test_a_sample_is_whole_shops_the_same_in_any_order_and_in_every_fold():
    rows = made_up(3000, seed=1, month=0)
    order = np.random.default_rng(1).permutation(3000)

    kept = sampled(rows, 1000, seed=1)
    mixed = sampled(rows.where(order), 1000, seed=1)
    part = sampled(rows.where(rows.interval < 2), 700, seed=1)

    assert 900 < len(kept.shop) <= 1000
    assert set(kept.shop) == set(mixed.shop)
    assert np.isin(rows.shop, kept.shop).sum() == len(kept.shop)
    both = np.intersect1d(rows.shop[rows.interval < 2], rows.shop)
    smaller, larger = sorted((set(part.shop) & set(both), set(kept.shop) & set(both)), key=len)
    assert smaller <= larger
    assert set(sampled(rows, 1000, seed=2).shop) != set(kept.shop)


def test_few_rows_are_all_kept():
    rows = made_up(300, seed=1, month=0)

    assert sampled(rows, 300, seed=1) is rows


def test_the_facts_are_plain_json():
    found = run(trials=2)

    facts = json.loads(json.dumps(found.facts(), allow_nan=False))
    assert facts["settings"]["leaves"] == found.settings.leaves
    assert len(facts["trials"]) == 2
    assert facts["gain"]["n"] == 1800


def test_the_library_is_silent_and_left_as_loud_as_it_was(monkeypatch):
    heard, before = [], optuna.logging.get_verbosity()
    listener = logging.Handler()
    monkeypatch.setattr(listener, "emit", heard.append)
    monkeypatch.setattr(logging.getLogger("optuna"), "handlers", [listener])

    run(trials=2)

    assert heard == []
    assert optuna.logging.get_verbosity() == before
