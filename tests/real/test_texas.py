"""The Texas receipts, as issued: what was public later has no part in a release or a score."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sbwarn import score_business
from sbwarn.engines.local import score_month
from sbwarn.figures.evaluate import figures
from sbwarn.indicators.build import named
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.releases.load import load_release
from sbwarn.releases.predict import risks
from sbwarn.releases.save import save_release
from sbwarn.tables.dataset import dataset_of
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.tables.source import import_files, read_source
from sbwarn.training.fit import Settings
from sbwarn.training.retrain import retrain
from sbwarn.training.rows import outcomes, snapshots

RECEIPTS = Path(__file__).parents[3] / "shared" / "data" / "texas_receipts"
pytestmark = pytest.mark.skipif(not RECEIPTS.is_dir(), reason="the Texas receipts are not beside the project")

TRAINED, SCORED, KNOWN = "2016-08", "2016-09", "2017-10"
TREES = 40
"""Fewer than a release has: what is tested here does not depend on their number."""


def files(last: str) -> list[Path]:
    return [path for path in sorted(RECEIPTS.glob("*.gz")) if path.name[9:16].replace("_", "-") <= last]


def imported(last: str) -> History:
    return History(import_files(read_source("texas_receipts"), files(last), name="texas"))


@pytest.fixture(scope="module")
def whole() -> History:
    return imported(KNOWN)


@pytest.fixture(scope="module")
def release_folder(whole, tmp_path_factory) -> Path:
    models = tmp_path_factory.mktemp("models")
    training = retrain(whole, TRAINED, settings=Settings(trees=TREES), trials=0)
    return models / save_release(training.release, training.golden, models).id


@pytest.fixture(scope="module")
def month(whole, release_folder):
    return score_month(whole, SCORED, load_release(release_folder))


def test_every_line_is_used_excluded_or_rejected_and_the_sales_are_the_taxes(whole):
    lines, taxes = 0, 0.0
    for path in files(KNOWN):
        with gzip.open(path, "rt", encoding="cp1252") as page:
            for row in csv.reader(page):
                lines += 1
                taxes += float(row[8] if "2017_08" in path.name else row[9])

    account = whole.dataset.accounts["sales"]

    assert account["rows_in"] == lines == 265_317
    assert account["used"] + account["excluded"] + account["rejected"] == lines
    # Identical and corrected lines are left out: less than one in a hundred of the money.
    assert whole.dataset.tables["sales"]["amount"].sum() == pytest.approx(taxes / 0.067, rel=0.01)


def test_a_release_does_not_change_when_every_later_file_is_removed(release_folder, tmp_path):
    training = retrain(imported(TRAINED), TRAINED, settings=Settings(trees=TREES), trials=0)

    again = tmp_path / save_release(training.release, training.golden, tmp_path).id

    assert again.name == release_folder.name
    for path in sorted(release_folder.iterdir()):
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_scores_of_a_month_do_not_change_when_every_later_file_is_removed(month, release_folder):
    then = score_month(imported(SCORED), SCORED, load_release(release_folder))

    pd.testing.assert_frame_equal(then.scores, month.scores, check_exact=True)
    pd.testing.assert_frame_equal(then.sales, month.sales, check_exact=True)


def test_one_shop_alone_gets_the_score_that_it_gets_among_all(month, whole, release_folder):
    release = load_release(release_folder)
    panel = whole.as_known(SCORED)
    chosen = np.random.default_rng(7).choice(len(panel.shops), size=60, replace=False)
    months = [str(panel.month_of_row("sales", row)) for row in range(len(panel.quantities["sales"]))]

    for shop in chosen:
        amounts = panel.quantities["sales"][:, shop]
        known = {name: amount for name, amount in zip(months, amounts, strict=True) if not np.isnan(amount)}
        facts = {
            "shop_id": panel.shops.ids[shop],
            "industry_code": panel.shops.industry[shop],
            "district_id": panel.shops.district[shop],
        }
        alone = score_business(facts, known, as_of=SCORED, release=release, peers=month.peers)

        among = month.scores.iloc[shop]
        assert alone.status == among["status"]
        if alone.status == "scored":
            assert (alone.risk[3], alone.risk[6], alone.risk[12]) == tuple(
                among[["risk_3m", "risk_6m", "risk_12m"]]
            )
            assert alone.percentile == among["percentile"]
            assert " ".join(reason.indicator for reason in alone.reasons) == among["reasons"]
            assert "\n".join(reason.text("ko") for reason in alone.reasons) == among["reasons_ko"]


def test_trading_shops_are_told_apart_and_not_too_well(whole, release_folder):
    release = load_release(release_folder)
    events = find_events(label_rule("silent_3"), whole, as_month(KNOWN))
    seen = outcomes(snapshots(whole, [as_month("2016-11")], named(release.indicators)), events, 3)
    _, risk = risks(release.booster, release.calibration, seen.values)

    found = figures(
        risk[seen.trading, 0], seen.happened[seen.trading], seen.shop[seen.trading], seed=1, draws=20
    )

    assert 0.70 < found["auc"].value < 0.85
    assert found["auc"].low > 0.65


def test_a_data_set_without_shops_is_refused(whole):
    from sbwarn.errors import InputError

    with pytest.raises(InputError, match="shops"):
        dataset_of({}, name="empty", currency="USD")
