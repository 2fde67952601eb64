"""Leakage tests: where the answers are dealt out by chance nothing may be learnt, and where one is given away it shows.

Both run on the data of the release itself, with fewer trees: what they ask is yes or no, not how well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.figures.evaluate import figures
from sbwarn.releases.predict import INTERVALS
from sbwarn.releases.record import Figure
from sbwarn.training.fit import fit
from sbwarn.training.trial import odds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.training.fit import Settings
    from sbwarn.training.rows import HazardRows
    from sbwarn.training.trial import Fold

TREES = 100
"""Trees at most: enough to learn what there is by chance, and what is given away."""
ERRORS = 3.0
"""Standard errors within which chance stays."""
KNOWN = 0.9
"""Share of the rows whose answer the planted column gives away. A column that knew it all would be too easy to find;
one that knows far less stays below every ceiling, and no ceiling would catch it: with a share k of the answers and an
honest AUC a, the AUC is about k + (1 − k) a."""
PLANTED = "planted"
UNTOLD = Figure(value=np.nan, low=np.nan, high=np.nan, n=0, events=0)


def permuted(fold: Fold, names: Sequence[str], settings: Settings, *, seed: int) -> Figure:
    """The AUC on later rows when nobody can know the answers; 0.5 unless something beside the indicators tells them.

    The answers of each as-of month and interval are dealt out anew among its shops, in learnt and tested rows in one
    go: a row that were in both would keep one answer, and a model that remembers it would be found out. It is tested
    within month and interval, because the rate of a month or interval is no secret and ranks the rows of another.

    Args:
        fold: Rows to learn from, and later ones.
        names: Of the indicators.
        settings: Of the model; at most `TREES` trees.
        seed: Of the deal and the model.

    Returns:
        The AUC, low and high three standard errors away from it; NaN where nothing can be tested. The error is that
        of the deal itself: every month and interval is dealt on its own, so the answers of one shop do not hang
        together, however many rows it has, and a bootstrap over shops would answer another question.

    Source of the variance: Mann, Whitney (1947) and, with ties, Lehmann (1975), Nonparametrics, section 1.4.
    """
    learnt, tested = _dealt(fold.earlier, fold.later, seed=seed)
    earlier = replace(fold.earlier, happened=learnt)
    booster = fit(earlier, names, _fewer_trees(settings), seed=seed)
    cell = _cells(fold.later.month, fold.later.interval)
    value, error = area_within(odds_of(booster, fold.later), tested, cell)
    return Figure(
        value=value,
        low=value - ERRORS * error,
        high=value + ERRORS * error,
        n=len(tested),
        events=int(tested.sum()),
    )


def planted(fold: Fold, names: Sequence[str], settings: Settings, *, seed: int) -> Figure:
    """The AUC three months ahead when a column gives the answer away for most rows: it has to break every ceiling.

    Args:
        fold: Rows to learn from, and later ones.
        names: Of the indicators.
        settings: Of the model; at most `TREES` trees.
        seed: Of the rows that are given away, the model and the bootstrap over shops.

    Returns:
        The AUC with its 95 % interval; NaN where nothing can be tested.
    """
    rng = np.random.default_rng(seed)
    earlier, later = (
        replace(rows, values=np.column_stack([rows.values, _leak(rows.happened, rng)]))
        for rows in (fold.earlier, fold.later)
    )
    booster = fit(earlier, [*names, PLANTED], _fewer_trees(settings), seed=seed)
    near = later.where(later.interval == 0)
    found = figures(odds_of(booster, near), near.happened, near.shop, seed=seed, is_probability=False)
    return found.get("auc", UNTOLD)


def area_within(score: np.ndarray, happened: np.ndarray, cell: np.ndarray) -> tuple[float, float]:
    """The AUC over pairs of one cell, and its standard error if the answers are dealt out by chance in each cell.

    Args:
        score: Higher is riskier.
        happened: 0 or 1.
        cell: Number of each row's cell.

    >>> area_within(np.array([0.1, 0.9, 5.0, 4.0]), np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1]))
    (1.0, 0.3535533905932738)
    >>> area_within(np.array([0.1, 0.9]), np.array([0, 0]), np.array([0, 0]))
    (nan, nan)
    """
    from scipy.stats import rankdata

    order = np.argsort(cell, kind="stable")
    edges = np.flatnonzero(np.diff(cell[order])) + 1
    wins, pairs, variance = 0.0, 0.0, 0.0
    for rows in np.split(order, edges):
        n, bad = len(rows), float(happened[rows].sum())
        if bad in (0.0, float(n)):
            continue
        rank = rankdata(score[rows])
        _, ties = np.unique(score[rows], return_counts=True)
        good = n - bad
        wins += float((rank * happened[rows]).sum()) - bad * (bad + 1) / 2
        pairs += bad * good
        variance += bad * good / 12 * (n + 1 - float((ties**3.0 - ties).sum()) / (n * (n - 1)))
    return (wins / pairs, float(np.sqrt(variance)) / pairs) if pairs else (float("nan"), float("nan"))


def _dealt(earlier: HazardRows, later: HazardRows, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The answers of both, dealt out anew within month and interval; a row that is in both gets one answer."""
    rng = np.random.default_rng(seed)
    cell = _cells(
        *(
            np.concatenate([getattr(rows, name) for rows in (earlier, later)])
            for name in ("month", "interval")
        )
    )
    _, shop = np.unique(np.concatenate([earlier.shop, later.shop]), return_inverse=True)
    happened = np.concatenate([earlier.happened, later.happened])
    _, first, place = np.unique(cell * (shop.max() + 1) + shop, return_index=True, return_inverse=True)
    own_cell, answer = cell[first], happened[first]
    # Keys are ordered by cell: a shuffle that is sorted by cell again stays within the cells.
    lot = rng.permutation(len(answer))
    answer = answer[lot[np.argsort(own_cell[lot], kind="stable")]]
    both = answer[place.reshape(-1)]
    return both[: len(earlier.happened)], both[len(earlier.happened) :]


def _cells(month: np.ndarray, interval: np.ndarray) -> np.ndarray:
    return np.asarray(month.astype(np.int64) * len(INTERVALS) + interval)


def _leak(happened: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The answer for most rows, and one by chance at the same rate for the others."""
    by_chance = (rng.random(len(happened)) < happened.mean()).astype(float) if len(happened) else happened
    return np.where(rng.random(len(happened)) < KNOWN, happened, by_chance)


def _fewer_trees(settings: Settings) -> Settings:
    return replace(settings, trees=min(settings.trees, TREES))
