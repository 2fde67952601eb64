"""A whole training on a small simulated city."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sbwarn.errors import InputError, SettingError
from sbwarn.figures.evaluate import figures
from sbwarn.indicators.selection import default_set
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import log_odds, risks
from sbwarn.releases.save import save_release
from sbwarn.simulate.city import simulate_city
from sbwarn.tables.dataset import write_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month, from_ordinal, month_range
from sbwarn.training.fit import Settings, fit
from sbwarn.training.judge import evaluate
from sbwarn.training.retrain import retrain
from sbwarn.training.rows import hazard_rows, outcomes, snapshots
from sbwarn.training.split import split
from tests import small_city

MEASURES = {"auc", "average_precision", "capture_5", "capture_10"}
PROBABILITY = {
    "brier", "brier_skill", "log_loss",
    "calibration_slope", "calibration_intercept", "calibration_error",
}  # fmt: skip


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def saved(training, models: Path) -> dict[str, bytes]:
    return files(models / save_release(training.release, training.golden, models).id)


@pytest.fixture(scope="module")
def original() -> dict[str, bytes]:
    return files(small_city.release_folder())


def test_every_figure_has_its_rows_crises_and_interval():
    metrics = {horizon: dict(each) for horizon, each in small_city.training().release.metrics.items()}

    assert list(metrics) == ["3", "6"]
    for populations in metrics.values():
        assert list(populations) == ["all", "trading", "unhelped"]
        assert list(populations.pop("unhelped")) == ["ours"]
        for forecasts in populations.values():
            assert list(forecasts) == ["ours", "lags", "scorecard", "momentum"]
            for model in ("ours", "lags", "scorecard"):
                assert set(forecasts[model]) == MEASURES | PROBABILITY
            assert set(forecasts["momentum"]) == MEASURES
            for measure, figure in forecasts["ours"].items():
                assert figure.n > figure.events > 0, measure
                assert figure.low <= figure.value <= figure.high, measure


def test_all_forecasts_are_judged_on_the_same_rows():
    for populations in small_city.training().release.metrics.values():
        for forecasts in populations.values():
            assert len({(each["auc"].n, each["auc"].events) for each in forecasts.values()}) == 1


def test_the_release_tells_what_it_is_and_where_it_comes_from():
    release = small_city.training().release

    assert (release.dataset, release.as_of, release.label) == ("city", small_city.TRAINED, "closed v1")
    assert release.demonstration
    assert sum(release.weights) == pytest.approx(1.0)
    assert set(release.data) >= {"sales", "rent", "footfall_weekday"}
    assert release.parameters["trees"] == small_city.TREES
    assert [level.level for level in release.levels] == ["normal", "watch", "caution", "alert", "severe"]
    assert list(release.reference) == sorted(release.reference)


def test_classes_hold_the_tested_shops_and_begin_higher_and_higher():
    training = small_city.training()
    levels = training.release.levels

    assert sum(level.n for level in levels) == len(training.outcomes["6"])
    assert levels[0].lower == 0.0
    assert [level.lower for level in levels] == sorted(level.lower for level in levels)
    for level in levels:
        assert level.low <= level.observed_rate <= level.high


def test_the_chart_tables_hold_only_months_of_the_test():
    training = small_city.training()

    begin = str(from_ordinal(training.split.test_from))
    assert training.outcomes["3"]["as_of"].min() == begin
    assert training.outcomes["6"]["as_of"].min() == begin
    assert len(training.outcomes["12"]) == 0


def test_nothing_that_was_public_later_changes_a_release(original, tmp_path):
    history = History(small_city.known_by("2026-03-31"))

    later = len(small_city.dataset().tables["sales"]) - len(history.dataset.tables["sales"])
    assert later > 500
    training = retrain(
        history, small_city.TRAINED, seed=1, settings=Settings(trees=small_city.TREES), trials=0
    )
    assert saved(training, tmp_path) == original


def test_another_process_with_several_threads_writes_the_same_bytes(original, tmp_path):
    write_dataset(small_city.dataset(), tmp_path / "city")
    script = f"""
