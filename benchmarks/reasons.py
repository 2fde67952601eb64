"""Reasons: scoring with our TreeSHAP beside LightGBM's `pred_contrib`, and woodelf and shap where they are installed.

    python benchmarks/reasons.py
    python benchmarks/reasons.py --data FOLDER --release NAME --shops 5000
    PYTHONPATH=FOLDER_WITH_WOODELF_AND_SHAP python benchmarks/reasons.py

Rows are the scorable shops of a data set (without one, of a simulated city) at its latest month, repeated up to
`--shops`, each at three intervals. First the contributions are compared: with the others' on some rows, then our own
bit for bit: each shop alone, in another order, in a part and among all. Then everybody takes turns on one thread: for
many shops against the whole way to scores with reasons and strengths, and for one. Those who need minutes get
`--sample` shops, and `--sample 0` gives them every one. Ends with 1 if a bit differs, or a value by more than 1e-9.
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
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sbwarn.indicators.build import build, named
from sbwarn.reasons.treeshap import tables_of, treeshap
from sbwarn.releases.load import load_release
from sbwarn.releases.predict import INTERVALS
from sbwarn.scoring.panel import score_panel
from sbwarn.simulate.city import simulate_city
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import dataset_of, read_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.tables.schema import table_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sbwarn.releases.record import Release
    from sbwarn.tables.panel import Panel

LAST = tuple(float(interval) for interval in range(len(INTERVALS)))
CITY, MONTHS, LATEST = 2_000, 40, "2026-09"
"""Shops of the city, its months and the last of them."""
WANTED = 6.0
"""How many times faster than `pred_contrib` many shops must be scored and explained."""
ALONE, ALONE_MS, SILENT_MS = 1.8, 12.0, 3.0
"""One shop: times what LightGBM alone takes and milliseconds, with reasons; milliseconds without."""
CLOSE = 1e-9
PRED_CONTRIB = "pred_contrib, 1 thread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One way to contributions."""

    name: str
    shops: int
    run: Callable[[np.ndarray], Any]
    """Shops × indicators → shops × intervals × columns; for scores, whatever."""


def main() -> int:
    wish = _arguments()
    release = load_release(wish.release)
    panel = panel_of(wish.data, release, wish.shops)
    values = build(panel, release.peers, wanted=named(release.indicators))
    sample = values[: wish.sample or None]
    print(
        f"{release.id}: {release.booster.num_trees()} trees, {values.shape[1]} indicators; "
        f"{len(values):,} shops × {len(LAST)} intervals, {np.isnan(values).mean():.0%} unknown"
    )
    rivals = [ours(release, len(values)), *others(release, len(sample))]
    same = close(rivals, sample[:500]) & identical(release, values[: wish.alone])
    print(f"\n{'many shops':36}{'shops':>8}{'s':>9}{'µs a shop':>12}{'to scores':>10}")
    in_turns([scores(release, panel), *rivals], values, wish.repeat)
    alone(release, panel, values)
    return 0 if same else 1


def panel_of(data: Path | None, release: Release, shops: int) -> Panel:
    """The scorable shops at the latest month of a data set, over and over up to `shops`."""
    if data is None:
        city = simulate_city(shops=CITY, months=MONTHS, last=LATEST, seed=5).tables
        checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in city.items()}
        dataset = dataset_of(checked, name="city", currency=release.currency, synthetic=True)
    else:
        dataset = read_dataset(data)
    known = dataset.tables["sales"]["month"].max()
    panel = History(dataset).as_known(as_month(str(known)[:7]) + release.lags["sales"])
    told = score_panel(panel, release.peers, release, explain=False)
    scored = [place for place, score in enumerate(told) if score.scored]
    return panel.only(np.resize(scored, shops).tolist())


def scores(release: Release, panel: Panel) -> Rival:
    """Everything: indicators, risks, intervals, reasons, strengths."""
    return Rival(
        name="scores with reasons and strengths",
        shops=len(panel.shops),
        run=lambda _: score_panel(panel, release.peers, release, horizon=12),
    )


def ours(release: Release, shops: int) -> Rival:
    return Rival(
        name="our TreeSHAP alone", shops=shops, run=lambda values: treeshap(release.booster, values, LAST)[0]
    )


