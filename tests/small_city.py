"""A small simulated city, its history and one trained release, made once a process: the tests here read, never write."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import lightgbm  # noqa: F401 - only a library that is loaded can be limited
import pandas as pd
from threadpoolctl import threadpool_limits

from sbwarn.engines.local import score_month
from sbwarn.releases.load import load_release
from sbwarn.releases.names import MANIFEST
from sbwarn.releases.record import Release
from sbwarn.releases.save import content_digest, manifest_of, save_release
from sbwarn.scoring.month import ScoredMonth
from sbwarn.simulate.city import simulate_city
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.history import History
from sbwarn.tables.schema import table_schema
from sbwarn.training.fit import Settings
from sbwarn.training.retrain import Training, retrain

ONE_THREAD = threadpool_limits(1)
"""Workers on the same cores would wait for each other's threads, twenty times as long as the work takes."""
SHOPS, MONTHS, TREES = 240, 33, 40
LAST = "2026-09"
TRAINED = "2026-03"
"""The release is older than the city's last month: what became public in between must not have reached it."""


@cache
def dataset() -> DataSet:
    """The tables of the city, checked."""
    return checked(dict(simulate_city(shops=SHOPS, months=MONTHS, last=LAST, seed=3).tables))


def checked(tables: dict[str, pd.DataFrame]) -> DataSet:
    """A synthetic data set of these tables."""
    found = {name: check_table(rows, table_schema(name), where=name) for name, rows in tables.items()}
    return dataset_of(found, name="city", currency="KRW", synthetic=True)


@cache
def history() -> History:
    """The city as it was known month by month."""
    return History(dataset())


@cache
def training() -> Training:
    """A release of few trees, as of three months before the city's last."""
    return retrain(history(), TRAINED, seed=1, settings=Settings(trees=TREES), trials=0)


@cache
def models() -> Path:
    """A folder of models that holds that release; removed when the process ends."""
    home = Path(tempfile.mkdtemp(prefix="sbwarn-models-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    save_release(training().release, training().golden, home)
    return home


@cache
def release() -> Release:
    """The release, loaded from its folder."""
    return load_release(release_folder())


@cache
def release_folder() -> Path:
    """Where the release lies. Copy it before you damage it."""
    return next(path.parent for path in models().glob(f"*/{MANIFEST}"))


@cache
def scored() -> ScoredMonth:
    """The city's last month, scored."""
    return score_month(history(), LAST, release())


def known_by(day: str) -> DataSet:
    """The data set without everything that became public after a day."""
    whole = dataset()
    tables = {
        name: rows[rows["known_on"].isna() | (rows["known_on"] <= pd.Timestamp(day))].reset_index(drop=True)
        if "known_on" in rows.columns
        else rows
        for name, rows in whole.tables.items()
    }
    return replace(whole, tables=tables)


def copy_of_release(into: Path) -> Path:
    """The release's folder once more, to be damaged."""
    return Path(shutil.copytree(release_folder(), into / release_folder().name))


def sign_again(folder: Path) -> None:
    """Make manifest and id fit the files as they are now: what only the second line of defence can refuse."""
    page = json.loads((folder / "release.json").read_text("utf-8"))
    page["id"] = page["id"].rpartition("-")[0]
    page["id"] += f"-{content_digest(folder, page)[:8]}"
    write_page(folder, page)
    (folder / MANIFEST).write_text(manifest_of(folder), "utf-8")


def write_page(folder: Path, page: dict[str, object]) -> None:
    """`release.json` with this content."""
    text = json.dumps(page, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / "release.json").write_text(text, "utf-8")
