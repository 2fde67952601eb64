"""Promises about training: answers that are in, a gap as long as the horizon, nothing found where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from sbwarn.indicators.build import named
from sbwarn.indicators.mechanism import Indicator
from sbwarn.labels.events import FAR, Events
from sbwarn.labels.rules import find_events, rule_for
from sbwarn.releases.predict import INTERVALS
from sbwarn.tables.history import History
from sbwarn.tables.month import from_ordinal, last_day
from sbwarn.tables.schema import TABLES
from sbwarn.training.fit import Settings
from sbwarn.training.rows import HazardRows, Snapshot, snapshots
from sbwarn.training.split import FEWEST_FIT_MONTHS, Split, split
from sbwarn.training.trial import Fold, Trial, trial
from tests import small_city
from tests.promises.changes import with_tables
from tests.promises.way import Way, same

NAMES = (
    "sales_level", "sales_yoy", "sales_3m_vs_prev3", "sales_cv_12m", "rent_share_of_sales", "sales_against_peers",
    "district_exit_rate", "months_open_band",
)  # fmt: skip
TREES, SEED = 20, 1
FIRST = 600
SHUFFLES = (61, 67, 71)
STANDARD_ERRORS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a way would learn from in the small city."""

    taken: list[Snapshot]
    events: Events
    rows: HazardRows
    split: Split


def facts() -> tuple[Indicator, ...]:
    """Few indicators: these promises ask for months and answers, not for formulas."""
    return named(NAMES)


def lesson(way: Way) -> Lesson:
    """Snapshots, answers and rows of the small city."""
    events, chosen = answers()
    taken = taken_by(way.snap)
    return Lesson(taken=taken, events=events, rows=way.rows(taken, events), split=chosen)


@cache
def answers() -> tuple[Events, Split]:
    """What was known of crises when the small city's release was trained, and the months that teach and test."""
    history = small_city.history()
    month = pd.Period(small_city.TRAINED, "M")
    events = find_events(rule_for(history, month), history, month)
    return events, split(history.first_month.ordinal, events.mature)


@cache
def taken_by(snap: Callable[..., list[Snapshot]]) -> list[Snapshot]:
    """The snapshots of those months."""
    return snap(small_city.history(), [from_ordinal(each) for each in answers()[1].months], facts())


@cache
def rows_hold_what_their_month_knew(way: Way) -> frozenset[str]:
    """T10: no row knows anything that became public after its as-of month, where its answer begins."""
    found = set()
    months = answers()[1].months
    few = [from_ordinal(each) for each in months[:: len(months) // 3]]
    for snapshot in way.snap(small_city.history(), few, facts()):
        alone = by_the_tables_of_its_day(snapshot.month)
        if not np.array_equal(snapshot.shop_ids, alone.shop_ids) or not same(snapshot.values, alone.values):
            found.add(str(from_ordinal(snapshot.month)))
    return frozenset(found)


@cache
def by_the_tables_of_its_day(month: int) -> Snapshot:
    """A month by tables that end with its last day."""
    known = small_city.known_by(str(last_day(from_ordinal(month))))
    then = with_tables(known, {name: rows for name, rows in known.tables.items() if name in TABLES})
    return snapshots(History(then), [from_ordinal(month)], facts())[0]


@cache
def every_answer_is_in(way: Way) -> frozenset[str]:
    """T10: a row's interval is over, for good, by the last month whose events are all known."""
    learnt = lesson(way)
    return frozenset(
        str(from_ordinal(int(end))) for end in np.unique(learnt.rows.ends) if end > learnt.events.mature
    )


@cache
def what_comes_after_an_interval_is_no_answer(way: Way) -> frozenset[str]:
    """T10: events after the end of a row's interval do not show in it."""
    learnt = lesson(way)
    until = learnt.events.mature - 3
    known = learnt.events
    month = np.where(known.month > until, FAR, known.month)
    fewer = Events.once(shop_ids=known.shop_ids, month=month, left=known.left, mature=known.mature)
    before = learnt.rows.where(learnt.rows.ends <= until)
    after = way.rows(learnt.taken, fewer)
    after = after.where(after.ends <= until)
    return frozenset() if same(before.happened, after.happened) else frozenset({"happened"})


@cache
def a_trial_learns_from_nothing_that_ends_later(way: Way) -> frozenset[str]:
    """T10: rows whose interval ends after a trial begins teach it nothing: their answers may be turned around."""
    learnt = lesson(way)
    rows = learnt.rows
    plain = [tried(fold) for fold in way.folds(rows, learnt.split)]
    found = set()
    for number, origin in enumerate(learnt.split.origins):
        late = (rows.month < origin) & (rows.ends > origin)
        turned = replace(rows, happened=np.where(late, 1.0 - rows.happened, rows.happened))
        other = tried(way.folds(turned, learnt.split)[number])
        if not late.any() or not same(plain[number].log_odds, other.log_odds):
            found.add(str(from_ordinal(origin)))
    return frozenset(found)


def tried(fold: Fold) -> Trial:
    """A fold's model, tried."""
    return trial(fold, NAMES, Settings(trees=TREES), seed=SEED)


@cache
def months_are_split_with_a_gap(way: Way) -> frozenset[str]:
    """T10: however long the history, the last month's answer is in, and half a year teaches before the test begins."""
    found = set()
    shortest = INTERVALS[0][1]
    for months in range(18, 80):
        mature = FIRST + months
        chosen = way.split(FIRST, mature)
        teaching = [month for month in chosen.months if month + shortest <= chosen.test_from]
        if chosen.last + shortest > mature or chosen.first <= FIRST or len(teaching) < FEWEST_FIT_MONTHS:
            found.add(f"{months} months")
    return frozenset(found)


@cache
def nothing_is_found_where_nothing_is(way: Way) -> frozenset[str]:
    """T12: with answers dealt out at random a trial ranks no better than chance."""
    learnt = lesson(way)
    found = set()
    for seed in SHUFFLES:
        answers = np.random.default_rng(seed).permutation(learnt.rows.happened)
        rows = replace(learnt.rows, happened=answers)
        found_out = tried(way.folds(rows, learnt.split)[0])
        first = found_out.rows.interval == 0
        auc, error = auc_and_error(found_out.log_odds[first], found_out.rows.happened[first])
        if abs(auc - 0.5) > STANDARD_ERRORS * error:
            found.add(f"AUC {auc:.3f} ± {error:.3f}")
    return frozenset(found)


def auc_and_error(score: np.ndarray, happened: np.ndarray) -> tuple[float, float]:
    """Share of the pairs in the right order, and its standard error where order is chance (Mann and Whitney 1947)."""
    rank = pd.Series(score).rank().to_numpy()
    bad, good = int(happened.sum()), int((1 - happened).sum())
    auc = (rank[happened > 0].sum() - bad * (bad + 1) / 2) / (bad * good)
    return float(auc), float(np.sqrt((bad + good + 1) / (12 * bad * good)))
