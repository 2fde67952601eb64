"""The same release on any number of threads: a simulated city, trained in processes of their own, digests side by side.

    python benchmarks/thread_digest.py --threads 1 2 4

Each process simulates the same city, trains and saves one release; told are its name, the digest of its manifest and
that of the booster alone. Once free, and once held to every declared direction, for constraints take other ways
through LightGBM. Ends with 1 if two digests differ. Synthetic data.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

SIDES = {"high": 1, "low": -1}


def main() -> int:
    wish = _arguments()
    if wish.one:
        print(json.dumps(trained(wish.shops, wish.months, held=wish.one == "held")))
        return 0
    same = True
    print(f"synthetic city, {wish.shops} shops, {wish.months} months, {os.cpu_count()} cores of this machine")
    print(f"{'':6} {'threads':>7} {'used':>5} {'seconds':>8}  {'release':34} {'manifest':18} booster")
    for way in ("free", "held"):
        told = {threads: _apart(wish, way, threads) for threads in wish.threads}
        for threads, each in told.items():
            print(
                f"{way:6} {threads:7d} {each['threads']:5d} {each['seconds']:8.1f}  {each['release']:34} {each['manifest'][:16]:18} {each['booster'][:16]}",
                flush=True,
            )
        same &= len({(each["manifest"], each["booster"]) for each in told.values()}) == 1
    print("one digest each" if same else "DIGESTS DIFFER")
    return 0 if same else 1


def trained(shops: int, months: int, *, held: bool) -> dict[str, object]:
    """Digests of a release that this process trains."""
    from threadpoolctl import threadpool_info

    from sbwarn.indicators.selection import default_set
    from sbwarn.releases.save import save_release
    from sbwarn.simulate.city import simulate_city
    from sbwarn.tables.check import check_table
    from sbwarn.tables.dataset import dataset_of
    from sbwarn.tables.history import History
    from sbwarn.tables.schema import table_schema
    from sbwarn.training.fit import Settings
    from sbwarn.training.retrain import retrain

    started = time.perf_counter()
    tables = simulate_city(shops=shops, months=months, last="2026-09", seed=3).tables
    found = {name: check_table(rows, table_schema(name), where=name) for name, rows in tables.items()}
    history = History(dataset_of(found, name="city", currency="KRW", synthetic=True))
    settings = Settings()
    if held:
        sides = {fact.name: SIDES[fact.riskier] for fact in default_set() if fact.riskier}
        settings = replace(settings, monotone=sides)
    training = retrain(history, "2026-03", seed=1, settings=settings, trials=0)
    with tempfile.TemporaryDirectory() as place:
        release = save_release(training.release, training.golden, Path(place))
        folder = Path(place) / release.id
        digests = {
            name: hashlib.sha256((folder / file).read_bytes()).hexdigest()
            for name, file in {"manifest": "MANIFEST", "booster": "booster.txt"}.items()
        }
    pools = [each["num_threads"] for each in threadpool_info() if each["user_api"] == "openmp"]
    seconds = time.perf_counter() - started
    return {"release": release.id, "seconds": seconds, "threads": max(pools, default=1), **digests}


def _apart(wish: argparse.Namespace, way: str, threads: int) -> dict[str, object]:
    """A training in a process of its own: a library that has started its threads keeps them."""
    options = ["--one", way, "--shops", str(wish.shops), "--months", str(wish.months)]
    told: dict[str, object] = json.loads(
        subprocess.run(
            [sys.executable, __file__, *options],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"},
        ).stdout.splitlines()[-1]
    )
    return told


def _arguments() -> argparse.Namespace:
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--shops", type=int, default=600)
    wish.add_argument("--months", type=int, default=40)
    wish.add_argument("--threads", type=int, nargs="+", default=[1, 2, 4])
    wish.add_argument("--one", choices=["free", "held"], help="train in this process")
    return wish.parse_args()


if __name__ == "__main__":
    sys.exit(main())
