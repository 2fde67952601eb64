"""The commands about indicators: the feature table, the catalogue, and what families are worth."""

import pandas as pd
import pytest
from click.testing import CliRunner

from sbwarn.cli.group import sbwarn
from sbwarn.engines.features import KEYS, every
from sbwarn.indicators.build import catalogue
from sbwarn.tables.dataset import write_dataset
from tests import small_city


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The small city as a folder, without its costs."""
    tables = {
        name: rows for name, rows in small_city.dataset().tables.items() if name not in ("rejects", "costs")
    }
    folder = tmp_path_factory.mktemp("features") / "city"
    write_dataset(small_city.checked(tables), folder)
    return folder


def run(*arguments: object, language: str = "en") -> str:
    """What a command printed; it must have ended well."""
    found = CliRunner().invoke(sbwarn, ["--language", language, *map(str, arguments)], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_features_writes_a_row_a_shop_and_says_what_is_missing(city, tmp_path):
    told = run("features", city, "--as-of", "2026-08", "--out", tmp_path / "features.parquet")

    table = pd.read_parquet(tmp_path / "features.parquet")
    assert list(table.columns) == [*KEYS, *(fact.name for fact in every())]
    assert set(table["as_of"]) == {"2026-08"}
    assert f"{len(table)} rows, {len(every())} indicators" in told
    assert "Not delivered: costs.energy_kwh. Unknown without it (1): energy_change_12m" in told


def test_features_of_a_range_hold_every_month(city, tmp_path):
    run("features", city, "--from", "2026-06", "--as-of", "2026-08", "--out", tmp_path / "features.csv")

    table = pd.read_csv(tmp_path / "features.csv")
    assert sorted(set(table["as_of"])) == ["2026-06", "2026-07", "2026-08"]


def test_private_facts_are_written_on_request_alone(city, tmp_path):
    run("features", city, "--as-of", "2026-08", "--private", "--out", tmp_path / "features.parquet")

    assert "loan_growth_6m" in pd.read_parquet(tmp_path / "features.parquet").columns


def test_features_speak_korean(city, tmp_path):
    told = run("features", city, "--as-of", "2026-08", "--out", tmp_path / "features.parquet", language="ko")

    assert "제공되지 않은 항목: costs.energy_kwh" in told


def test_a_range_that_runs_backward_is_refused(city, tmp_path):
    found = CliRunner().invoke(
        sbwarn,
        [
            "features",
            str(city),
            "--from",
            "2026-09",
            "--as-of",
            "2026-08",
            "--out",
            str(tmp_path / "f.parquet"),
        ],
    )

    assert found.exit_code != 0
    assert not (tmp_path / "f.parquet").exists()


def test_indicators_prints_the_catalogue_with_how_far_each_is_known(city):
    page = run("indicators", "--dataset", city, "--as-of", "2026-08")

    line = next(line for line in page.splitlines() if line.startswith("| `energy_change_12m` |"))
    assert "| 0% |" in line
    assert sum(line.startswith("| `") for line in page.splitlines()) == len(catalogue())


def test_importance_writes_what_each_family_is_worth(city, tmp_path):
    told = run(
        "importance", city, "--as-of", "2026-09", "--origins", 1, "--trees", 10, "--out", tmp_path / "worth.csv",
        "--tracking-uri", f"sqlite:///{tmp_path / 'runs' / 'mlflow.db'}",
    )  # fmt: skip

    table = pd.read_csv(tmp_path / "worth.csv")
    assert {"dropped", "permuted"} == set(table["way"])
    assert "[synthetic: simulated city]" in told
    assert "MLflow run" in told