from pathlib import Path
from sbwarn.releases.save import save_release
from sbwarn.tables.dataset import read_dataset
from sbwarn.tables.history import History
from sbwarn.training.fit import Settings
from sbwarn.training.retrain import retrain
training = retrain(History(read_dataset("city")), {small_city.TRAINED!r}, seed=1, settings=Settings(trees={small_city.TREES}), trials=0)
save_release(training.release, training.golden, Path("models"))
"""
    surroundings = {
        **os.environ,
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
        "PYTHONPATH": str(Path.cwd()),
    }

    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=surroundings, check=True, timeout=120)

    (folder,) = (tmp_path / "models").glob("city-*")
    assert files(folder) == original


@pytest.fixture(scope="module")
def otherwise():
    """The same city, taught otherwise."""
    return retrain(
        small_city.history(),
        small_city.TRAINED,
        label="silent_3",
        seed=2,
        settings=Settings(trees=2),
        trials=0,
    )


def test_another_seed_gives_another_release(original, otherwise, tmp_path):
    same_label = replace(small_city.training().release, booster=otherwise.release.booster)

    release = save_release(same_label, otherwise.golden, tmp_path)

    assert release.id != small_city.release().id
    assert otherwise.release.seed == 2
    assert files(tmp_path / release.id)["booster.txt"] != original["booster.txt"]


def test_a_label_can_be_chosen(otherwise):
    assert otherwise.release.label == "silent_3 v1"
    assert otherwise.rule.name == "silent_3"
    assert otherwise.release.parameters["label_digest"] != small_city.release().parameters["label_digest"]


def test_a_history_that_is_too_short_is_refused():
    with pytest.raises(InputError, match="a training needs about 17 months"):
        retrain(small_city.history(), "2025-03")


def test_a_label_that_nobody_registered_is_refused_before_any_work():
    with pytest.raises(SettingError, match="'bankrupt' is not registered"):
        retrain(small_city.history(), "2026-06", label="bankrupt")


def test_a_finished_release_is_judged_on_later_months_that_are_mature():
    metrics = evaluate(
        small_city.history(), small_city.release(), month_range("2026-04", "2026-06"), known_as_of="2026-09"
    ).metrics

    # Closings are mature two months later: of three months only the first has its three months over by 2026-07.
    assert list(metrics) == ["3"]
    trading = small_city.history().as_known("2026-04").shops.ids
    assert 0 < metrics["3"]["all"]["ours"]["auc"].n < len(trading)


def test_a_release_is_not_judged_on_a_month_that_it_has_seen():
    with pytest.raises(SettingError, match="trained as of 2026-03; test it on later months"):
        evaluate(
            small_city.history(),
            small_city.release(),
            month_range("2026-03", "2026-04"),
            known_as_of="2026-09",
        )


def test_a_release_with_fewer_indicators_than_the_catalogue_is_judged_on_its_own_columns():
    whole, history = small_city.release(), small_city.history()
    some = whole.indicators[5:17][::-1]
    columns = [whole.indicators.index(name) for name in some]
    events = find_events(label_rule("closed"), history, as_month("2026-09"))
    rows = hazard_rows(snapshots(history, month_range("2025-06", "2025-07"), default_set()), events)
    booster = fit(replace(rows, values=rows.values[:, columns]), some, Settings(trees=5), seed=1)
    narrow = replace(whole, indicators=some, booster=booster, calibration=PLAIN)

    metrics = evaluate(history, narrow, month_range("2026-04", "2026-04"), known_as_of="2026-09").metrics

    outcome = outcomes(snapshots(history, month_range("2026-04", "2026-04"), default_set()), events, 3)
    risk = risks(booster, PLAIN, outcome.values[:, columns])[1][:, 0]
    assert metrics["3"]["all"]["ours"]["auc"].value == pytest.approx(roc_auc_score(outcome.happened, risk))


@cache
def larger_city():
    """Rows of a city that is large enough for a stable figure."""
    city = simulate_city(shops=500, months=32, last="2026-09", seed=5)
    history = History(small_city.checked(dict(city.tables)))
    events = find_events(label_rule("closed"), history, as_month("2026-09"))
    chosen = split(history.first_month.ordinal, events.mature)
    months = [from_ordinal(each) for each in chosen.months[::3]]
    taken = snapshots(history, months, default_set())
    tested = [snapshot for snapshot in taken if snapshot.month >= chosen.test_from]
    return hazard_rows(taken, events), outcomes(tested, events, 6), chosen


def test_the_model_finds_the_sliding_shops_of_a_simulated_city():
    rows, outcome, chosen = larger_city()
    names = [str(column) for column in range(rows.values.shape[1])]

    booster = fit(rows.where(rows.ends <= chosen.test_from), names, Settings(trees=40), seed=1)

    risk = risks(booster, PLAIN, outcome.values)[1][:, 1]
    found = figures(risk, outcome.happened, outcome.shop, seed=1)["auc"]
    assert 0.70 < found.value < 0.92
    assert found.high - found.low < 0.15


def test_outcomes_that_were_shuffled_cannot_be_foreseen():
    rows, _, chosen = larger_city()
    names = [str(column) for column in range(rows.values.shape[1])]
    rng = np.random.default_rng(1)
    dealt = rows.happened.copy()
    for number in range(3):
        mine = np.flatnonzero(rows.interval == number)
        dealt[mine] = rng.permutation(dealt[mine])
    shuffled = replace(rows, happened=dealt)

    booster = fit(shuffled.where(rows.ends <= chosen.test_from), names, Settings(trees=40), seed=1)

    later = shuffled.where((rows.month >= chosen.test_from) & (rows.interval == 0))
    risk = log_odds(booster, later.values)[:, 0]
    auc = figures(risk, later.happened, later.shop, seed=1, is_probability=False, draws=2)["auc"]
    events, others = auc.events, auc.n - auc.events
    # Variance of the Mann-Whitney statistic where nothing is to be found.
    error = np.sqrt((auc.n + 1) / (12 * events * others))
    assert abs(auc.value - 0.5) < 3 * error
    assert error < 0.05
