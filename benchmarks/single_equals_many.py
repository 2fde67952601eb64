"""Every shop of a Texas month scored alone and among all, compared bit for bit; and two trainings compared byte for byte.

python benchmarks/single_equals_many.py ../shared/data/texas_receipts
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import pandas as pd

from sbwarn import score_business, score_businesses
from sbwarn.engines.local import score_month
from sbwarn.releases.load import load_release
from sbwarn.releases.record import Release
from sbwarn.releases.save import save_release
from sbwarn.tables.dataset import write_dataset
from sbwarn.tables.history import History
from sbwarn.tables.source import import_files, read_source
from sbwarn.training.retrain import retrain

TRAINED, SCORED = "2016-08", "2016-09"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as place:
        files = sorted(folder.glob("*.gz"))
        dataset = write_dataset(
            import_files(read_source("texas_receipts"), files, name="texas"), Path(place) / "texas"
        )
        history = History(dataset)
        first, second = (trained(history, Path(place) / name) for name in ("first", "second"))
        same = {
            path.name: path.read_bytes() == (second / path.name).read_bytes()
            for path in sorted(first.iterdir())
        }
        print(
            f"two trainings, one seed: {first.name} and {second.name}, {sum(same.values())} of {len(same)} files byte-identical"
        )
        compare(history, load_release(first))


def trained(history: History, models: Path) -> Path:
    training = retrain(history, TRAINED, trials=0)
    return models / save_release(training.release, training.golden, models).id


def compare(history: History, release: Release) -> None:
    month = score_month(history, SCORED, release)
    known = known_tables(history)
    started = time.perf_counter()
    many = score_businesses(**known, as_of=SCORED, release=release, peers=month.peers)
    among = time.perf_counter() - started
    sales = dict(tuple(known["sales"].groupby("shop_id")))
    shops = known["shops"].set_index("shop_id", drop=False)
    different, started = [], time.perf_counter()
    for shop_id, score in many.items():
        own = sales.get(shop_id, known["sales"].iloc[:0])
        alone = score_business(
            shops.loc[shop_id].dropna(), dict(zip(own["month"].dt.strftime("%Y-%m"), own["amount"], strict=True)),
            as_of=SCORED, release=release, peers=month.peers,
        )  # fmt: skip
        if alone.to_json() != score.to_json():
            different.append(shop_id)
    each = (time.perf_counter() - started) / len(many)
    scored = sum(score.status == "scored" for score in many.values())
    print(
        f"{len(many):,} shops ({scored:,} scored): {len(different)} differ between score_business and score_businesses"
    )
    print(
        f"score_businesses {among:.1f} s in all, score_business {each * 1000:.1f} ms a shop, reasons included"
    )
    if different:
        raise SystemExit(f"the first that differ: {different[:5]}")


def known_tables(history: History) -> dict[str, pd.DataFrame]:
    """The shops and sales tables as they were public on the day, one row a shop-month."""
    day = SCORED + "-30"
    tables = history.dataset.tables
    shops = tables["shops"].loc[tables["shops"]["known_on"] <= day].drop_duplicates("shop_id", keep="last")
    sales = tables["sales"].loc[tables["sales"]["known_on"] <= day]
    sales = sales.sort_values("known_on", kind="stable").drop_duplicates(["shop_id", "month"], keep="last")
    return {"shops": shops.drop(columns=["known_on"]), "sales": sales.drop(columns=["known_on"])}


if __name__ == "__main__":
    main()
