"""A backtest over all quarters of a data set by step, beside its limit.

    sbwarn import texas_receipts ../shared/data/texas_receipts/*.gz --out data/texas
    python benchmarks/backtest_time.py data/texas --from 2016-02 --to 2017-07

With `--find-first` the first quarter that can be trained is looked for from `--from` on, month by month, so that none is
left out.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sbwarn.backtest.figures import backtest_figures
from sbwarn.backtest.run import backtest
from sbwarn.errors import InputError
from sbwarn.labels.rules import find_events, rule_for
from sbwarn.reports.backtest import write_backtest
from sbwarn.tables.dataset import read_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import month_range
from sbwarn.training.fit import Settings
from sbwarn.training.split import split

LIMIT = 600.0
FITS = ("trial", "refit", "ladder")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--from", dest="first", default="2016-02")
    parser.add_argument("--to", dest="last", default="2017-07")
    parser.add_argument("--find-first", action="store_true")
    parser.add_argument("--trees", type=int, default=300)
    asked = parser.parse_args()
    begun = time.perf_counter()
    history = History(read_dataset(asked.dataset))
    steps: Counter[str] = Counter({"read": time.perf_counter() - begun})
    first = first_trainable(history, asked.first, asked.last) if asked.find_first else asked.first
    found = backtest(
        history, first, asked.last, settings=Settings(trees=asked.trees), progress=stamp(steps, "snapshots")
    )
    told = backtest_figures(found, capacity=120, progress=stamp(steps, "figures"))
    last = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_backtest(found, told, Path(folder) / "backtest", language="en")
    steps["report"] = time.perf_counter() - last
    whole = time.perf_counter() - begun
    print(
        f"{len(found.quarters)} quarters ({found.quarters[0].origin} … {found.quarters[-1].origin}), "
        f"{len(found.scored.shop):,} scores, {max(each.rows for each in found.quarters):,} rows in the largest fit"
    )
    for origin, reason in found.left_out.items():
        print(f"  {origin} left out: {reason}")
    for name, seconds in steps.items():
        print(f"  {name:12} {seconds:6.1f} s")
    word = "met" if whole <= LIMIT else "MISSED"
    print(f"backtest {whole:.0f} s; limit {LIMIT:.0f} s: {word} ({whole / LIMIT:.2f})")


def first_trainable(history: History, first: str, last: str) -> str:
    """The first month at which the history is long enough."""
    for month in month_range(first, last):
        try:
            split(history.first_month.ordinal, find_events(rule_for(history, month), history, month).mature)
        except InputError:
            continue
        return str(month)
    raise SystemExit(f"no month from {first} to {last} can be trained")


def stamp(steps: Counter[str], other: str) -> Callable[[str], None]:
    """A progress that adds up the time of each kind of step; what is no fit is `other`."""
    last = time.perf_counter()

    def tick(word: str) -> None:
        nonlocal last
        now = time.perf_counter()
        steps[word if word in FITS else other] += now - last
        last = now

    return tick


if __name__ == "__main__":
    main()
