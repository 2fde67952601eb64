"""The commands, in the order of the work, on a tiny simulated city."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

from sbwarn.cli import main
from sbwarn.cli.group import HOMES, sbwarn
from sbwarn.indicators.peerfile import read_peers
from sbwarn.ledger.book import Ledger
from sbwarn.messages import LANGUAGES
from sbwarn.releases.load import current_name, load_release
from sbwarn.releases.save import publish
from sbwarn.tables.schema import TABLES
from tests import small_city  # noqa: F401 - it keeps LightGBM to one thread

LAST = "2026-09"


def run(*arguments: object, language: str = "en") -> str:
    """What a command printed; it must have ended well."""
    found = CliRunner().invoke(sbwarn, ["--language", language, *map(str, arguments)], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


@dataclass
class Work:
    """One office's folders after simulate and retrain."""

    root: Path
    simulated: str
    retrained: str

    @property
    def city(self) -> Path:
        return self.root / "city"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def release(self) -> str:
        return next(self.models.glob("city-*")).name


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    root = tmp_path_factory.mktemp("office")
    simulated = run(
        "simulate", "--out", root / "city", "--shops", 130, "--months", 28, "--last", LAST, "--seed", 2
    )
    retrained = run(
        "retrain", root / "city", "--as-of", "2026-05", "--models", root / "models", "--trials", 0,
        "--tracking-uri", f"sqlite:///{root / 'runs' / 'mlflow.db'}",
    )  # fmt: skip
    return Work(root, simulated, retrained)


@pytest.fixture
def models(work, tmp_path):
    """A copy of the models, the release published."""
    shutil.copytree(work.models, tmp_path / "models")
    publish(work.release, tmp_path / "models")
    return tmp_path / "models"


def commands() -> list[list[str]]:
    ledger = sbwarn.get_command(click.Context(sbwarn), "ledger")
    return [[], *([name] for name in HOMES), *(["ledger", name] for name in ledger.commands)]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_explains_itself_with_an_example(command):
    text = run(*command, "--help")

    assert "Example" in text
    assert re.search(rf"^\s+sbwarn {' '.join(command)}", text, re.MULTILINE)


def test_the_group_lists_every_command_and_its_version():
    text = run("--help")

    assert all(f"\n  {name} " in text for name in HOMES)
    assert run("--version").startswith("sbwarn, version ")


def test_simulate_says_what_it_made_and_that_it_is_synthetic(work):
    assert re.search(r"\d+ shops, sales 2024-06 to 2026-\d\d \(synthetic\)", work.simulated)


def test_check_accounts_for_every_row(work):
    text = run("check", work.city)

    accounts = re.findall(
        r"(\w+): ([\d,]+) rows in = ([\d,]+) used \+ ([\d,]+) excluded \+ ([\d,]+) rejected", text
    )
    assert {table for table, *_ in accounts} == set(TABLES)
    for _, *numbers in accounts:
        rows, used, excluded, rejected = (int(number.replace(",", "")) for number in numbers)
        assert rows == used + excluded + rejected > 0


def test_check_writes_the_rejected_rows(work, tmp_path):
    run("check", work.city, "--rejects", tmp_path / "rejects.csv")

    written = pd.read_csv(tmp_path / "rejects.csv")
    assert list(written.columns) == ["table", "row", "column", "rule", "value", "expected"]


def test_retrain_prints_figures_marked_synthetic_and_the_run(work):
    figures = [line for line in work.retrained.splitlines() if "AUC" in line]

    assert len(figures) >= 6
    assert all(
        "[synthetic: simulated city]" in line and re.search(r"\bn[= ][\d,]+", line) for line in figures
    )
    assert re.search(rf"Candidate release {work.release} in .*; MLflow run [0-9a-f]{{32}}\.", work.retrained)


def test_a_candidate_is_not_in_force_by_itself(work):
    assert current_name(work.models) is None
    assert run("releases", "--models", work.models).startswith(f"  {work.release}  ")


def test_a_candidate_that_fails_its_gates_is_named_and_not_promoted(fails, work, tmp_path):
    shutil.copytree(work.models, tmp_path / "models")

    line = fails("promote", work.release, "--models", tmp_path / "models")

    assert "stays a candidate" in line
    assert current_name(tmp_path / "models") is None


