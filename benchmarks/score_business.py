"""`score_business` as a script meets it: time beside LightGBM alone, first score, memory, threads, workers, forks.

    python benchmarks/score_business.py
    python benchmarks/score_business.py --scorings 1000000 --calls 10000

Shops are drawn at random from a seed; the release is the one that is shipped (synthetic). Ends with 1 if a limit is
missed, or a call of one thread or worker says anything else than the same call alone.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd

from sbwarn import load_release, score_business, score_businesses
from sbwarn.errors import StoreError
from sbwarn.indicators.build import build, named
from sbwarn.releases.predict import INTERVALS
from sbwarn.tables.month import month_range

if TYPE_CHECKING:
    from collections.abc import Callable

    from sbwarn.releases.record import Release

MONTHS = [str(month) for month in month_range("2023-09", "2026-08")]
INDUSTRIES, DISTRICTS = ("I56-coffee", "I56-chicken", "G47-clothing", "S96-beauty"), ("SJ01", "SJ07", "SJ12")
BATCH = 1_000
WITH_REASONS, BESIDE_LIGHTGBM, WITHOUT, FIRST, GROWTH = 12.0, 1.8, 3.0, 1.3, 5.0
"""Limits: ms, ratio, ms, ratio, MB."""
IMPORTS = "import pandas, lightgbm"
SCORE = """
from sbwarn import score_business
score_business({"industry_code": "I56-coffee", "district_id": "SJ01"}, [8e6, 7e6, 6e6, 5e6, 4e6, 3e6], 1.5e6, as_of="2026-09").risk
"""
MEGA = 1e6


def main() -> int:
    wish = _arguments()
    release = load_release()
    print(
        f"{release.id} (synthetic): {release.booster.num_trees()} trees, {len(release.indicators)} indicators"
    )
    kept = [
        warm(release, wish.repeat),
        first(wish.processes),
        memory(release, wish.scorings),
        threads(release, wish.threads, wish.calls),
        workers(release),
        forked(release),
    ]
    return 0 if all(kept) else 1


def shop(number: int) -> dict[str, Any]:
    """The arguments of one call, always the same for a number: facts, sales, rent, footfall."""
    draw = np.random.default_rng(number)
    known = int(draw.integers(4, len(MONTHS)))
    sales = 1e7 * np.exp(np.cumsum(draw.normal(-0.01, 0.1, known)))
    facts = {
        "shop_id": f"S{number}",
        "industry_code": draw.choice(INDUSTRIES),
        "district_id": draw.choice(DISTRICTS),
    }
    return {
        "shop": facts if number % 2 else {**facts, "opened_on": "2019-04-01", "floor_area_m2": 33.0},
        "sales": dict(zip(MONTHS[-known:], sales.tolist(), strict=True)),
        "rent": 1.5e6 if number % 3 else None,
        "footfall": {MONTHS[-1]: 2_500.0} if number % 5 == 0 else None,
    }


def warm(release: Release, repeat: int) -> bool:
    """One shop, warm, in turns with what LightGBM alone takes for its three rows."""
    given = shop(7)
    score = score_business(**given, release=release)
    origin = score.origin
    if origin is None:
        raise SystemExit("a new score knows what it was made from")
    values = build(origin.panel, origin.peers, wanted=named(release.indicators))
    rows = np.column_stack(
        [np.repeat(values, len(INTERVALS), axis=0), np.arange(len(INTERVALS), dtype=float)]
    )

    def lightgbm() -> None:
        release.booster.predict(rows, raw_score=True, num_threads=1)
        release.booster.predict(rows, pred_contrib=True, num_threads=1)

    ways: dict[str, Callable[[], object]] = {
        "LightGBM predict + pred_contrib, 1 thread": lightgbm,
        "score_business": partial(score_business, **given, release=release),
        "score_business, no reasons": partial(score_business, **given, release=release, reasons=False),
        "score_business, shipped release by name": partial(score_business, **given),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeat + 5):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            if turn >= 5:
                took[name].append(1000 * (time.perf_counter() - started))
    median = {name: statistics.median(each) for name, each in took.items()}
    alone = median["LightGBM predict + pred_contrib, 1 thread"]
    for name, each in median.items():
        print(f"{name:44}{each:8.2f} ms {each / alone:6.2f} ×  (median of {repeat})")
    full, bare = median["score_business"], median["score_business, no reasons"]
    kept = full <= BESIDE_LIGHTGBM * alone and full <= WITH_REASONS and bare <= WITHOUT
    print(
        f"  limits: {BESIDE_LIGHTGBM} × and {WITH_REASONS} ms with reasons, {WITHOUT} ms without: {said(kept)}"
    )
    return kept


def first(processes: int) -> bool:
    """The first score of a new process, imports included, in turns with the imports of pandas and LightGBM alone."""
    took: dict[str, list[float]] = {IMPORTS: [], SCORE: []}
    for turn in range(processes + 1):
        for code, each in took.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            if turn:
                each.append(time.perf_counter() - started)
    alone, score = (statistics.median(each) for each in took.values())
    kept = score <= FIRST * alone
    print(
        f"first score in a new process {score:.2f} s, `{IMPORTS}` {alone:.2f} s: {score / alone:.2f} × "
        f"(limit {FIRST}; median of {processes}): {said(kept)}"
    )
    return kept


def memory(release: Release, scorings: int) -> bool:
    """By how much the process grows while it scores, a fifth of the shops one by one and the others a thousand a call."""
    calls = [shop(number) for number in range(200)]
    many = tables(BATCH)

    def score(count: int) -> None:
        for number in range(count // 5):
            score_business(**calls[number % len(calls)], release=release, reasons=False)
        for _ in range(count * 4 // 5 // BATCH):
            score_businesses(**many, release=release, reasons=False)

    score(4 * BATCH)
    gc.collect()
    before, started = resident(), time.perf_counter()
    score(scorings)
    gc.collect()
    growth, took = (resident() - before) / MEGA, time.perf_counter() - started
    kept = growth < GROWTH
    print(
        f"{scorings:,} scorings without reasons in {took:.0f} s: RSS {growth:+.2f} MB (limit {GROWTH}): {said(kept)}"
    )
    return kept


def tables(count: int) -> dict[str, pd.DataFrame]:
    """The shops and sales of so many calls as tables."""
    given = [shop(number) for number in range(count)]
    rows = [
        (each["shop"]["shop_id"], month, amount) for each in given for month, amount in each["sales"].items()
    ]
    return {
        "shops": pd.DataFrame([each["shop"] for each in given]),
        "sales": pd.DataFrame(rows, columns=["shop_id", "month", "amount"]),
    }


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def threads(release: Release, count: int, calls: int) -> bool:
    """Many threads at once, each a mix of shops, horizons, languages, with reasons and without."""
    mix = [
        partial(score_business, **shop(number), release=release, horizon=(3, 6, 12)[number % 3],
                language=("ko", "en")[number % 2], reasons=number % 4 == 0)
        for number in range(48)
    ]  # fmt: skip
    wanted = [told(call()) for call in mix]

    def one(thread: int) -> int:
        return sum(
            told(mix[(thread + n) % len(mix)]()) != wanted[(thread + n) % len(mix)] for n in range(calls)
        )

    started = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        wrong = sum(pool.map(one, range(count)))
    print(
        f"{count} threads × {calls:,} mixed calls in {time.perf_counter() - started:.0f} s: {wrong} mismatches"
    )
    return wrong == 0


def told(score: Any) -> tuple[Any, ...]:
    """What a call says, to the last bit, and in words."""
    words = tuple(reason.text(score.language) for reason in (*score.reasons, *score.strengths))
    return (*score.risk.values(), *score.interval.values(), score.percentile, score.known_share, words)


def workers(release: Release) -> bool:
    """Workers of joblib (loky), each loading the release itself."""
    numbers = range(24)
    wanted = [told(score_business(**shop(number), release=release)) for number in numbers]
    came = joblib.Parallel(n_jobs=2)(joblib.delayed(from_worker)(number) for number in numbers)
    wrong = sum(one != other for one, other in zip(came, wanted, strict=True))
    print(f"loky, 2 workers, {len(wanted)} calls: {wrong} mismatches")
    return wrong == 0


def from_worker(number: int) -> tuple[Any, ...]:
    """One call in another process."""
    return told(score_business(**shop(number)))


def forked(release: Release) -> bool:
    """What a forked child says: it has to refuse, where LightGBM would hang."""
    child = os.fork()
    if child == 0:
        try:
            score_business(**shop(1), release=release)
        except StoreError:
            os._exit(0)
        os._exit(1)
    kept = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    print(f"a forked child refuses: {said(kept)}")
    return kept


def said(kept: object) -> str:
    """For the reader of a line."""
    return "kept" if kept else "MISSED"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=201, help="turns of the warm calls")
    parser.add_argument("--processes", type=int, default=9, help="new processes each")
    parser.add_argument("--scorings", type=int, default=20_000, help="for the growth of memory")
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--calls", type=int, default=500, help="of each thread")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
