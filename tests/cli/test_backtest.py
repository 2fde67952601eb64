"""The command: from a data set to a report, with the figures that are read first."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sbwarn.cli.backtest import backtest_command
from sbwarn.errors import SettingError
from sbwarn.messages import speaking
from sbwarn.tables.dataset import write_dataset
from tests import small_city


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Path:
    """The small city as a folder of shops and sales alone."""
    whole = small_city.dataset().tables
    folder = tmp_path_factory.mktemp("backtest") / "city"
    write_dataset(small_city.checked({name: whole[name] for name in ("shops", "sales")}), folder)
    return folder


def run(*arguments: object) -> str:
    """What the command said; it must have ended well."""
    with speaking("en"):
        found = CliRunner().invoke(backtest_command, list(map(str, arguments)), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_a_backtest_writes_the_report_and_says_what_it_found(city, tmp_path):
    out = tmp_path / "backtest"

    said = run(
        city, "--from", "2025-12", "--to", "2026-01", "--label", "closed", "--trees", 3, "--capacity", 9,
        "--language", "en", "--out", out,
    )  # fmt: skip

    assert sorted(path.name for path in out.iterdir()) == [
        "backtest.html", "backtest.json", "charts", "figures.csv", "scored.parquet",
    ]  # fmt: skip
    assert "1 quarters retrained (2025-12 … 2025-12), 0 left out." in said
    assert "AUC, 6 months, all shops 0." in said
    figures = [line for line in said.splitlines() if "crises" in line]
    assert figures
    assert all("[synthetic: simulated city]" in line for line in figures)
    assert '"capacity": 9' in (out / "backtest.json").read_text("utf-8")


def test_a_capacity_of_nothing_is_refused(city, tmp_path):
    with pytest.raises(SettingError, match="--capacity has to be 1 or more"):
        run(city, "--from", "2025-12", "--to", "2026-01", "--capacity", 0, "--out", tmp_path / "out")


def test_months_that_run_backward_leave_nothing_behind(city, tmp_path):
    with speaking("en"):
        found = CliRunner().invoke(
            backtest_command,
            [str(city), "--from", "2026-03", "--to", "2026-01", "--out", str(tmp_path / "out")],
        )

    assert found.exit_code != 0
    assert list(tmp_path.iterdir()) == []
