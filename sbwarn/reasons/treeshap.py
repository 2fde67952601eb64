"""How far each column moves a booster's log-odds, for one row and for a city: exact TreeSHAP that is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isnan
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from sbwarn.reasons.bundles import Bundles, bundles_of
from sbwarn.reasons.paths import Asked, Conditions, paths_of
from sbwarn.releases.predict import refuse_fork, threads_for
from sbwarn.releases.trees import trees_of

if TYPE_CHECKING:
    import lightgbm

FEW = 320
"""Rows up to which all tables are looked into at once; beyond, one table for all rows at once is faster."""
TOGETHER = 32
"""Rows of the few that are held in memory at once."""
BLOCK = 8192
"""Rows of the many that are held in memory at once."""


def treeshap(
    booster: lightgbm.Booster, values: np.ndarray, last: Sequence[float]
) -> tuple[np.ndarray, float]:
    """What each column adds to the log-odds, rows × values of the last column × columns, and where it starts.

    Start and contributions add up to the booster's raw score. One row gets the same bits alone, in any order and among
    any others: contributions are read from tables and added in one order, whatever the number of rows.

    Args:
        booster: One output, trained on the columns of `values` and one more behind them. Its tables are made at the
            first call and kept as long as the booster; it must not be changed afterwards.
        values: Rows × columns, NaN = unknown.
        last: Each of these in turn is the last column of every row.

    Raises:
        StoreError: this process was forked after the model library was loaded.

    Source: Lundberg et al. (2020), Nature Machine Intelligence 2:56–67, the path-dependent values that LightGBM's
    `pred_contrib` computes; tables by the pattern of fulfilled conditions after Yang (2021), Fast TreeSHAP v2, and
    Nadel and Wettenstein (2026), WOODELF.

    >>> from sbwarn import load_release
    >>> release = load_release()
    >>> unknown = np.full((1, len(release.indicators)), np.nan)
    >>> told, start = treeshap(release.booster, unknown, last=(0.0, 1.0))
    >>> told.shape == (1, 2, len(release.indicators) + 1)
    True
    """
    refuse_fork()
    shap = _tables(booster)
    if shap is None:
        return _by_lightgbm(booster, values, last)
    rows = np.empty((len(values), shap.columns))
    rows[:, :-1] = values
    told = np.empty((len(values), len(last), shap.columns))
    rows[:, -1] = np.nan
    still = shap.still(rows)
    for turn, value in enumerate(last):
        rows[:, -1] = value
        np.add(still, shap.turning(rows), out=told[:, turn])
    return told, shap.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Tables and the conditions that lead into them."""

    columns: int
    conditions: Conditions
    """Bundle by bundle, the condition of bit 0 first."""
    weight: np.ndarray
    """What each fulfilled condition adds to its bundle's pattern."""
    first: np.ndarray
    """First condition of each bundle, and the number of conditions behind the last."""
    slot_bundle: np.ndarray
    slot_column: np.ndarray
    slot_start: np.ndarray
    table: np.ndarray

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Contributions, rows × columns.

        Both ways read the same numbers from the table and add them in the order of the slots, starting with 0.
        """
        told = np.empty((len(rows), self.columns))
        way, size = (self._few, TOGETHER) if len(rows) <= FEW else (self._many, BLOCK)
        for start in range(0, len(rows), size):
            told[start : start + size] = way(rows[start : start + size])
        return told

    def _few(self, rows: np.ndarray) -> np.ndarray:
        asked = self.conditions
        value = rows[:, asked.column]
        fulfilled = (value <= asked.high) & ~(value <= asked.low) | (np.isnan(value) & asked.unknown)
        pattern = np.add.reduceat(np.where(fulfilled, self.weight, 0), self.first[:-1], axis=1)
        told = self.table[self.slot_start + pattern[:, self.slot_bundle]]
        place = self.columns * np.arange(len(rows))[:, None] + self.slot_column
        return np.bincount(place.ravel(), told.ravel(), len(rows) * self.columns).reshape(len(rows), -1)

    def _many(self, rows: np.ndarray) -> np.ndarray:
        values = np.ascontiguousarray(rows.T)
        unknown = np.isnan(values)
        told = np.zeros(values.shape)
        found = np.empty(len(rows))
        asked = self.conditions.listed()
        slots = list(zip(self.slot_start.tolist(), self.slot_column.tolist(), strict=True))
        first_slot = np.searchsorted(self.slot_bundle, np.arange(len(self.first))).tolist()
        for bundle, (first, behind) in enumerate(pairwise(self.first.tolist())):
            pattern = _pattern(values, unknown, asked[first:behind])
            for start, column in slots[first_slot[bundle] : first_slot[bundle + 1]]:
                table = self.table[start : start + (1 << (behind - first))]
                # The patterns lie inside the table; any mode but "raise" lets NumPy write without a copy.
                table.take(pattern, out=found, mode="wrap")
                told[column] += found
        return told.T


def _pattern(values: np.ndarray, unknown: np.ndarray, asked: Sequence[Asked]) -> np.ndarray:
    """Pattern of fulfilled conditions, for each of many rows."""
    pattern = np.zeros(values.shape[1], dtype=np.uint16)
    for column, low, high, or_unknown in reversed(asked):
        value = values[column]
        if isnan(low):
            fulfilled = value <= high
        else:
            fulfilled = value > low
            if high < inf:
                fulfilled &= value <= high
        if or_unknown:
            fulfilled |= unknown[column]
        pattern += pattern
        pattern |= fulfilled
    return pattern.astype(np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeShap:
    """Everything that contributions are read from."""

    columns: int
    start: float
    still: Lookup
    """Bundles that do not ask for the last column: looked up once, whatever its value."""
    turning: Lookup
    """Those that do."""


_KEPT: WeakKeyDictionary[lightgbm.Booster, TreeShap | None] = WeakKeyDictionary()
_LOCK = Lock()


def _tables(booster: lightgbm.Booster) -> TreeShap | None:
    """The booster's tables; None if LightGBM itself must be asked."""
    with _LOCK:
        if booster not in _KEPT:
            _KEPT[booster] = tables_of(booster.model_to_string())
        return _KEPT[booster]


