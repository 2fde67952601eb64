"""Every shop of two Texas months scored alone, among all, in another order and in a part; two trainings byte for byte.

python benchmarks/single_equals_many.py ../shared/data/texas_receipts
"""

from __future__ import annotations

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sbwarn.indicators.peertable import PeerTable

TRAINED, SCORED = "2016-08", ("2016-09", "2016-10")


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
        release = load_release(first)
        different = [shop for as_of in SCORED for shop in compare(history, release, as_of)]
    if different:
        raise SystemExit(f"the first that differ: {different[:5]}")


def trained(history: History, models: Path) -> Path:
    training = retrain(history, TRAINED, trials=0)
    return models / save_release(training.release, training.golden, models).id


def compare(history: History, release: Release, as_of: str) -> list[str]:
    """The shops of a month whose score hangs on who else is asked about."""
    peers = score_month(history, as_of, release, explain=False).peers
    known = known_tables(history, as_of)
    ask = partial(score_businesses, as_of=as_of, release=release, peers=peers)
    started = time.perf_counter()
    many = {shop_id: score.result_digest for shop_id, score in ask(**known).items()}
    among = time.perf_counter() - started
    shuffled = ask(**{name: rows.sample(frac=1, random_state=1) for name, rows in known.items()})
    chosen = set(sorted(many)[::3])
    part = ask(**{name: rows.loc[rows["shop_id"].isin(chosen)] for name, rows in known.items()})
    started = time.perf_counter()
    alone = dict(each_alone(known, as_of, release, peers))
    each = (time.perf_counter() - started) / len(many)
    scored = sum(score.scored for score in shuffled.values())
    found = {
        "alone": [shop_id for shop_id, digest in many.items() if alone[shop_id] != digest],
        "in another order": [
            shop_id for shop_id, score in shuffled.items() if many[shop_id] != score.result_digest
        ],
        "in a part": [shop_id for shop_id, score in part.items() if many[shop_id] != score.result_digest],
    }
    print(
        f"{as_of}: {len(many):,} shops ({scored:,} scored), {len(part):,} in the part; differ from all together: "
        + ", ".join(f"{len(shops)} {how}" for how, shops in found.items())
    )
    print(f"  all together {among:.1f} s, alone {each * 1000:.1f} ms a shop, reasons and digests included")
    return [shop_id for shops in found.values() for shop_id in shops]


def each_alone(
    known: dict[str, pd.DataFrame], as_of: str, release: Release, peers: PeerTable
) -> Iterator[tuple[str, str]]:
    """The digest of what `score_business` says of each shop."""
    sales = dict(tuple(known["sales"].groupby("shop_id")))
    shops = known["shops"].set_index("shop_id", drop=False)
    for shop_id in shops.index:
        own = sales.get(shop_id, known["sales"].iloc[:0])
        months = dict(zip(own["month"].dt.strftime("%Y-%m"), own["amount"], strict=True))
        score = score_business(shops.loc[shop_id].dropna(), months, as_of=as_of, release=release, peers=peers)
        yield shop_id, score.result_digest


def known_tables(history: History, as_of: str) -> dict[str, pd.DataFrame]:
    """The shops and sales tables as they were public on the day, one row a shop-month."""
    day = as_of + "-30"
    tables = history.dataset.tables
    shops = tables["shops"].loc[tables["shops"]["known_on"] <= day].drop_duplicates("shop_id", keep="last")
    sales = tables["sales"].loc[tables["sales"]["known_on"] <= day]
    sales = sales.sort_values("known_on", kind="stable").drop_duplicates(["shop_id", "month"], keep="last")
    return {"shops": shops.drop(columns=["known_on"]), "sales": sales.drop(columns=["known_on"])}


if __name__ == "__main__":
    main()
