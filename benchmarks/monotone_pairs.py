"""Pairs of rows that differ in one constrained indicator alone: does the risk ever fall where it may only rise?

    python benchmarks/monotone_pairs.py                              # simulated city
    python benchmarks/monotone_pairs.py --data FOLDER --as-of 2016-08

Rows are real ones of the training; the second of a pair has a value of the same indicator that some other row has, on
the riskier side. Counted are the pairs whose calibrated risk is lower by any bit, at each horizon, for a free model
and for the one that is held to the directions that the later months can afford, under each kind of calibration.
Ends with 1 if the held model has any.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.releases.calibration import KINDS
from sbwarn.releases.predict import HORIZONS, log_odds, within
from sbwarn.simulate.city import simulate_city
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import dataset_of, read_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.tables.schema import table_schema
from sbwarn.training.calibrate import anchored, calibrate
from sbwarn.training.fit import Settings, fit
from sbwarn.training.material import gather
from sbwarn.training.monotone import SIDES, affordable
from sbwarn.training.trial import folds, odds_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.training.material import Material


def main() -> int:
    wish = _arguments()
    material, of = _material(wish)
    parts = folds(material.rows, material.split)
    if wish.all:
        held = {fact.name: SIDES[fact.riskier] for fact in material.facts if fact.riskier}
        held = {name: side for name, side in held.items() if _known(material, name)}
        print(f"{of}: held to all {len(held)} declared directions that are known")
    else:
        found = affordable(parts, material.facts, Settings(trees=wish.trees), seed=1)
        held, cost = dict(found.monotone), found.cost
        print(
            f"{of}: held to {len(held)} of {found.declared} declared directions, AUC cost {cost.value:.4f} "
            f"({cost.low:.4f}–{cost.high:.4f}; {cost.n:,} rows, {cost.events:,} crises)"
        )
    if not held:
        print("nothing is held: there are no pairs")
        return 1
    before, after = pairs(material, held, wish.pairs)
    broken = 0
    print(f"{wish.pairs:,} pairs; risks that fell at {', '.join(map(str, HORIZONS))} months")
    for name, settings in {
        "free": Settings(trees=wish.trees),
        "held": Settings(trees=wish.trees, monotone=held),
    }.items():
        for kind, fell in violations(material, settings, before, after).items():
            print(f"{name:5} {kind:9} {' '.join(f'{each:8,d}' for each in fell)}", flush=True)
            broken += int(fell.sum()) if name == "held" else 0
    return 1 if broken else 0


def pairs(material: Material, held: Mapping[str, int], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows, and the same rows with one constrained indicator moved to the riskier side."""
    rng = np.random.default_rng(1)
    values, names = material.rows.values, list(material.names)
    share = -(-count // len(held))
    before, after = [], []
    for name, side in held.items():
        column = names.index(name)
        known = np.flatnonzero(~np.isnan(values[:, column]))
        one, other = values[rng.choice(known, share)], values[rng.choice(known, share), column]
        moved = one.copy()
        ends = np.sort(np.column_stack([one[:, column], other]), axis=1)[:, ::side]
        one = one.copy()
        one[:, column], moved[:, column] = ends[:, 0], ends[:, 1]
        before.append(one)
        after.append(moved)
    return np.concatenate(before)[:count], np.concatenate(after)[:count]


def violations(
    material: Material, settings: Settings, before: np.ndarray, after: np.ndarray
) -> dict[str, np.ndarray]:
    """By kind of calibration, the pairs whose risk fell at each horizon."""
    rows, names = material.rows, material.names
    booster = fit(rows, names, settings, seed=1)
    parts = folds(rows, material.split)
    odds = [odds_of(fit(part.earlier, names, settings, seed=1), part.later) for part in parts]
    interval = np.concatenate([part.later.interval for part in parts])
    happened = np.concatenate([part.later.happened for part in parts])
    own = odds_of(booster, rows)
    ends = [log_odds(booster, values) for values in (before, after)]
    found = {}
    for kind in KINDS:
        seen = calibrate(np.concatenate(odds), interval, happened, kind=kind)
        settled = anchored(seen, own, rows.interval, rows.happened)
        low, high = (within(settled.hazards(each)) for each in ends)
        found[kind] = (high < low).sum(axis=0)
    return found


def _known(material: Material, name: str) -> bool:
    return bool((~np.isnan(material.rows.values[:, material.names.index(name)])).any())


def _material(wish: argparse.Namespace) -> tuple[Material, str]:
    if wish.data:
        dataset = read_dataset(wish.data)
        of = dataset.name
    else:
        tables = simulate_city(shops=wish.shops, months=40, last="2026-09", seed=3).tables
        found = {name: check_table(rows, table_schema(name), where=name) for name, rows in tables.items()}
        dataset = dataset_of(found, name="city", currency="KRW", synthetic=True)
        of = f"synthetic city of {wish.shops} shops"
    month = as_month(wish.as_of)
    material = gather(History(dataset), month, label=None, wanted=None, progress=lambda _: None)
    return replace(material, taken=[]), of


def _arguments() -> argparse.Namespace:
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--data", type=Path, help="an imported data set; without it a city is simulated")
    wish.add_argument("--as-of", default="2026-06")
    wish.add_argument("--shops", type=int, default=600)
    wish.add_argument("--pairs", type=int, default=100_000)
    wish.add_argument("--trees", type=int, default=Settings().trees)
    wish.add_argument("--all", action="store_true", help="hold every declared direction, affordable or not")
    return wish.parse_args()


if __name__ == "__main__":
    sys.exit(main())
