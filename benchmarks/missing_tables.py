"""What tables taken away while learning are worth to a city that lacks them, and what they cost one that has them.

    sbwarn simulate --out data/city --shops 3000 --months 48
    python benchmarks/missing_tables.py data/city --as-of 2026-09

AUC at six months on months later than all that the trial learnt from, 95 % interval over shops, for each share of the
shops that lose each table while learning; "no such table at all" keeps shops and sales alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sbwarn.figures.evaluate import difference, figures
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import risks
from sbwarn.tables.dataset import read_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.training.dropout import droppable, lacking
from sbwarn.training.fit import DEFAULT, fit
from sbwarn.training.learn import outcomes_of
from sbwarn.training.material import Material, gather
from sbwarn.training.rows import Outcomes
from sbwarn.training.trial import SIX, folds

SHARES = (0.0, 0.1, 0.2, 0.3)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--as-of", required=True)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    history = History(read_dataset(asked.dataset))
    material = gather(history, as_month(asked.as_of), label=None, wanted=None, progress=lambda _: None)
    seen = outcomes_of(material)[6]
    if seen is None:
        raise SystemExit("no month is mature at six months")
    mark = ", synthetic" if history.dataset.synthetic else ""
    print(f"n {len(seen.happened):,}, {int(seen.happened.sum()):,} crises{mark}")
    tables = droppable(material.facts, material.rows.values)
    cases = {
        "all tables": seen.values,
        **{f"no {table}": lacking(seen.values, material.facts, table) for table in tables},
    }
    every = seen.values
    for table in tables:
        every = lacking(every, material.facts, table)
    cases["no such table at all"] = every
    told: dict[str, dict[float, np.ndarray]] = {name: {} for name in cases}
    for share in SHARES:
        risk = trial_risk(material, share, asked.seed)
        for name, values in cases.items():
            told[name][share] = risk(values)
    header = "".join(f"{f'share {share:.1f}':>26}" for share in SHARES)
    print(f"{'':22}{header}   less share 0")
    for name, by_share in told.items():
        line = "".join(f"{figure(each, seen, asked.seed):>26}" for each in by_share.values())
        gaps = "".join(gap(by_share[share], by_share[0.0], seen, asked.seed) for share in SHARES[1:])
        print(f"{name:22}{line}  {gaps}{mark}")


def trial_risk(material: Material, share: float, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """What the first trial says of values, having lost tables from this share of the shops."""
    part = folds(material.rows, material.split, learning=material.learning(share, seed=seed))[0]
    booster = fit(part.earlier, material.names, DEFAULT, seed=seed)
    return lambda values: risks(booster, PLAIN, values)[1][:, SIX]


def figure(risk: np.ndarray, seen: Outcomes, seed: int) -> str:
    auc = figures(risk, seen.happened, seen.shop, seed=seed)["auc"]
    return f"{auc.value:.3f} ({auc.low:.3f}–{auc.high:.3f})"


def gap(risk: np.ndarray, plain: np.ndarray, seen: Outcomes, seed: int) -> str:
    found = difference(risk, plain, seen.happened, seen.shop, seed=seed)["auc"]
    return f" {found.value:+.3f} ({found.low:+.3f}…{found.high:+.3f})"


if __name__ == "__main__":
    main()
