"""How time and memory grow with the number of shops: the whole catalogue, one as-of month, panels made in memory.

    python benchmarks/growth.py --shops 10000 100000 1000000 --threads 2

Every quantity of the panel is filled, a tenth of the values unknown. Each size runs in a process of its own. Told are the
time of the feature table, that of the peers apart, and both against the time in which NumPy adds up the
whole panel once, both with the same threads: no engine reads a panel faster than that. Peak memory is the
highest resident memory of the process, less that of its imports, over the bytes of the panel. The exponent is
the slope of log time over log shops from one size to the next: 1 is proportional.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.build import build, catalogue
from sbwarn.indicators.peertable import peer_table
from sbwarn.tables.month import as_month
from sbwarn.tables.panel import DEPTH, QUANTITIES, Panel, Shops

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = as_month("2026-06")
INDUSTRIES, DISTRICTS = 20, 25


def main() -> None:
    """One line a size."""
    wish = _arguments()
    if wish.one:
        print(json.dumps(measure(wish.one, threads=wish.threads, repeat=wish.repeat)))
        return
    print(
        f"whole catalogue, {len(catalogue())} indicators, {len(QUANTITIES)} quantities, {wish.threads} threads"
    )
    print(
        f"{'shops':>9s} {'features s':>11s} {'peers s':>9s} {'panel MB':>9s} {'one sum s':>10s} "
        f"{'features / sum':>15s} {'peak / panel':>13s} {'exponent':>9s} {'of peers':>9s}"
    )
    before: dict[str, float] = {}
    for shops in wish.shops:
        told = _apart(shops, wish)
        exponents = [_exponent(name, before, told) for name in ("features", "peers")]
        print(
            f"{shops:9d} {told['features']:11.3f} {told['peers']:9.3f} {told['panel'] / 1e6:9.0f} {told['sum']:10.4f} "
            f"{told['features'] / told['sum']:15.1f} {told['peak'] / told['panel']:13.2f} {exponents[0]:>9s} {exponents[1]:>9s}",
            flush=True,
        )
        before = told


def _arguments() -> argparse.Namespace:
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--shops", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    wish.add_argument("--threads", type=int, default=2)
    wish.add_argument("--repeat", type=int, default=3)
    wish.add_argument("--one", type=int, help="measure this size in this process")
    return wish.parse_args()


def _apart(shops: int, wish: argparse.Namespace) -> dict[str, float]:
    """A size in a process of its own, so that its peak of memory is its own."""
    options = ["--one", str(shops), "--threads", str(wish.threads), "--repeat", str(wish.repeat)]
    told: dict[str, float] = json.loads(
        subprocess.run(
            [sys.executable, __file__, *options], check=True, capture_output=True, text=True
        ).stdout
    )
    return told


def _exponent(name: str, before: dict[str, float], told: dict[str, float]) -> str:
    if not before:
        return ""
    return f"{np.log(told[name] / before[name]) / np.log(told['shops'] / before['shops']):.2f}"


def measure(shops: int, *, threads: int, repeat: int) -> dict[str, float]:
    """Seconds and bytes of one size."""
    imports = _peak()
    panel = random_panel(shops, np.random.default_rng(1))
    whole = float(sum(values.nbytes for values in panel.quantities.values()))
    added = min(_timed(lambda: _sum_of_all(panel, threads)) for _ in range(repeat))
    start = time.perf_counter()
    peers = peer_table(panel)
    apart = time.perf_counter() - start
    features = min(_timed(lambda: build(panel, peers, threads=threads)) for _ in range(repeat))
    return {
        "shops": shops,
        "features": features,
        "peers": apart,
        "sum": added,
        "panel": whole,
        "peak": _peak() - imports,
    }


def random_panel(shops: int, rng: np.random.Generator) -> Panel:
    """A panel in which every quantity is told, and every fact of a shop."""
    now = AS_OF.ordinal
    number = np.arange(shops)
    told = {
        "ids": np.array([f"S{each:07d}" for each in number]),
        "industry": np.array([f"I{each:02d}" for each in range(INDUSTRIES)], dtype=object)[
            number % INDUSTRIES
        ],
        "district": np.array([f"D{each:02d}" for each in range(DISTRICTS)], dtype=object)[
            number // INDUSTRIES % DISTRICTS
        ],
        "name": np.full(shops, None, dtype=object),
        "site": np.full(shops, None, dtype=object),
        "opened": now - rng.integers(0, 200, shops),
        "closed": np.full(shops, -1),
        "floor_area": rng.uniform(20.0, 90.0, shops),
        "is_chain": (rng.random(shops) < 0.2).astype(float),
        "lease_ends": now + rng.integers(-3, 24, shops).astype(float),
    }
    unknown = np.full(shops, np.nan)
    return Panel(
        as_of=AS_OF,
        shops=Shops(**{field.name: told.get(field.name, unknown) for field in fields(Shops)}),
        quantities={name: _random_months(shops, rng) for name in QUANTITIES},
        lags=dict.fromkeys(QUANTITIES, 1),
    )


def _random_months(shops: int, rng: np.random.Generator) -> np.ndarray:
    """Between a tenth and one, a tenth of the values unknown; nobody can write to them, as in a panel of a history."""
    values = rng.random((DEPTH, shops))
    for month in values:
        month[month < 0.1] = np.nan
    values.flags.writeable = False
    return values


def _sum_of_all(panel: Panel, threads: int) -> float:
    """Every byte of the panel read once, in as many parts as there are threads."""
    flat = [values.reshape(-1) for values in panel.quantities.values()]
    parts = [part for values in flat for part in np.array_split(values, threads)]
    with ThreadPoolExecutor(threads) as pool:
        return float(sum(pool.map(np.sum, parts)))


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _peak() -> float:
    """Highest resident memory of this process so far, in bytes; Linux tells it in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


if __name__ == "__main__":
    main()
