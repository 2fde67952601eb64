"""Does the crisis rate lie inside the interval? Later months than model and calibration saw, by horizon and depth grade.

    python benchmarks/interval_coverage.py data/texas --as-of 2016-08 2016-05 2016-11 --until 2017-10

Shops of one depth grade are put into groups of neighbours by risk (at least 200 shop-months each). For every group:
is the observed rate inside the mean interval of its shops ("inside")? It cannot be in 95 of 100 groups, because the
rate of a few hundred shops wobbles by itself: "wanted" is the share that would lie inside if the rate behind the
group were drawn from the interval and the shops from that rate, months of one shop counted as they hang together.
"With wobble" widens the interval by that wobble, and .95 is wanted. Beside it the peer: ten bands of equal size with
Wilson's interval, as releases of protocol 2 told them, from the same rows. The last lines take away what a city or a
young shop lacks, from every tested shop.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sbwarn.labels.rules import find_events
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.releases.venn import GRADES
from sbwarn.scoring.panel import FEWEST_MONTHS, LEAST, grades, known_share
from sbwarn.tables.dataset import read_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month, from_ordinal, month_range
from sbwarn.tables.wilson import Z95, wilson
from sbwarn.training.dropout import droppable, lacking
from sbwarn.training.fit import DEFAULT, weights
from sbwarn.training.learn import Learnt, learn
from sbwarn.training.material import Material, gather
from sbwarn.training.rows import Outcomes, outcomes, snapshots

GROUPS = (50, 10)
"""Many groups show where; few large ones wobble less and show more."""
FEWEST = 200
"""Rows of a group."""
DRAWS = 2000
SHORT = (12, 6)
"""Months of history that are left to every shop in the last lines."""
BAND_ENDS = (0.2, 0.4, 0.6, 0.75, 0.85, 0.9, 0.94, 0.97, 0.99)
"""Share of the shops below the end of each of the peer's bands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of some shops and what came; arrays of one length."""

    risk: np.ndarray
    low: np.ndarray
    high: np.ndarray
    happened: np.ndarray
    shop: np.ndarray

    def where(self, which: np.ndarray) -> Told:
        """The shops that are chosen."""
        return Told(**{name: getattr(self, name)[which] for name in Told.__slots__})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--as-of", nargs="+", required=True, help="months as of which a model is trained")
    parser.add_argument("--until", required=True, help="month as of which outcomes are known")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    history = History(read_dataset(asked.dataset))
    totals: dict[tuple[str, str, int], list[float]] = {}
    for month in asked.as_of:
        measure(history, month, asked.until, totals, seed=asked.seed)
    print("\nall of these together: groups, inside (wanted), with wobble (95 % interval; .95 wanted)")
    for (way, grade, many), (groups, inside, wanted, wobble) in totals.items():
        low, high = wilson(wobble, groups)
        print(
            f"{way:6} {grade} at most {many:2} groups: {groups:4.0f}  {inside / groups:.2f} ({wanted / groups:.2f})  "
            f"{wobble / groups:.2f} ({low:.2f}–{high:.2f})"
        )


def measure(
    history: History,
    trained: str,
    until: str,
    totals: dict[tuple[str, str, int], list[float]],
    *,
    seed: int,
) -> None:
    material = gather(history, as_month(trained), label=None, wanted=None, progress=lambda _: None)
    learnt = learn(material, DEFAULT, seed=seed)
    events = find_events(material.rule, history, as_month(until))
    months = month_range(from_ordinal(as_month(trained).ordinal + 1), as_month(until))
    later = snapshots(history, months, material.facts)
    mark = ", synthetic" if history.dataset.synthetic else ""
    for horizon in HORIZONS:
        seen, came = learnt.seen[horizon], outcomes(later, events, horizon)
        if seen is None or came is None:
            print(f"\ntrained {trained}, {horizon} months: no outcomes to calibrate on, or none to test on")
            continue
        span = f"{from_ordinal(int(came.month.min()))} … {from_ordinal(int(came.month.max()))}"
        print(
            f"\ntrained {trained}, {horizon} months, tested on {span}: n {len(came.happened):,}, "
            f"{int(came.happened.sum()):,} crises{mark}; intervals from n {learnt.calibration.venn[HORIZONS.index(horizon)].n:,}"
        )
        for what, values in changed(material, came).items():
            ways = both_ways(learnt, horizon, seen, came, values)
            for grade, found in by_grade(ways):
                report(what, grade, found, totals)
        if horizon == 6:
            timed(learnt, came)


def changed(material: Material, came: Outcomes) -> Mapping[str, np.ndarray]:
    """The values as they are, and as those of shops that lack something."""
    short = {
        f"{months} months known": np.where(
            np.array([fact.months > months for fact in material.facts]), np.nan, came.values
        )
        for months in SHORT
    }
    tables = droppable(material.facts, came.values)
    return {
        "": came.values,
        **short,
        **{f"no {table}": lacking(came.values, material.facts, table) for table in tables},
    }