def test_score_writes_one_row_a_shop_and_the_month_s_peers(work, models, tmp_path):
    out = tmp_path / "scores.parquet"

    text = run("score", work.city, "--as-of", LAST, "--models", models, "--out", out)

    scores = pd.read_parquet(out)
    scored, others = map(int, re.search(r"(\d+) shops scored, (\d+) not scored", text).groups())
    assert (scored, scored + others) == ((scores["status"] == "scored").sum(), len(scores))
    assert read_peers(tmp_path / "scores.peers.parquet").as_of == LAST


def test_scoring_again_writes_the_same_bytes(work, models, tmp_path):
    for name in ("one.parquet", "two.parquet"):
        run("score", work.city, "--as-of", LAST, "--models", models, "--out", tmp_path / name)

    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert (tmp_path / "one.peers.parquet").read_bytes() == (tmp_path / "two.peers.parquet").read_bytes()


def test_monthly_writes_a_report_in_the_language_that_is_asked_for(work, models, tmp_path):
    for language in LANGUAGES:
        out = tmp_path / language
        text = run(
            "monthly", work.city, "--as-of", LAST, "--models", models, "--out", out, "--language", language
        )

        assert str(out / "report.html") in text
        page = (out / "report.html").read_text("utf-8")
        assert f'lang="{language}"' in page
        assert ("synthetic" if language == "en" else "합성") in page


def test_monthly_records_its_alerts_once(work, models, tmp_path):
    store = f"sqlite:///{tmp_path / 'ledger.db'}"
    arguments = (
        "monthly",
        work.city,
        "--as-of",
        LAST,
        "--models",
        models,
        "--out",
        tmp_path / "r",
        "--ledger",
        store,
    )

    first = int(re.search(r"(\d+) alerts recorded", run(*arguments))[1])
    run(*arguments)

    with Ledger.open(store) as book:
        assert len(book.table()) == first > 0


def test_evaluate_prints_a_line_for_each_forecast_on_later_months(work, models):
    text = run(
        "evaluate", work.city, "--release", work.release, "--models", models,
        "--from", "2026-06", "--to", "2026-06", "--known-as-of", "2026-11",
    )  # fmt: skip

    ladder = ["ours", "lags", "scorecard", "momentum"]
    assert re.findall(rf"({'|'.join(ladder)})\s+AUC", text) == [*ladder, *ladder, "ours"]


def test_korean_is_spoken_where_it_is_asked_for(work):
    text = run("check", work.city, language="ko")

    assert re.search("[가-힣]", text)
    assert "rows in" not in text


