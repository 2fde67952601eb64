"""The command about label rules."""

import pandas as pd
import pytest
from click.testing import CliRunner

from sbwarn.cli.labels import labels_command
from sbwarn.errors import InputError, SettingError
from sbwarn.tables.dataset import write_dataset
from tests import small_city


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The small city as a folder, without what is held of the businesses themselves."""
    tables = {
        name: rows for name, rows in small_city.dataset().tables.items() if name not in ("rejects", "profile")
    }
    folder = tmp_path_factory.mktemp("labels") / "city"
    write_dataset(small_city.checked(tables), folder)
    return folder


def run(*arguments: object) -> str:
    """What the command printed; it must have ended well."""
    found = CliRunner().invoke(labels_command, list(map(str, arguments)), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.fixture(scope="module")
def told(city, tmp_path_factory):
    """The page of all rules, and the table of base rates."""
    out = tmp_path_factory.mktemp("labels") / "labels.csv"
    return run(city, "--as-of", small_city.LAST, "--out", out), pd.read_csv(out)


def test_the_rules_that_the_data_set_can_answer_are_told(told):
    page, rates = told

    assert list(dict.fromkeys(rates["rule"])) == ["closed", "silent_3", "sales_collapse"]
    assert [line.split()[0] for line in page.splitlines() if " v1  " in line] == [
        "closed",
        "silent_3",
        "sales_collapse",
    ]
    assert "closed    sales_collapse" in page


def test_base_rates_are_those_of_the_outcomes_that_training_sees(told):
    from sbwarn.labels.rules import find_events, label_rule
    from sbwarn.tables.month import as_month
    from sbwarn.training.rows import outcomes, snapshots

    _, rates = told
    month = as_month("2025-06")
    events = find_events(label_rule("closed"), small_city.history(), as_month(small_city.LAST))
    seen = outcomes(snapshots(small_city.history(), [month], ()), events, 6)

    line = rates[(rates["rule"] == "closed") & (rates["horizon"] == 6) & (rates["as_of"] == "2025-06")].iloc[
        0
    ]
    assert (line["n"], line["crises"]) == (len(seen.happened), seen.happened.sum())
    assert line["low"] < line["rate"] < line["high"]
    assert bool(line["synthetic"])


def test_no_rate_is_told_before_it_is_sure(told):
    _, rates = told

    last = rates[rates["rule"] == "closed"].groupby("horizon")["as_of"].max()
    # Closures are sure two months later: as of September, those of July.
    assert last.to_dict() == {3: "2026-04", 6: "2026-01", 12: "2025-07"}


def test_rules_may_be_named_and_composed(city):
    page = run(city, "--rules", "silent_3+closed, silent_4", "--horizon", 3)

    assert "closed+silent_3 v1+1" in page
    assert "silent_4 v1" in page
    assert "crises within 3 months" in page


@pytest.mark.parametrize(
    ("rules", "error", "told"),
    [
        ("sad", SettingError, "'sad'"),
        ("arrears_31", InputError, "profile"),
        ("closed+closed", SettingError, "twice"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_words(city, rules, error, told):
    with pytest.raises(error, match=told):
        run(city, "--rules", rules)


def test_a_month_before_anything_was_known_is_refused(city):
    with pytest.raises(InputError, match="2020-01"):
        run(city, "--as-of", "2020-01")