def both_ways(
    learnt: Learnt, horizon: int, seen: Outcomes, came: Outcomes, values: np.ndarray
) -> tuple[np.ndarray, dict[str, Told]]:
    """Depth grade of each shop that gets a risk, and what the two kinds of interval tell of it."""
    column = HORIZONS.index(horizon)
    known = known_share(values, np.array(weights(learnt.booster)))
    told = (known >= LEAST) & (came.about.depth >= FEWEST_MONTHS)
    grade = grades(known[told])
    risk = risks(learnt.booster, learnt.calibration, values[told])[1][:, column]
    before = risks(learnt.trial, learnt.trial_calibration, seen.values)[1][:, column]
    ends = {
        "ours": learnt.calibration.venn[column].interval(risk, grade),
        "bands": banded(before, seen.happened, risk),
    }
    return grade, {
        way: Told(risk=risk, low=low, high=high, happened=came.happened[told], shop=came.shop[told])
        for way, (low, high) in ends.items()
    }


def banded(before: np.ndarray, happened: np.ndarray, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The peer: Wilson's interval of the rate in each band of risk, widened to hold the risk."""
    order = np.argsort(before, kind="stable")
    parts = np.split(order, (np.array(BAND_ENDS) * len(order)).astype(int))
    low, high = wilson([happened[part].sum() for part in parts], [len(part) for part in parts])
    band = np.searchsorted([before[part].max() for part in parts[:-1]], risk)
    return np.minimum(low[band], risk), np.maximum(high[band], risk)


def by_grade(ways: tuple[np.ndarray, dict[str, Told]]) -> Iterator[tuple[str, dict[str, Told]]]:
    grade, told = ways
    for number, name in enumerate(GRADES):
        mine = grade == number
        if mine.sum() >= FEWEST:
            yield name, {way: each.where(mine) for way, each in told.items()}


def report(
    what: str, grade: str, found: Mapping[str, Told], totals: dict[tuple[str, str, int], list[float]]
) -> None:
    """A line for each number of groups, and the sums of the unchanged shops."""
    enough = len(found["ours"].risk) // FEWEST
    for many in GROUPS if enough > GROUPS[-1] else GROUPS[:1]:
        line = f"{what or 'as they are':16} {grade}"
        for way, told in found.items():
            groups, inside, wanted, wobble, width, size = covered(told, many)
            low, high = wilson(wobble, groups)
            line += (
                f"{f' {groups} × {size}' if way == 'ours' else '':11} | {way}: {inside / groups:.2f} ({wanted / groups:.2f}) "
                f"{wobble / groups:.2f} ({low:.2f}–{high:.2f}) width {width:.2f}"
            )
            if not what:
                sums = totals.setdefault((way, grade, many), [0.0] * 4)
                totals[way, grade, many] = [
                    a + b for a, b in zip(sums, (groups, inside, wanted, wobble), strict=True)
                ]
        print(line)


def covered(told: Told, many: int) -> tuple[int, int, float, int, float, int]:
    """Groups, those with the rate inside, how many were wanted, those inside with wobble, width by risk, rows each."""
    order = np.argsort(told.risk, kind="stable")
    parts = [told.where(part) for part in np.array_split(order, max(1, min(many, len(order) // FEWEST)))]
    together = hang_together(parts)
    rng = np.random.default_rng(1)
    inside = wobble = 0
    wanted, widths = 0.0, []
    for part in parts:
        low, high, risk, rate = (
            float(each.mean()) for each in (part.low, part.high, part.risk, part.happened)
        )
        n = len(part.risk) / together
        behind = np.clip(rng.normal((low + high) / 2, (high - low) / (2 * Z95), DRAWS), 1e-6, 1 - 1e-6)
        drawn = rng.normal(behind, np.sqrt(behind * (1 - behind) / n))
        wanted += float(((low <= drawn) & (drawn <= high)).mean())
        inside += low <= rate <= high
        own = Z95 * np.sqrt(risk * (1 - risk) / n)
        wobble += risk - np.hypot(risk - low, own) <= rate <= risk + np.hypot(high - risk, own)
        widths.append((high - low) / risk)
    return len(parts), int(inside), wanted, int(wobble), float(np.median(widths)), len(parts[0].risk)


def hang_together(parts: list[Told]) -> float:
    """By how much a rate wobbles more than n says, because a shop stands in several months (design effect)."""
    shops = rows = 0.0
    for part in parts:
        rest = part.happened - part.happened.mean()
        shops += float((np.bincount(np.unique(part.shop, return_inverse=True)[1], rest) ** 2).sum())
        rows += float((rest**2).sum())
    return max(shops / rows, 1.0) if rows else 1.0


def timed(learnt: Learnt, came: Outcomes) -> None:
    """How long 25,000 look-ups take, and those of one shop, three horizons each; the best of seven."""
    risk = np.resize(risks(learnt.booster, learnt.calibration, came.values)[1], (25_000, len(HORIZONS)))
    for count, repeat in ((25_000, 1), (1, 1000)):
        part, grade = risk[:count], np.zeros(count, dtype=int)
        took = []
        for _ in range(7):
            started = time.perf_counter()
            for _ in range(repeat):
                for column, venn in enumerate(learnt.calibration.venn):
                    venn.interval(part[:, column], grade)
            took.append((time.perf_counter() - started) / repeat)
        print(f"look-up, {count:,} × {len(HORIZONS)}: {min(took) * 1e6:,.1f} µs")


if __name__ == "__main__":
    main()
