"""Reasons: our TreeSHAP beside LightGBM's `pred_contrib`, and woodelf and shap where they are installed.

    python benchmarks/reasons.py
    python benchmarks/reasons.py --release NAME --shops 5000 --sample 1000
    PYTHONPATH=FOLDER_WITH_WOODELF_AND_SHAP python benchmarks/reasons.py

Rows are the shops of a simulated city at as many months as it takes, at the intervals that reasons tell of. First the
contributions are compared: with `pred_contrib` on the sample, then our own bit for bit: all shops, each alone, in
another order and a part of them. Then everybody takes turns on one thread. Those who need minutes get the sample, and
`--sample 0` gives them every row. Ends with 1 if a bit differs, or a value by more than 1e-9.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import statistics
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.engines.features import build_features
from sbwarn.reasons.explain import TOLD_INTERVALS
from sbwarn.reasons.treeshap import tables_of, treeshap
from sbwarn.releases.load import load_release
from sbwarn.simulate.city import simulate_city
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import dataset_of
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.tables.schema import table_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sbwarn.releases.record import Release

LAST = tuple(float(interval) for interval in range(TOLD_INTERVALS))
CITY, LATEST, EARLIER = 2_000, "2026-09", 16
"""Shops of the city, its last month, and as-of months that it has at most."""
WANTED = 6.0
"""How many times faster than `pred_contrib` many shops must be."""
CLOSE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One way to contributions."""

    name: str
    shops: int
    run: Callable[[np.ndarray], np.ndarray]
    """Shops × indicators → shops × intervals × columns."""


def main() -> int:
    wish = _arguments()
    release = load_release(wish.release)
    values = indicators_of(release, wish.shops)
    sample = values[: wish.sample or None]
    parameters = f"{release.booster.num_trees()} trees, {values.shape[1]} indicators"
    print(
        f"{release.id}: {parameters}; {len(values):,} shops × {len(LAST)} intervals, {unknown(values)} unknown"
    )
    rivals = [ours(release, len(values)), *others(release, len(sample))]
    same = close(rivals, sample[:500]) & identical(release, values[: wish.alone])
    print(f"\n{'many shops':24}{'shops':>8}{'s':>9}{'µs a shop':>12}{'to ours':>9}")
    slower = in_turns(rivals, values, wish.repeat)
    print(f"pred_contrib takes {slower:.1f} times as long as ours; wanted {WANTED:.0f}")
    alone(release, values)
    return 0 if same else 1


