"""What an office types beside the main way: its own tables, the ledger, and the demonstration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from sbwarn.cli.group import sbwarn
from sbwarn.ledger.book import Ledger
from sbwarn.releases.load import current_name
from tests import small_city


def run(*words: str | Path) -> str:
    """What the command printed; it has to end well."""
    outcome = CliRunner().invoke(sbwarn, [str(word) for word in words], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


@pytest.fixture
def own_tables(tmp_path) -> tuple[Path, Path]:
    shops, sales = tmp_path / "shops.csv", tmp_path / "sales.csv"
    shops.write_text("shop_id,industry_code,district_id\nA,cafe,D1\n", "utf-8")
    sales.write_text("shop_id,month,amount\nA,2026-01,100\nA,2026-02,-5\nB,2026-01,7\n", "utf-8")
    return shops, sales


def test_import_names_what_it_rejected_and_why(own_tables, tmp_path):
    shown = run("import", "plain", *own_tables, "--out", tmp_path / "mine")

    assert "sales: 3 rows in = 1 used + 0 excluded + 2 rejected" in shown
    assert "below the smallest allowed value (minimum) 1" in shown
    assert "the shop is not in the shops table (unknown_shop) 1" in shown


def test_check_shows_the_first_rejects_and_writes_them_all(own_tables, tmp_path):
    run("import", "plain", *own_tables, "--out", tmp_path / "mine")

    shown = run("check", tmp_path / "mine", "--rejects", tmp_path / "rejects.csv")

    assert "sales row 3, amount = '-5' (minimum; expected number, >= 0" in shown
    lines = (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["sales", "3", "amount", "minimum"],
        ["sales", "4", "shop_id", "unknown_shop"],
    ]


def test_an_alert_is_followed_from_the_report_to_its_outcome(tmp_path):
    from sbwarn.tables.dataset import write_dataset

    store = f"sqlite:///{tmp_path / 'ledger.db'}"
    write_dataset(small_city.dataset(), tmp_path / "city")
    run(
        "monthly", tmp_path / "city", "--as-of", small_city.LAST, "--release", small_city.release_folder(),
        "--out", tmp_path / "report", "--capacity", "7", "--ledger", store,
    )  # fmt: skip
    with Ledger.open(store) as book:
        alerts = book.table()
    shop = alerts["shop_id"][0]

    run(
        "ledger",
        "visit",
        shop,
        "--as-of",
        small_city.LAST,
        "--on",
        "2026-10-12",
        "--kind",
        "diagnosis",
        "--store",
        store,
    )
    run(
        "ledger",
        "outcome",
        shop,
        "--as-of",
        small_city.LAST,
        "--on",
        "2027-03-31",
        "--no-crisis",
        "--store",
        store,
    )

    assert len(alerts) == 7
    assert "diagnosis" in run("ledger", "show", "--store", store)


def test_the_demonstration_runs_the_main_job_to_its_end_though_so_few_shops_prove_nothing(tmp_path):
    shown = run("demo", "--out", tmp_path / "demo", "--shops", "240", "--months", "33", "--seed", "3")

    assert (tmp_path / "demo" / "report" / "report.html").is_file()
    # Too few crises could have been warned of half a year ahead: the gate is not measured, and not passed.
    assert re.search("stays a candidate: 1 of .*: lead_never .* not measured", shown)
    assert current_name(tmp_path / "demo" / "models") is None
    assert shown.count("within 6 months (synthetic)") == 5
    assert "What to try next" in shown