def tables_of(text: str) -> TreeShap | None:
    """Tables for the booster behind a text; None if its trees are of a kind that our training never makes."""
    trees = trees_of(text)
    if trees is None:
        return None
    paths = paths_of(trees)
    bundles = bundles_of(paths, columns=trees.columns)
    if bundles is None:
        return None
    turns = np.zeros(len(np.unique(bundles.bundle)), dtype=bool)
    turns[bundles.slot_bundle[bundles.slot_column == trees.columns - 1]] = True
    still, turning = (_lookup(bundles, paths.conditions, which, trees.columns) for which in (~turns, turns))
    return TreeShap(columns=trees.columns, start=trees.expected, still=still, turning=turning)


def _lookup(bundles: Bundles, conditions: Conditions, which: np.ndarray, columns: int) -> Lookup:
    """The lookup of some of the bundles."""
    number = np.cumsum(which) - 1
    asked, slots = which[bundles.bundle], which[bundles.slot_bundle]
    bundle = number[bundles.bundle[asked]]
    return Lookup(
        columns=columns,
        conditions=conditions[bundles.condition[asked]],
        weight=1 << bundles.bit[asked],
        first=np.searchsorted(bundle, np.arange(which.sum() + 1)),
        slot_bundle=number[bundles.slot_bundle[slots]],
        slot_column=bundles.slot_column[slots],
        slot_start=bundles.slot_start[slots],
        table=bundles.table,
    )


def _by_lightgbm(
    booster: lightgbm.Booster, values: np.ndarray, last: Sequence[float]
) -> tuple[np.ndarray, float]:
    rows = np.column_stack([np.repeat(values, len(last), axis=0), np.tile(last, len(values))])
    told = booster.predict(
        rows, pred_contrib=True, num_threads=threads_for(len(rows)), validate_features=False
    )
    told = np.asarray(told, dtype=float).reshape(len(values), len(last), -1)
    return told[:, :, :-1], float(told[0, 0, -1])
