"""The Texas protocol: a release trained as of 2016-08, tested on later months as each was known, beside both baselines.

    python benchmarks/texas_protocol.py ../shared/data/texas_receipts

Population: positive sales known in the last three months that had closed by the as-of month; beside it the narrower
reading that leaves the oldest of the three out. Event: the last month with sales is at most 3 (6) months after the as-of
month; shops that go on under another number (same name, same place) are excluded. "Trading": the shop still had sales
in the as-of month or later.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sbwarn.indicators.build import named
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.releases.load import load_release
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.releases.record import Release
from sbwarn.releases.save import save_release
from sbwarn.tables.dataset import write_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month, month_range, ordinal
from sbwarn.tables.source import import_files, read_source
from sbwarn.training.baselines import logistic, momentum
from sbwarn.training.evaluate import difference, figures
from sbwarn.training.retrain import retrain
from sbwarn.training.rows import Outcomes, hazard_rows, outcomes, snapshots
from sbwarn.training.split import split

TRAINED, KNOWN = "2016-08", "2017-10"
TESTED = {3: ("2016-09", "2017-02"), 6: ("2016-09", "2016-11")}
WANTED = {
    (3, "all"): (0.79, 0.24),
    (6, "all"): (0.755, 0.24),
    (3, "trading"): (0.725, 0.068),
    (6, "trading"): (0.715, 0.115),
}
SKETCH = {
    (3, "all"): (0.798, 0.257),
    (6, "all"): (0.763, 0.254),
    (3, "trading"): (0.731, 0.073),
    (6, "trading"): (0.721, 0.125),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as place:
        history, seconds = imported(folder, Path(place))
        started = time.perf_counter()
        training = retrain(history, TRAINED)
        print(
            f"import {seconds:.1f} s, retrain {time.perf_counter() - started:.1f} s, rows {training.rows:,}, crises {training.events:,}"
        )
        release = save_release(training.release, training.golden, Path(place) / "models")
        release = load_release(release.id, models=Path(place) / "models")
    print(
        f"release {release.id}, label {release.label}, out-of-time months inside the training {release.tested}"
    )
    report(history, release)


def imported(folder: Path, place: Path) -> tuple[History, float]:
    started = time.perf_counter()
    files = sorted(folder.glob("*.gz"))
    dataset = write_dataset(import_files(read_source("texas_receipts"), files, name="texas"), place / "texas")
    return History(dataset), time.perf_counter() - started


def report(history: History, release: Release) -> None:
    rule = label_rule(release.label.split()[0])
    trained_on = find_events(rule, history, as_month(TRAINED))
    chosen = split(history.first_month.ordinal, trained_on.mature)
    facts = named(release.indicators)
    taught = snapshots(history, [as_month("1970-01") + each for each in chosen.months], facts)
    regression = logistic(hazard_rows(taught, trained_on))
    events = find_events(rule, history, as_month(KNOWN))
    print(f"{'':38} {'AUC (95 %)':24} {'AP (95 %)':24} {'n':>7} {'crises':>6}  wanted, sketch")
    for horizon, (first, last) in TESTED.items():
        months = month_range(first, last)
        outcome = outcomes(snapshots(history, months, facts), events, horizon)
        column = HORIZONS.index(horizon)
        recent = recently_sold(history, months, outcome)
        forecasts = {
            "ours": risks(release.booster, release.calibration, outcome.values)[1][:, column],
            "logistic": regression.risks(outcome.values)[:, column],
            "momentum": momentum(outcome.values, release.indicators),
        }
        every = np.ones(len(recent), dtype=bool)
        lines = {
            "all": every,
            "trading": outcome.trading,
            "all, narrower": recent,
            "trading, narrower": recent & outcome.trading,
        }
        for population, who in lines.items():
            for model, risk in forecasts.items():
                found = figures(
                    risk[who],
                    outcome.happened[who],
                    outcome.shop[who],
                    seed=1,
                    is_probability=model != "momentum",
                )
                auc, ap = found["auc"], found["average_precision"]
                wanted = (
                    f"{WANTED[horizon, population]}, {SKETCH[horizon, population]}"
                    if model == "ours" and (horizon, population) in WANTED
                    else ""
                )
                print(
                    f"{horizon} months  {population:18} {model:9} {auc.value:.3f} ({auc.low:.3f}–{auc.high:.3f})   "
                    f"{ap.value:.3f} ({ap.low:.3f}–{ap.high:.3f})   {auc.n:>7,} {auc.events:>6,}  {wanted}"
                )
                if model == "ours":
                    slope, middle = found["calibration_slope"], found["calibration_intercept"]
                    print(
                        f"{'':38} capture 5 % {found['capture_5'].value:.3f}, 10 % {found['capture_10'].value:.3f}; Brier skill "
                        f"{found['brier_skill'].value:.3f}; calibration slope {slope.value:.2f} ({slope.low:.2f}–{slope.high:.2f}), "
                        f"intercept {middle.value:.2f}; mean risk {risk[who].mean():.4f}, observed {outcome.happened[who].mean():.4f}"
                    )
                else:
                    gap = difference(
                        forecasts["ours"][who], risk[who], outcome.happened[who], outcome.shop[who], seed=1
                    )
                    print(
                        f"{'':38} ours less {model}: "
                        + ", ".join(
                            f"{name} {value:+.3f} ({low:+.3f}–{high:+.3f})"
                            for name, (value, low, high) in gap.items()
                        )
                    )


def recently_sold(history: History, months: Sequence[pd.Period], outcome: Outcomes) -> np.ndarray:
    """True for rows whose shop had a positive sale known in the last two closed months."""
    keep = np.zeros(len(outcome.shop), dtype=bool)
    for month in months:
        panel = history.as_known(month)
        sold = set(panel.shops.ids[(panel.quantities["sales"][-2:] > 0).any(axis=0)])
        mine = outcome.month == ordinal(month)
        keep[mine] = [shop in sold for shop in outcome.shop[mine]]
    return keep


if __name__ == "__main__":
    main()
