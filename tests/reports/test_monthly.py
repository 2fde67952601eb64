"""The report folder: five private files, the same every time, whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sbwarn.errors import InputError, SettingError, StoreError
from sbwarn.reports import monthly
from sbwarn.reports.monthly import write_monthly
from tests.reports.city import ACCOUNTING, city, vacancy_of, watch_of

if TYPE_CHECKING:
    from pathlib import Path

    from sbwarn.scoring.month import ScoredMonth

FILES = ["report.html", "scores.csv", "scores.parquet", "summary.json", "watchlist.xlsx"]
DISTRICTS = {"D1": 12, "D2": 8}
SITES = {"D1": (30, 3), "D2": (20, 4)}


def written(out: Path, month: ScoredMonth | None = None, **options: object) -> Path:
    month = city(DISTRICTS, unscored=3) if month is None else month
    return write_monthly(month, watch_of(month), vacancy_of(SITES), ACCOUNTING, out, **options)


def summary_of(folder: Path) -> dict:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_report_is_five_files(tmp_path):
    out = written(tmp_path / "2016-09")

    assert sorted(path.name for path in out.iterdir()) == FILES


def test_the_files_are_readable_by_their_owner_only(tmp_path):
    out = written(tmp_path / "2016-09")

    assert {path.name: oct(path.stat().st_mode & 0o777) for path in out.iterdir()} == dict.fromkeys(
        FILES, "0o600"
    )


def test_the_folder_is_all_that_is_left_beside_the_report(tmp_path):
    written(tmp_path / "2016-09")

    assert [path.name for path in tmp_path.iterdir()] == ["2016-09"]


@pytest.mark.parametrize("name", FILES)
def test_the_same_month_gives_the_same_bytes(name, tmp_path):
    first = written(tmp_path / "first")

    second = written(tmp_path / "second")

    assert (first / name).read_bytes() == (second / name).read_bytes()


@pytest.mark.parametrize("failure", [OSError("disk full"), RuntimeError("bug"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_the_old_report_as_it_was(failure, tmp_path, monkeypatch):
    out = written(tmp_path / "2016-09")
    before = contents(out)
    monkeypatch.setattr(monthly, "write_summary", raiser(failure))

    with pytest.raises((StoreError, RuntimeError, KeyboardInterrupt)):
        written(out, city({"D1": 30}))

    assert contents(out) == before


@pytest.mark.parametrize("failure", [OSError("disk full"), RuntimeError("bug"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_nothing_behind(failure, tmp_path, monkeypatch):
    monkeypatch.setattr(monthly, "write_summary", raiser(failure))

    with pytest.raises((StoreError, RuntimeError, KeyboardInterrupt)):
        written(tmp_path / "2016-09")

    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_a_store_error_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(monthly, "write_summary", raiser(OSError("disk full")))

    with pytest.raises(StoreError, match="disk full"):
        written(tmp_path / "2016-09")


def test_a_new_report_takes_the_place_of_the_old_one(tmp_path):
    out = written(tmp_path / "2016-09")

    written(out, city({"D1": 30}))

    assert summary_of(out)["shops"] == 30


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(StoreError, match=r"summary\.json"):
        written(tmp_path)


def test_a_folder_of_somebody_else_keeps_its_files(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(StoreError):
        written(tmp_path)

    assert contents(tmp_path) == {"thesis.txt": b"years of work"}


def test_the_summary_holds_the_digest_of_every_other_file(tmp_path):
    out = written(tmp_path / "2016-09")

    digests = {
        name: sha256((out / name).read_bytes()).hexdigest() for name in FILES if name != "summary.json"
    }
    assert summary_of(out)["files"] == digests


def test_the_summary_counts_the_shops(tmp_path):
    summary = summary_of(written(tmp_path / "2016-09"))

    assert (summary["shops"], summary["scored"], summary["not_scored"]) == (
        23,
        20,
        {"closed": 2, "too_short": 1},
    )


def test_the_classes_of_the_summary_add_up_to_the_scored_shops(tmp_path):
    summary = summary_of(written(tmp_path / "2016-09"))

    assert sum(summary["levels"].values()) == summary["scored"]


def test_the_expected_crises_are_the_sum_of_the_risks(tmp_path):
    month = city({"D1": 5})
    month = replace(month, scores=month.scores.assign(risk_6m=[0.1, 0.2, 0.3, 0.4, 0.5]))

    summary = summary_of(written(tmp_path / "2016-09", month))

    assert summary["expected_crises_6m"]["crises"] == 1.5


@pytest.mark.parametrize(
    ("synthetic", "demonstration", "expected"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_a_report_is_synthetic_if_its_shops_or_its_model_are(synthetic, demonstration, expected, tmp_path):
    month = city(DISTRICTS, synthetic=synthetic, demonstration=demonstration)

    out = written(tmp_path / "2016-09", month)

    assert summary_of(out)["synthetic"] is expected


def test_every_row_of_the_csv_says_that_it_is_synthetic(tmp_path):
    out = written(tmp_path / "2016-09", city(DISTRICTS, demonstration=True))

    table = pd.read_csv(out / "scores.csv")
    assert table["synthetic"].tolist() == [True] * 20


def test_the_parquet_file_says_that_it_is_synthetic(tmp_path):
    out = written(tmp_path / "2016-09", city(DISTRICTS, demonstration=True))

    table = pd.read_parquet(out / "scores.parquet")
    assert table.attrs == {"dataset": "세종", "as_of": "2016-09", "release": "2016-09", "synthetic": True}


def test_the_parquet_file_holds_the_scores_as_they_are(tmp_path):
    month = city(DISTRICTS, unscored=3)

    out = written(tmp_path / "2016-09", month)

    table = pd.read_parquet(out / "scores.parquet")
    pd.testing.assert_frame_equal(table, month.scores, check_dtype=False)


def test_writing_a_report_leaves_the_callers_tables_alone(tmp_path):
    month = city(DISTRICTS, unscored=3)

    written(tmp_path / "2016-09", month)

    pd.testing.assert_frame_equal(month.scores, city(DISTRICTS, unscored=3).scores)


def test_a_month_in_which_nothing_was_scored_still_has_a_report(tmp_path):
    summary = summary_of(written(tmp_path / "2016-09", city({"D1": 0}, unscored=4)))

    assert summary["expected_crises_6m"] == {
        "crises": None,
        "low": None,
        "high": None,
        "n": 0,
        "synthetic": False,
    }


def test_an_unknown_language_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(SettingError):
        written(tmp_path / "2016-09", language="fr")

    assert list(tmp_path.iterdir()) == []


def test_a_listed_shop_that_the_month_does_not_know_is_refused(tmp_path):
    month = city(DISTRICTS)
    watch = watch_of(month).assign(shop_id=[f"X{place}" for place in range(10)])

    with pytest.raises(InputError, match="X0"):
        write_monthly(month, watch, vacancy_of(SITES), ACCOUNTING, tmp_path / "2016-09")


def test_a_shop_that_is_listed_twice_is_refused(tmp_path):
    month = city(DISTRICTS)
    watch = pd.concat([watch_of(month, 1), watch_of(month, 1)])

    with pytest.raises(InputError, match=watch["shop_id"].iloc[0]):
        write_monthly(month, watch, vacancy_of(SITES), ACCOUNTING, tmp_path / "2016-09")


def raiser(failure: BaseException):
    def fail(*_args: object, **_options: object) -> None:
        raise failure

    return fail
