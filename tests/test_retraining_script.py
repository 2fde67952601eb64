"""The page of the retraining afternoon is a script that runs, on a small city, and leaves behind what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from sbwarn.cli.group import HOMES
from sbwarn.releases.load import load_release, release_names
from sbwarn.tables.dataset import read_dataset

PAGE = Path(__file__).parents[1] / "docs" / "retraining.md"
SIZES = {
    "SHOPS": "240", "MONTHS": "30", "TREES": "30", "TRIALS": "2", "SINCE": "2026-06", "UNTIL": "2026-06", "CAPACITY": "7",
}  # fmt: skip
"""About the fewest shops and months that leave enough crises to learn from, and the shortest search."""
SECONDS = 900
"""On a machine that does nothing else it takes about a seventh of it."""


@dataclass(frozen=True)
class Afternoon:
    """What the script left behind."""

    folder: Path
    said: str
    current: dict[str, str]
    """The release in force after each step that may change it."""


def blocks() -> list[str]:
    """The commands of the page, a text a block."""
    return re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory) -> Afternoon:
    folder = tmp_path_factory.mktemp("afternoon")
    # After each block the script notes which release is in force.
    note = 'printf "%s " "$(cat models/CURRENT 2>/dev/null || echo none)" >> current.txt\n'
    text = "set -euo pipefail\n" + "".join(block + note for block in blocks())
    (folder / "afternoon.sh").write_text(text, "utf-8")
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("SBWARN", "MLFLOW"))
    }
    surroundings |= SIZES | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "afternoon.sh"], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=SECONDS,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    steps = re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    current = dict(zip(steps, (folder / "current.txt").read_text().split(), strict=True))
    return Afternoon(folder=folder, said=done.stdout, current=current)


def test_every_step_has_one_block():
    steps = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]

    assert [step.splitlines()[0] for step in steps if step.count("```bash\n") != 1] == []
    assert len(blocks()) == len(steps)


def test_the_page_names_only_commands_that_there_are():
    named = set(re.findall(r"^sbwarn (\w+)", "".join(blocks()), flags=re.MULTILINE))

    assert named <= set(HOMES)
    wanted = {
        "import",
        "check",
        "labels",
        "backtest",
        "retrain",
        "compare",
        "card",
        "promote",
        "monthly",
        "rollback",
    }
    assert wanted <= named


def test_the_sizes_are_the_ones_that_the_page_lets_one_set():
    assert set(SIZES) <= set(re.findall(r"^(\w+)=\$\{\1:-", blocks()[0], flags=re.MULTILINE))


def test_the_files_of_the_office_joined_the_city_and_it_stayed_synthetic(afternoon):
    before, after = (read_dataset(afternoon.folder / "data" / name) for name in ("delivered", "city"))

    assert after.synthetic
    assert len(after.tables["events"]) == len(before.tables["events"]) + 2
    assert (afternoon.folder / "reports" / "rejects.csv").is_file()
    assert len(pd.read_csv(afternoon.folder / "reports" / "labels.csv")) > 0


def test_the_backtest_left_its_page(afternoon):
    folder = afternoon.folder / "reports" / "backtest"

    assert "<html" in (folder / "backtest.html").read_text("utf-8")
    assert (folder / "scored.parquet").is_file()


def test_two_releases_lie_there_and_the_second_was_compared_with_the_first(afternoon):
    models = afternoon.folder / "models"
    old, new = release_names(models)
    champion, candidate = (load_release(name, models=models) for name in (old, new))

    assert (champion.as_of, candidate.as_of) == ("2026-06", "2026-09")
    trials = int(SIZES["TRIALS"])
    assert champion.facts["search"] is None
    assert len((candidate.facts["search"] or {"trials": ()})["trials"]) == trials
    assert (afternoon.folder / "studies" / "2026-09").exists() == (trials > 0)
    assert candidate.facts["champion"]["champion"] == old
    assert "champion/score_psi" in candidate.measures
    loosened = [verdict.name for verdict in candidate.gates if verdict.reason]
    assert "calibration_slope" in loosened
    assert all(verdict.holds for verdict in candidate.gates)


def test_each_step_left_the_release_in_force_that_it_should(afternoon):
    old, new = release_names(afternoon.folder / "models")
    current = afternoon.current

    assert current["Gates"] == "none"
    assert current["The release in use"] == current["Retrain"] == current["Card"] == old
    assert current["Promote"] == current["The month"] == new
    assert current["Rollback"] == old
    assert (afternoon.folder / "models" / "PREVIOUS").read_text().strip() == new


def test_the_history_tells_every_change_with_its_reason(afternoon):
    lines = (afternoon.folder / "models" / "history.jsonl").read_text("utf-8").splitlines()

    assert [(line["what"], bool(line["reason"])) for line in map(json.loads, lines)] == [
        ("promote", True), ("promote", True), ("rollback", True),
    ]  # fmt: skip


def test_the_comparison_and_the_card_lie_with_the_reports(afternoon):
    reports = afternoon.folder / "reports"
    _, new = release_names(afternoon.folder / "models")
    page = (reports / "card.html").read_text("utf-8")

    assert "shop_id" in pd.read_csv(reports / "changes.csv").columns
    assert '<html lang="ko">' in page
    assert new in page
    assert "data team, office for small shops" in page
    assert "합성" in page


def test_the_month_was_scored_and_told_with_the_new_release(afternoon):
    reports = afternoon.folder / "reports"
    _, new = release_names(afternoon.folder / "models")

    scores = pd.read_parquet(reports / "scores.parquet")

    assert set(scores["release"]) == {new}
    assert (scores["status"] == "scored").sum() > 100
    assert new in (reports / "2026-09" / "report.html").read_text("utf-8")


def test_the_runs_went_to_mlflow_and_nothing_waits(afternoon):
    assert (afternoon.folder / "mlruns" / "mlflow.db").is_file()
    outbox = afternoon.folder / "mlruns" / "outbox"
    assert not outbox.exists() or not [path for path in outbox.iterdir() if not path.name.startswith(".")]


def test_the_output_says_synthetic(afternoon):
    assert "synthetic" in afternoon.said