def indicators_of(release: Release, shops: int) -> np.ndarray:
    """Indicators of shops of a simulated city, latest month first."""
    city = simulate_city(shops=CITY, months=EARLIER + 24, last=LATEST, seed=5).tables
    checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in city.items()}
    history = History(dataset_of(checked, name="city", currency="KRW", synthetic=True))
    found = pd.concat(
        build_features(history, as_month(LATEST) - back, indicators=release.indicators)
        for back in range(min(EARLIER, -(-shops // CITY) + 1))
    )
    return found[list(release.indicators)].to_numpy(dtype=float)[:shops]


def unknown(values: np.ndarray) -> str:
    return f"{np.isnan(values).mean():.0%}"


def ours(release: Release, shops: int) -> Rival:
    return Rival(name="ours", shops=shops, run=lambda values: treeshap(release.booster, values, LAST)[0])


def others(release: Release, shops: int) -> Iterator[Rival]:
    """Whoever is installed; the last column of what LightGBM returns is where contributions start."""

    def pred_contrib(values: np.ndarray) -> np.ndarray:
        told = release.booster.predict(rows_of(values), pred_contrib=True, num_threads=1)
        return np.asarray(told).reshape(len(values), len(LAST), -1)[:, :, :-1]

    yield Rival(name="pred_contrib, 1 thread", shops=shops, run=pred_contrib)
    names = [*release.indicators, "interval"]
    if importlib.util.find_spec("woodelf"):
        from woodelf.explainer import WoodelfExplainer

        def woodelf(values: np.ndarray) -> np.ndarray:
            table = pd.DataFrame(rows_of(values), columns=names)
            with contextlib.redirect_stdout(io.StringIO()):
                told = WoodelfExplainer(release.booster).shap_values(table, verbose=False)
            return np.asarray(told).reshape(len(values), len(LAST), -1)

        yield Rival(name="woodelf", shops=shops, run=woodelf)
    if importlib.util.find_spec("shap"):
        import shap

        def tree_explainer(values: np.ndarray) -> np.ndarray:
            told = shap.TreeExplainer(release.booster).shap_values(rows_of(values))
            return np.asarray(told).reshape(len(values), len(LAST), -1)

        yield Rival(name="shap.TreeExplainer", shops=shops, run=tree_explainer)


def rows_of(values: np.ndarray) -> np.ndarray:
    """Rows as the booster wants them: every shop at every interval."""
    return np.column_stack([np.repeat(values, len(LAST), axis=0), np.tile(LAST, len(values))])


def close(rivals: list[Rival], values: np.ndarray) -> bool:
    """Are the contributions the same; the raw score is their sum."""
    own, *rest = (rival.run(values) for rival in rivals)
    gaps = [float(np.abs(own - other).max()) for other in rest]
    for rival, gap in zip(rivals[1:], gaps, strict=True):
        print(f"largest gap to {rival.name}: {gap:.1e}")
    return gaps[0] <= CLOSE


def identical(release: Release, values: np.ndarray) -> bool:
    """Does every shop get the same bits alone, in another order, in a part, and among all."""
    among = treeshap(release.booster, values, LAST)[0]
    each = np.concatenate(
        [treeshap(release.booster, values[shop : shop + 1], LAST)[0] for shop in range(len(values))]
    )
    order = np.random.default_rng(1).permutation(len(values))
    part = order[: len(order) // 3]
    raw = release.booster.predict(rows_of(values), raw_score=True, num_threads=1).reshape(len(values), -1)
    start = treeshap(release.booster, values[:1], LAST)[1]
    gap = float(np.abs(among.sum(axis=2) + start - raw).max())
    differ = {
        "alone": (each != among).any(axis=(1, 2)).sum(),
        "permuted": (treeshap(release.booster, values[order], LAST)[0] != among[order])
        .any(axis=(1, 2))
        .sum(),
        "in a part": (treeshap(release.booster, values[part], LAST)[0] != among[part]).any(axis=(1, 2)).sum(),
    }
    told = ", ".join(f"{count} {way}" for way, count in differ.items())
    print(f"{len(values):,} shops, differing in any bit: {told}")
    print(f"start and contributions against the raw score: {gap:.1e}")
    return not any(differ.values()) and gap <= CLOSE


def in_turns(rivals: list[Rival], values: np.ndarray, repeat: int) -> float:
    """Times of everybody in the order of `rivals`; how many times as long as ours `pred_contrib` takes a shop."""
    times: dict[str, list[float]] = {rival.name: [] for rival in rivals}
    for _ in range(repeat):
        for rival in rivals:
            started = time.perf_counter()
            rival.run(values[: rival.shops])
            times[rival.name].append((time.perf_counter() - started) / rival.shops)
    each = {name: statistics.median(found) for name, found in times.items()}
    for rival in rivals:
        took = each[rival.name]
        print(
            f"{rival.name:24}{rival.shops:8,d}{took * rival.shops:9.2f}{took * 1e6:12.1f}{took / each['ours']:9.1f}"
        )
    return each["pred_contrib, 1 thread"] / each["ours"]


def alone(release: Release, values: np.ndarray) -> None:
    """One shop at a time, and what it costs to make the tables."""
    text = release.booster.model_to_string()
    made = median_ms(lambda _: tables_of(text), 5)
    tables = tables_of(text)
    size = tables.still.table.nbytes / 1e6 if tables else 0.0
    own = ours(release, 1).run
    beside = next(iter(others(release, 1))).run
    one, other = (median_ms(lambda shop, run=run: run(values[shop : shop + 1]), 300) for run in (own, beside))
    print(
        f"one shop: ours {one:.2f} ms, pred_contrib {other:.2f} ms; tables made once in {made:.0f} ms, {size:.1f} MB"
    )


def median_ms(work: Callable[[int], object], times: int) -> float:
    found = []
    for turn in range(times):
        started = time.perf_counter()
        work(turn)
        found.append(time.perf_counter() - started)
    return 1e3 * statistics.median(found)


def _arguments() -> argparse.Namespace:
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--release", help="a release folder or name; without it the one that is shipped")
    wish.add_argument("--shops", type=int, default=25_000)
    wish.add_argument("--alone", type=int, default=10_000, help="shops that are also explained one by one")
    wish.add_argument("--sample", type=int, default=4_000, help="shops for those who are slow; 0 for all")
    wish.add_argument("--repeat", type=int, default=3)
    return wish.parse_args()


if __name__ == "__main__":
    sys.exit(main())