def others(release: Release, shops: int) -> Iterator[Rival]:
    """Whoever is installed; the last column of what LightGBM returns is where contributions start."""

    def pred_contrib(values: np.ndarray) -> np.ndarray:
        told = release.booster.predict(rows_of(values), pred_contrib=True, num_threads=1)
        return np.asarray(told).reshape(len(values), len(LAST), -1)[:, :, :-1]

    yield Rival(name=PRED_CONTRIB, shops=shops, run=pred_contrib)
    names = [*release.indicators, "interval"]
    if importlib.util.find_spec("woodelf"):
        from woodelf.explainer import WoodelfExplainer

        def woodelf(values: np.ndarray) -> np.ndarray:
            table = pd.DataFrame(rows_of(values), columns=names)
            with contextlib.redirect_stdout(io.StringIO()):
                told = WoodelfExplainer(release.booster).shap_values(table, verbose=False)
            return np.asarray(told).reshape(len(values), len(LAST), -1)

        yield Rival(name="woodelf", shops=shops, run=woodelf)
    if not importlib.util.find_spec("shap"):
        print("shap is not installed: TreeExplainer is left out")
    else:
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


def in_turns(rivals: list[Rival], values: np.ndarray, repeat: int) -> None:
    """Times of everybody in the order of `rivals`, the first of whom the others are measured by."""
    times: dict[str, list[float]] = {rival.name: [] for rival in rivals}
    for _ in range(repeat):
        for rival in rivals:
            started = time.perf_counter()
            rival.run(values[: rival.shops])
            times[rival.name].append((time.perf_counter() - started) / rival.shops)
    each = {name: statistics.median(found) for name, found in times.items()}
    first = each[rivals[0].name]
    for rival in rivals:
        took = each[rival.name]
        print(
            f"{rival.name:36}{rival.shops:8,d}{took * rival.shops:9.2f}{took * 1e6:12.1f}{took / first:10.2f}"
        )
    print(f"pred_contrib takes {each[PRED_CONTRIB] / first:.1f} times as long as scores; wanted {WANTED:.0f}")


def alone(release: Release, panel: Panel, values: np.ndarray) -> None:
    """One shop at a time, and what it costs to make the tables."""
    text = release.booster.model_to_string()
    made = median_ms(lambda _: tables_of(text), 5)
    tables = tables_of(text)
    size = tables.still.table.nbytes / 1e6 if tables else 0.0
    shops = [panel.only([place]) for place in range(min(200, len(values)))]

    def lightgbm(shop: int) -> None:
        rows = rows_of(values[shop : shop + 1])
        for way in ("raw_score", "pred_contrib"):
            release.booster.predict(rows, num_threads=1, validate_features=False, **{way: True})

    def scored(shop: int, *, explain: bool) -> None:
        score_panel(shops[shop], release.peers, release, explain=explain, horizon=12)

    beside, full, silent = (
        median_ms(work, len(shops))
        for work in (
            lightgbm,
            lambda shop: scored(shop, explain=True),
            lambda shop: scored(shop, explain=False),
        )
    )
    own = median_ms(lambda shop: treeshap(release.booster, values[shop : shop + 1], LAST), len(shops))
    print(f"\none shop: predict and pred_contrib alone {beside:.2f} ms; our TreeSHAP alone {own:.2f} ms")
    print(f"with reasons {full:.2f} ms = {full / beside:.1f} times; wanted {ALONE} and {ALONE_MS:.0f} ms")
    print(
        f"without {silent:.2f} ms; wanted {SILENT_MS:.0f} ms; tables made once in {made:.0f} ms, {size:.1f} MB"
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
    wish.add_argument("--data", type=Path, help="a data set; without it a city is simulated")
    wish.add_argument("--shops", type=int, default=25_000)
    wish.add_argument("--alone", type=int, default=10_000, help="shops that are also explained one by one")
    wish.add_argument("--sample", type=int, default=4_000, help="shops for those who are slow; 0 for all")
    wish.add_argument("--repeat", type=int, default=3)
    return wish.parse_args()


if __name__ == "__main__":
    sys.exit(main())
