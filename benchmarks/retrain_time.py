"""One retraining of some 40,000 rows × 90 indicators, search excluded, by step, beside its limit.

    sbwarn import texas_receipts ../shared/data/texas_receipts/*.gz --out data/texas
    python benchmarks/retrain_time.py data/texas --as-of 2016-08

Shops are drawn by a hash of their number until the rows are few enough. "One fit" is the unit that tells machines apart.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sbwarn.indicators.build import catalogue
from sbwarn.indicators.selection import default_set
from sbwarn.tables.dataset import DataSet, read_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.training.dropout import lots
from sbwarn.training.fit import DEFAULT, fit
from sbwarn.training.material import gather
from sbwarn.training.retrain import retrain

LIMIT = 60.0
ROWS, INDICATORS = 40_000, 90


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--as-of", default="2016-08")
    asked = parser.parse_args()
    whole = read_dataset(asked.dataset)
    wanted = ninety()
    everybody = gather(History(whole), as_month(asked.as_of), label=None, wanted=wanted[:2], progress=quiet)
    share = ROWS / len(everybody.rows.happened)
    history = History(sample(whole, share))
    started = time.perf_counter()
    material = gather(history, as_month(asked.as_of), label=None, wanted=wanted, progress=quiet)
    gathered = time.perf_counter()
    fit(material.rows, material.names, DEFAULT, seed=1)
    unit = time.perf_counter() - gathered
    steps: list[tuple[str, float]] = []
    begun = time.perf_counter()
    retrain(history, asked.as_of, trials=0, wanted=wanted, progress=stamp(steps))
    whole_time = time.perf_counter() - begun
    print(
        f"{len(material.rows.happened):,} rows, {int(material.rows.happened.sum()):,} crises, {len(wanted)} indicators; "
        f"rows gathered in {gathered - started:.1f} s, one fit {unit:.1f} s"
    )
    last = begun
    for name, moment in steps:
        if moment - last >= 0.1:
            print(f"  {name:24} {moment - last:6.1f} s")
        last = moment
    word = "met" if whole_time <= LIMIT else "MISSED"
    print(
        f"retrain {whole_time:.1f} s = {whole_time / unit:.1f} fits; limit {LIMIT:.0f} s: {word} ({whole_time / LIMIT:.2f})"
    )


def ninety() -> tuple:
    """The default set, and as many more of the catalogue as are wanted."""
    first = default_set()
    chosen = {fact.name for fact in first}
    return (*first, *(fact for fact in catalogue() if fact.name not in chosen))[:INDICATORS]


def sample(dataset: DataSet, share: float) -> DataSet:
    """The data set with a share of its shops, chosen by their numbers."""
    ids = dataset.tables["shops"]["shop_id"].drop_duplicates()
    kept = set(ids[lots(ids.to_numpy(dtype=object).astype(str), "benchmark") < share])
    tables = {
        name: rows[rows["shop_id"].isin(kept)].reset_index(drop=True) if "shop_id" in rows.columns else rows
        for name, rows in dataset.tables.items()
    }
    return replace(dataset, tables=tables)


def stamp(steps: list[tuple[str, float]]) -> Callable[[str], None]:
    """A progress that keeps the time of each word."""
    return lambda word: steps.append((word, time.perf_counter()))


def quiet(_: str) -> None:
    """Says nothing."""


if __name__ == "__main__":
    main()
