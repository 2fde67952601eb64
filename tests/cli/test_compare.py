"""The command `compare`: whose class changes and why, and which months can be fair to both."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.special import logit

from sbwarn.cli.compare import compare_command
from sbwarn.engines.compare import CHANGE_COLUMNS, Changes, _Parts, _parts, _told, class_changes, compare
from sbwarn.engines.local import score_month
from sbwarn.errors import SbwarnError, SettingError
from sbwarn.indicators.build import named
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.messages import say
from sbwarn.releases.load import load_release
from sbwarn.releases.predict import risks
from sbwarn.releases.record import Release
from sbwarn.releases.save import publish, save_release
from sbwarn.scoring.record import LEVELS
from sbwarn.tables.dataset import write_dataset
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.training.candidate import Evidence
from sbwarn.training.candidate import candidate as make
from sbwarn.training.fit import Settings
from sbwarn.training.learn import learn
from sbwarn.training.material import gather
from sbwarn.training.rows import Snapshot, snapshots
from sbwarn.training.split import split
from tests import small_city

OLD = ("sales_yoy_3m", "months_since_sales")
NEW = ("sales_yoy_3m", "months_since_sales", "sales_mom")


@cache
def laid_out() -> list[Snapshot]:
    """Every indicator of these tests, in every month of the trainings."""
    mature = find_events(label_rule("closed"), small_city.history(), as_month("2026-03")).mature
    months = split(small_city.history().first_month.ordinal, mature).months
    return snapshots(small_city.history(), [from_ordinal(each) for each in months], named(NEW))


@cache
def trained(names, as_of) -> tuple[Release, np.ndarray]:
    """A release that nobody has judged, and its golden rows."""
    history, month = small_city.history(), as_month(as_of)
    taken = [replace(each, values=each.values[:, : len(names)]) for each in laid_out()]
    material = gather(
        history, month, label="closed", wanted=named(names), taken=taken, progress=lambda _: None
    )
    learnt = learn(material, Settings(trees=15), seed=1)
    return make(
        history, month, material, learnt, Evidence(metrics={}, measures={}, gates=(), facts={}), seed=1
    )


def champion() -> Release:
    return replace(trained(OLD, "2026-01")[0], id="older")


def candidate() -> Release:
    return replace(trained(NEW, "2026-03")[0], id="newer")


@cache
def changes() -> Changes:
    return class_changes(small_city.history(), small_city.LAST, candidate(), champion())


@cache
def compared(as_of):
    return compare(small_city.history(), candidate(), champion(), as_of)


def test_the_classes_are_those_of_the_monthly_report():
    before, after = (
        score_month(small_city.history(), small_city.LAST, release, explain=False).scores.set_index("shop_id")
        for release in (champion(), candidate())
    )
    moved = before.index[(before["level"] != after["level"]) & (before["status"] == "scored")]

    table = changes().table.set_index("shop_id")

    assert len(moved) > 5
    assert set(table.index) == set(moved)
    for side, scores in (("before", before), ("after", after)):
        assert table[f"level_{side}"].to_dict() == scores.loc[table.index, "level"].to_dict()
        np.testing.assert_array_equal(
            table[f"risk_6m_{side}"], scores.loc[table.index, "risk_6m"].to_numpy(float)
        )


def test_the_counts_hold_every_scored_shop_once():
    found = changes()

    scored = (
        score_month(small_city.history(), small_city.LAST, champion()).scores["status"] == "scored"
    ).sum()
    assert found.scored == scored
    assert found.migration.sum() - np.trace(found.migration) == len(found.table)
    for before, after in ((0, 1), (1, 0)):
        rows = found.table[
            (found.table["level_before"] == LEVELS[before]) & (found.table["level_after"] == LEVELS[after])
        ]
        assert len(rows) == found.migration[before, after]


def test_the_farthest_moves_come_first_and_then_the_riskiest():
    table = changes().table
    far = (table["level_after"].map(LEVELS.index) - table["level_before"].map(LEVELS.index)).abs()

    keys = list(zip(-far, -table["risk_6m_after"], table["shop_id"], strict=True))

    assert keys == sorted(keys)


def test_a_boundary_that_moved_is_named_as_the_cause_where_no_risk_has_changed():
    levels = tuple(replace(level, lower=level.lower * 0.7) for level in champion().levels)
    lower = replace(champion(), id="lower", levels=levels)

    table = class_changes(small_city.history(), small_city.LAST, lower, champion()).table

    assert len(table)
    assert set(table["indicators"]) == {""}
    for row in table.to_dict("records"):
        gain = logit(row["begins_before"]) - logit(row["begins_after"])
        assert row["why_en"].startswith("The class begins at ")
        assert row["why_en"].endswith(f"before: {gain:+.2f} (log-odds)")
        assert LEVELS.index(row["level_after"]) > LEVELS.index(row["level_before"])
        assert row["begins_after"] == pytest.approx(0.7 * row["begins_before"])


def test_a_model_that_sees_more_risk_everywhere_is_named_as_the_cause():
    calibration = champion().calibration
    higher = replace(calibration, level=tuple(each + 0.5 for each in calibration.level))

    table = class_changes(
        small_city.history(),
        small_city.LAST,
        replace(champion(), id="higher", calibration=higher),
        champion(),
    ).table

    assert len(table)
    assert all(why.startswith("The model as a whole: +0.") for why in table["why_en"])


def test_an_indicator_that_only_one_of_them_has_is_told_as_such():
    told = "\n".join(changes().table["why_en"])

    label = say("indicators.sales_mom.label", into="en")
    assert any(label in line and line.endswith("not at all before (log-odds)") for line in told.splitlines())
    assert all(set(names.split()) <= set(NEW) for names in changes().table["indicators"])


def test_what_the_catalogue_keeps_to_itself_is_never_told():
    facts = named(NEW)
    hushed = (facts[0], replace(facts[1], tells=False), facts[2])
    parts = _Parts(
        values=np.zeros((1, 3)), before=np.zeros((1, 3)), after=np.zeros((1, 3)),
        gain=np.array([[0.3, 0.9, -0.5, 0.01, 0.1]]), begins=np.zeros((2, 1)),
    )  # fmt: skip

    assert _told(parts, 0, facts, direction=1) == [1, 0, 4]
    assert _told(parts, 0, hushed, direction=1) == [0, 4]
    assert _told(parts, 0, hushed, direction=-1) == [2]


def test_the_causes_add_up_to_the_way_across_the_boundary():
    facts = named(NEW)
    values = laid_out()[-1].values
    levels = np.array([np.ones(len(values), dtype=int), np.full(len(values), 2)])

    parts = _parts(values, facts, champion(), candidate(), levels)

    way = np.zeros(len(values))
    for sign, release in ((-1, champion()), (1, candidate())):
        own = values[:, : len(release.indicators)]
        _, risk = risks(release.booster, release.calibration, own)
        way += sign * (logit(risk[:, 1]) - logit(release.levels[2].lower))
    np.testing.assert_allclose(parts.gain.sum(axis=1), way, atol=1e-9)
    assert np.isnan(parts.before[:, 2]).all()
    assert not np.isnan(parts.after).any()
    assert np.abs(parts.gain[:, 2]).max() > 0


def test_both_are_taken_as_they_are_where_months_later_than_both_are_mature():
    found = compared("2026-09")

    assert found.way == "release"
    assert found.duel.months["3"][0] == "2026-04"


def test_on_the_day_of_the_training_the_recipes_meet():
    found = compared("2026-03")

    assert found.way == "recipe"
    assert not found.same_recipe
    assert found.duel.months["6"][1] <= "2025-09"
    assert found.duel.gaps["6/all/auc"].low < found.duel.gaps["6/all/auc"].high


def test_a_release_is_not_compared_with_itself():
    with pytest.raises(SettingError, match="is both the candidate and the champion"):
        compare(small_city.history(), champion(), champion(), small_city.LAST)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    home = tmp_path_factory.mktemp("office")
    write_dataset(small_city.dataset(), home / "city")
    ids = [
        save_release(*part, home / "models").id for part in (trained(OLD, "2026-01"), trained(NEW, "2026-03"))
    ]
    publish(ids[0], home / "models")
    return home, *ids


def run(*words) -> str:
    outcome = CliRunner().invoke(compare_command, [str(word) for word in words], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_the_current_release_is_the_champion_and_the_list_lies_in_a_file(office, tmp_path):
    home, old, new = office

    shown = run(
        home / "city", "--release", new, "--as-of", small_city.LAST, "--models", home / "models",
        "--out", tmp_path / "changes.csv",
    )  # fmt: skip

    table = pd.read_csv(tmp_path / "changes.csv", dtype=str)
    assert f"Champion  {old}" in shown
    assert f"Candidate {new}" in shown
    assert "Indicators that only the candidate has: sales_mom" in shown
    assert "3 months: as of 2026-04 … 2026-0" in shown
    assert tuple(table.columns) == CHANGE_COLUMNS
    moves = sum(
        int(line.split()[0].replace(",", ""))
        for line in shown.splitlines()
        if "→" in line and line.split()[0].isdigit()
    )
    assert moves == len(table) > 0
    listed = [line for line in shown.splitlines() if "within 6 months" in line and "→" in line]
    assert len(listed) == min(10, len(table))
    assert listed[0].split()[0] == table["shop_id"][0]
    figures = [line for line in shown.splitlines() if "difference" in line]
    assert figures
    assert all("n=" in line and "crises=" in line and "synthetic" in line for line in (*figures,))


def test_another_question_is_said_before_the_figures():
    from sbwarn.cli.compare import sides

    other = replace(compared("2026-09"), champion=replace(champion(), label="silent_3 v1"))

    assert not any("different questions" in line for line in sides(compared("2026-09")))
    assert any("closed v1, the champion silent_3 v1" in line for line in sides(other))


def test_the_same_name_of_another_rule_is_another_question_too():
    from sbwarn.cli.compare import sides

    changed = replace(champion(), parameters={**champion().parameters, "label_digest": "other"})

    assert any(
        "different questions" in line for line in sides(replace(compared("2026-09"), champion=changed))
    )


def test_classes_that_were_never_observed_are_told():
    from sbwarn.cli.compare import sides

    found = compared("2026-09")
    levels = tuple(replace(level, n=0) for level in champion().levels)
    blind = replace(found, champion=replace(champion(), levels=levels))

    assert not any("no six-month outcomes" in line for line in sides(found))
    assert [line.split()[0] for line in sides(blind) if "no six-month outcomes" in line] == ["older"]


def test_a_release_that_is_not_there_is_told(office):
    home, _, _ = office

    with pytest.raises(SbwarnError, match="none"):
        run(home / "city", "--release", "none", "--as-of", small_city.LAST, "--models", home / "models")
    assert load_release(models=home / "models").id == office[1]