@pytest.fixture
def fails(monkeypatch, capsys):
    """The one line that a failing command leaves."""

    def failing(*arguments: object, language: str = "en") -> str:
        monkeypatch.setattr(sys, "argv", ["sbwarn", "--language", language, *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        told = capsys.readouterr().err
        assert end.value.code == 1
        assert "Traceback" not in told
        (line,) = [line for line in told.splitlines() if line.startswith("sbwarn: ")]
        assert told.rstrip().endswith(line), told
        return line

    return failing


def test_a_release_that_is_not_there_is_a_sentence(fails, work, tmp_path):
    line = fails(
        "score", work.city, "--as-of", LAST, "--release", "nowhere", "--models", work.models,
        "--out", tmp_path / "scores.parquet",
    )  # fmt: skip

    assert f"release 'nowhere' is not in {work.models}; there are: {work.release}" in line
    assert not (tmp_path / "scores.parquet").exists()


def test_no_current_release_is_a_sentence(fails, work, tmp_path):
    line = fails(
        "score", work.city, "--as-of", LAST, "--models", work.models, "--out", tmp_path / "s.parquet"
    )

    assert "has no current release" in line


@pytest.mark.parametrize("name", ["booster.txt", "release.json", "MANIFEST"])
def test_a_damaged_release_is_a_sentence_and_is_not_promoted(fails, work, models, name):
    (models / "CURRENT").unlink()
    path = models / work.release / name
    path.write_bytes(path.read_bytes()[:-20] + b"x")

    line = fails("promote", work.release, "--models", models)

    assert str(models / work.release) in line
    assert current_name(models) is None


@pytest.mark.parametrize(
    ("as_of", "text"),
    [("2026-13", "'2026-13' is no month"), ("soon", "'soon' is no month"), ("1999-01", "nothing was public")],
)
def test_a_month_that_cannot_be_scored_is_a_sentence(fails, work, models, tmp_path, as_of, text):
    for command in ("score", "monthly"):
        out = tmp_path / command
        assert text in fails(command, work.city, "--as-of", as_of, "--models", models, "--out", out)
        assert not out.exists()


@pytest.mark.parametrize(("as_of", "text"), [("2026-13", "is no month"), ("2024-12", "a training needs")])
def test_a_month_that_cannot_be_trained_on_is_a_sentence(fails, work, tmp_path, as_of, text):
    assert text in fails("retrain", work.city, "--as-of", as_of, "--models", tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_label_that_is_not_registered_is_a_sentence(fails, work, tmp_path):
    line = fails("retrain", work.city, "--as-of", "2026-05", "--models", tmp_path, "--label", "broke")

    assert "label rule 'broke' is not registered" in line


@pytest.mark.parametrize("command", ["check", "score", "monthly", "retrain"])
def test_a_folder_that_is_no_data_set_is_a_sentence(fails, models, tmp_path, command):
    (tmp_path / "empty").mkdir()
    more = {
        "check": (),
        "score": ("--as-of", LAST, "--models", models, "--out", tmp_path / "out"),
        "monthly": ("--as-of", LAST, "--models", models, "--out", tmp_path / "out"),
        "retrain": ("--as-of", LAST, "--models", models),
    }[command]

    for place in (tmp_path / "empty", tmp_path / "nowhere"):
        assert f"{place} is no data set" in fails(command, place, *more)


def test_a_damaged_data_set_is_a_sentence(fails, work, tmp_path):
    shutil.copytree(work.city, tmp_path / "city")
    path = tmp_path / "city" / "sales.parquet"
    path.write_bytes(path.read_bytes()[:-100])

    assert "sales.parquet" in fails("check", tmp_path / "city")


def test_a_city_that_is_too_small_is_a_sentence(fails, tmp_path):
    assert "50" in fails("simulate", "--out", tmp_path / "city", "--shops", 3)


def test_a_folder_that_is_not_ours_is_left_alone(fails, tmp_path):
    (tmp_path / "thesis.txt").write_text("ten years of work")

    line = fails("simulate", "--out", tmp_path, "--shops", 50, "--months", 24)

    assert "is not a folder of this kind" in line
    assert (tmp_path / "thesis.txt").read_text() == "ten years of work"


def test_a_month_that_the_release_has_seen_is_no_test(fails, work, models):
    line = fails(
        "evaluate", work.city, "--release", work.release, "--models", models,
        "--from", "2026-05", "--to", "2026-06", "--known-as-of", LAST,
    )  # fmt: skip

    assert "test it on later months" in line


def test_a_failure_is_told_in_korean_where_korean_is_asked_for(fails, work, models, tmp_path):
    line = fails(
        "score", work.city, "--as-of", "2026-13", "--models", models, "--out", tmp_path / "s", language="ko"
    )

    assert re.search("[가-힣]", line)


def test_the_language_of_the_machine_is_spoken(monkeypatch):
    monkeypatch.delenv("SBWARN_LANGUAGE", raising=False)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    korean = CliRunner().invoke(sbwarn, ["check", "nowhere"]).exception
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    other = CliRunner().invoke(sbwarn, ["check", "nowhere"]).exception

    assert re.search("[가-힣]", str(korean))
    assert "is no data set" in str(other)


def test_an_option_that_does_not_exist_is_click_s_own_error():
    found = CliRunner().invoke(sbwarn, ["score", "--horoscope"])

    assert found.exit_code == 2
    assert "--horoscope" in found.output


def test_python_m_sbwarn_is_the_same_command(tmp_path):
    surroundings = {**os.environ, "PYTHONPATH": str(Path.cwd()), "SBWARN_LANGUAGE": "en"}

    found = subprocess.run(
        [sys.executable, "-m", "sbwarn", "check", str(tmp_path)],
        env=surroundings, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith(f"sbwarn: {tmp_path} is no data set")
    assert found.stderr.count("\n") == 1


def test_the_release_that_the_command_made_is_loadable(work):
    assert load_release(work.models / work.release).parameters["trees"] == 300
