"""The Texas protocol: a release trained as of 2016-08, tested on later months as each was known, beside the ladder.

    python benchmarks/texas_protocol.py ../shared/data/texas_receipts [--trials 20] [--seed 1]

Population: positive sales known in the last three months that had closed by the as-of month; beside it the narrower
reading that leaves the oldest of the three out. Event: the last month with sales is at most 3 (6) months after the as-of
month; shops that go on under another number (same name, same place) are excluded. "Trading": the shop still had sales
in the as-of month or later.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sbwarn.figures.evaluate import figures
from sbwarn.figures.ladder import gaps
from sbwarn.indicators.build import named
from sbwarn.labels.events import Events
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.releases.load import load_release
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.releases.record import Figure, Release
from sbwarn.releases.save import save_release
from sbwarn.tables.dataset import write_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month, from_ordinal, month_range, ordinal
from sbwarn.tables.source import import_files, read_source
from sbwarn.training.baselines import RANKS_ONLY, Rung, rungs
from sbwarn.training.fit import settings_of
from sbwarn.training.retrain import retrain
from sbwarn.training.rows import Outcomes, hazard_rows, outcomes, snapshots
from sbwarn.training.split import split

TRAINED, KNOWN = "2016-08", "2017-10"
TESTED = {3: ("2016-09", "2017-02"), 6: ("2016-09", "2016-11")}
WANTED = {
    (3, "all"): (0.80, 0.257),
    (6, "all"): (0.765, 0.255),
    (3, "trading"): (0.735, 0.073),
    (6, "trading"): (0.725, 0.125),
}
"""AUC and average precision that a release has to reach."""
CALIBRATION = ("calibration_slope", "calibration_intercept", "calibration_error", "log_loss")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trials", type=int, default=0, help="of the search, inside the training months")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        history, seconds = imported(asked.folder, Path(place))
        started = time.perf_counter()
        training = retrain(history, TRAINED, trials=asked.trials, seed=asked.seed, progress=shown)
        took = time.perf_counter() - started
        print(
            f"import {seconds:.1f} s, retrain {took:.1f} s, {training.rows:,} rows, {training.events:,} crises"
        )
        release = save_release(training.release, training.golden, Path(place) / "models")
        release = load_release(release.id, models=Path(place) / "models")
    print(
        f"release {release.id}, label {release.label}, seed {asked.seed}, {asked.trials} trials; out-of-time months "
        f"inside the training {release.tested}; calibration {release.facts['calibration']['kind']}"
    )
    print(release.facts["standing"]["en"])
    report(history, release, seed=asked.seed)


def shown(word: str) -> None:
    """The words of the search; the others are many."""
    if " " in word:
        print(f"  {word}", flush=True)


def imported(folder: Path, place: Path) -> tuple[History, float]:
    started = time.perf_counter()
    files = sorted(folder.glob("*.gz"))
    dataset = write_dataset(import_files(read_source("texas_receipts"), files, name="texas"), place / "texas")
    return History(dataset), time.perf_counter() - started


def report(history: History, release: Release, *, seed: int) -> None:
    ladder = trained_ladder(history, release, seed=seed)
    events = find_events(label_rule(release.label.split()[0]), history, as_month(KNOWN))
    print(f"{'':38} {'AUC (95 %)':24} {'AP (95 %)':24} {'n':>7} {'crises':>6}  wanted")
    for horizon, (first, last) in TESTED.items():
        months = month_range(first, last)
        outcome = seen(history, release, months, events, horizon)
        column = HORIZONS.index(horizon)
        forecasts = {
            "ours": risks(release.booster, release.calibration, outcome.values)[1][:, column],
            **{name: rung(outcome.values, outcome.about.lags)[:, column] for name, rung in ladder.items()},
        }
        recent = recently_sold(history, months, outcome)
        for population, who in {
            "all": recent | True,
            "trading": outcome.trading,
            "all, narrower": recent,
            "trading, narrower": recent & outcome.trading,
        }.items():
            tell(horizon, population, forecasts, outcome, who, seed=seed)


def trained_ladder(history: History, release: Release, *, seed: int) -> Mapping[str, Rung]:
    """The baselines, taught on the rows that the release was taught on."""
    trained_on = find_events(label_rule(release.label.split()[0]), history, as_month(TRAINED))
    chosen, facts = split(history.first_month.ordinal, trained_on.mature), named(release.indicators)
    taught = snapshots(history, [from_ordinal(each) for each in chosen.months], facts)
    return rungs(hazard_rows(taught, trained_on), facts, settings_of(release.parameters), seed=seed)


def seen(
    history: History, release: Release, months: Sequence[pd.Period], events: Events, horizon: int
) -> Outcomes:
    found = outcomes(snapshots(history, months, named(release.indicators)), events, horizon)
    if found is None:
        raise SystemExit("the answers of the tested months are not known: is the whole history there?")
    return found


def tell(
    horizon: int,
    population: str,
    forecasts: Mapping[str, np.ndarray],
    outcome: Outcomes,
    who: np.ndarray,
    *,
    seed: int,
) -> None:
    """A line a model, and how far ours is ahead of it."""
    ahead = gaps(forecasts, outcome.happened, outcome.shop, who, seed=seed)
    for model, risk in forecasts.items():
        found = figures(
            risk[who],
            outcome.happened[who],
            outcome.shop[who],
            seed=seed,
            is_probability=model not in RANKS_ONLY,
        )
        auc, ap = found["auc"], found["average_precision"]
        wanted = (
            f"{WANTED[horizon, population]}" if model == "ours" and (horizon, population) in WANTED else ""
        )
        print(
            f"{horizon} months  {population:18} {model:9} {between(auc)}   {between(ap)}   "
            f"{auc.n:>7,} {auc.events:>6,}  {wanted}"
        )
        if model == "ours":
            print(
                f"{'':38} capture 5 % {found['capture_5'].value:.3f}, 10 % {found['capture_10'].value:.3f}; Brier skill "
                f"{found['brier_skill'].value:.3f}; "
                + ", ".join(f"{name.replace('_', ' ')} {between(found[name])}" for name in CALIBRATION)
                + f"; mean risk {risk[who].mean():.4f}, observed {outcome.happened[who].mean():.4f}"
            )
        else:
            gap = ahead[model]
            print(f"{'':38} ours less {model}: {gap.value:+.4f} ({gap.low:+.4f} – {gap.high:+.4f})")


def between(figure: Figure) -> str:
    return f"{figure.value:.4f} ({figure.low:.3f}–{figure.high:.3f})"


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
