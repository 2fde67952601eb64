"""The import command with files that have no shops of their own: alone they are a part, into a data set they join it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sbwarn.cli.group import sbwarn
from sbwarn.errors import InputError, SettingError
from sbwarn.tables.dataset import read_dataset

HEADER = "기준_년분기_코드,행정동_코드,행정동_코드_명,총_직장_인구_수\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(sbwarn, ["--language", "en", *map(str, words)])


@pytest.fixture
def workers(tmp_path: Path) -> Path:
    path = tmp_path / "workers.csv"
    path.write_bytes(f"{HEADER}20241,11680521,논현1동,700\n".encode("cp949"))
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "shops.csv").write_text("shop_id,industry_code,district_id\nA,CAFE,11680521\n", "utf-8")
    (tmp_path / "sales.csv").write_text("shop_id,month,amount\nA,2024-01,5\n", "utf-8")
    run("import", "plain", tmp_path / "shops.csv", tmp_path / "sales.csv", "--out", tmp_path / "mine")
    return tmp_path / "mine"


def test_files_without_shops_become_a_part_and_say_so(tmp_path: Path, workers: Path):
    said = run("import", "seoul_footfall", workers, "--out", tmp_path / "seoul")

    assert said.exit_code == 0, said.output
    assert "districts: 1 rows in = 1 used" in said.output
    assert "a part without shops, sales: it cannot be scored alone" in said.output


def test_a_part_can_be_checked(tmp_path: Path, workers: Path):
    run("import", "seoul_footfall", workers, "--out", tmp_path / "seoul")

    said = run("check", tmp_path / "seoul")

    assert said.exit_code == 0, said.output
    assert "a part without shops, sales" in said.output


def test_what_a_score_is_made_of_is_not_built_from_a_part(tmp_path: Path, workers: Path):
    run("import", "seoul_footfall", workers, "--out", tmp_path / "seoul")

    said = run("features", tmp_path / "seoul", "--as-of", "2024-06", "--out", tmp_path / "features.parquet")

    assert isinstance(said.exception, InputError)
    assert "table(s) shops, sales are missing" in str(said.exception)


def test_a_part_joins_a_data_set_in_its_place(mine: Path, workers: Path):
    said = run("import", "seoul_footfall", workers, "--into", mine)

    assert said.exit_code == 0, said.output
    assert read_dataset(mine).tables["districts"]["workers"].tolist() == [700.0]


def test_a_part_joins_a_data_set_that_stays_as_it_was(tmp_path: Path, mine: Path, workers: Path):
    run("import", "seoul_footfall", workers, "--into", mine, "--out", tmp_path / "both")

    assert "districts" not in read_dataset(mine).tables
    assert read_dataset(tmp_path / "both").missing == ()


def test_without_a_place_to_write_to_nothing_is_read(workers: Path):
    said = run("import", "seoul_footfall", workers)

    assert isinstance(said.exception, SettingError)
